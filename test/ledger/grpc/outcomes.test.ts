// What clients get for wrong requests or false identities: codes, texts and details as on a real peer.
import { createPrivateKey, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as grpc from '@grpc/grpc-js';
import { connect, hash, signers, type Contract, type Gateway } from '@hyperledger/fabric-gateway';
import { common, gateway, peer } from '@hyperledger/fabric-protos';
import { expect } from 'chai';
import { LedgerNetwork, type OrganisationId } from '../support/ledger-network.js';

interface Refusal {
  readonly code: number;
  readonly message: string;
  readonly details: string[];
}

const CREATOR_UNKNOWN =
  'error validating proposal: access denied: channel [exchange] creator org unknown, creator is malformed';
const CREATOR_DENIED = 'error validating proposal: access denied: channel [exchange] creator org [Org1MSP]';
const refusedBy = (right: 'Readers' | 'Writers'): string =>
  `Failed evaluating policy on signed data during check policy on channel [exchange] with policy ` +
  `[/Channel/Application/${right}]: [implicit policy evaluation failed - 0 sub-policies were satisfied, but this ` +
  `policy requires 1 of the '${right}' sub-policies to be satisfied]`;

describe('what refused clients see', function () {
  this.timeout(60_000);
  let network: LedgerNetwork;
  const opened: Gateway[] = [];

  before(async () => {
    network = await LedgerNetwork.start({
      chaincode: 'asset',
      module: join(__dirname, '../client-compatibility/asset-contract.js'),
    });
    await contractOf(network.gateway('Org1MSP')).submitTransaction('createAsset', 'present', '1');
  });

  after(async () => {
    opened.forEach((gate) => {
      gate.close();
    });
    await network.stop();
  });

  function contractOf(gate: Gateway, name = 'asset', channel: string = network.channel): Contract {
    return gate.getNetwork(channel).getContract(name);
  }

  function userFiles(mspId: OrganisationId) {
    return network.tree(mspId).users.Gateway.signing;
  }

  function posing(options: {
    readonly mspId?: string;
    readonly cert?: Buffer;
    readonly key?: KeyObject;
    readonly highS?: boolean;
  }): Gateway {
    const key = options.key ?? createPrivateKey(readFileSync(userFiles('Org1MSP').keyPath));
    const gate = connect({
      client: network.client('Org1MSP'),
      identity: {
        mspId: options.mspId ?? 'Org1MSP',
        credentials: options.cert ?? readFileSync(userFiles('Org1MSP').certPath),
      },
      signer:
        options.highS === true
          ? (digest) => Promise.resolve(highS(key, digest))
          : signers.newPrivateKeySigner(key),
      hash: options.highS === true ? hash.none : hash.sha256,
    });
    opened.push(gate);
    return gate;
  }

  async function refusal(work: () => Promise<unknown>): Promise<Refusal> {
    try {
      await work();
    } catch (error) {
      // Errors of the client package have details; those of block streams have none.
      const { code, message, details } = error as {
        readonly code: number;
        readonly message: string;
        readonly details?: { readonly message: string }[];
      };
      return {
        code,
        message: message.replace(/^\d+ [A-Z_]+: /, ''),
        details: Array.isArray(details) ? details.map((detail) => detail.message) : [],
      };
    }
    throw new Error('It was accepted.');
  }

  async function firstEvent(gate: Gateway): Promise<string> {
    const events = await gate.getNetwork(network.channel).getChaincodeEvents('asset', { startBlock: 0n });
    try {
      for await (const event of events) {
        return event.eventName;
      }
      return 'none';
    } finally {
      events.close();
    }
  }

  async function firstBlock(gate: Gateway): Promise<string> {
    const blocks = await gate.getNetwork(network.channel).getBlockEvents({ startBlock: 0n });
    try {
      for await (const block of blocks) {
        return `block ${block.getHeader()?.getNumber()}`;
      }
      return 'none';
    } finally {
      blocks.close();
    }
  }

  const impostors: [string, () => Gateway, string, string][] = [
    ['an unknown organisation', () => posing({ mspId: 'NobodyMSP' }), CREATOR_UNKNOWN, 'denied'],
    ['another organisation’s name', () => posing({ mspId: 'Org2MSP' }), CREATOR_UNKNOWN, 'denied'],
    [
      'another’s key',
      () => posing({ key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey }),
      CREATOR_DENIED,
      'denied',
    ],
    ['a certificate that is none', () => posing({ cert: Buffer.from('garbage') }), CREATOR_UNKNOWN, 'denied'],
    ['a signature with a high S', () => posing({ highS: true }), CREATOR_DENIED, 'denied'],
    ['a peer’s certificate', () => peerAsClient(), refusedBy('Writers'), 'reads'],
  ];

  function peerAsClient(): Gateway {
    const { certPath, keyPath } = network.tree('Org1MSP').peer.signing;
    return posing({ cert: readFileSync(certPath), key: createPrivateKey(readFileSync(keyPath)) });
  }

  for (const [who, pose, text, reading] of impostors) {
    it(`refuses evaluate with code 9 and endorse with code 10 to ${who}`, async () => {
      const contract = contractOf(pose());
      expect(await refusal(() => contract.evaluateTransaction('readAsset', 'present'))).to.deep.equal({
        code: grpc.status.FAILED_PRECONDITION,
        message: `evaluate call to endorser returned error: ${text}`,
        details: [text],
      });
      expect(await refusal(() => contract.submitTransaction('put', 'k', 'v'))).to.deep.equal({
        code: grpc.status.ABORTED,
        message: 'failed to endorse transaction, see attached details for more info',
        details: [text],
      });
    });

    if (reading === 'denied') {
      it(`refuses events with code 7 and blocks with status 403 to ${who}`, async () => {
        const gate = pose();
        const { code, message } = await refusal(() => firstEvent(gate));
        expect([code, message]).to.deep.equal([grpc.status.PERMISSION_DENIED, refusedBy('Readers')]);
        expect((await refusal(() => firstBlock(gate))).message).to.equal('Unexpected status response: 403');
      });
    } else {
      it(`lets ${who} read events and blocks`, async () => {
        const gate = pose();
        expect(await firstEvent(gate)).to.equal('AssetCreated');
        expect(await firstBlock(gate)).to.equal('block 0');
      });
    }
  }

  it('names unknown chaincodes, channels and organisations', async () => {
    const gate = network.gateway('Org1MSP');
    const none =
      'no combination of peers can be derived which satisfy the endorsement policy: ' +
      'No metadata was found for chaincode';
    const cases: [() => Promise<unknown>, number, string][] = [
      [() => contractOf(gate, 'nope').submitTransaction('x'), 9, `${none} nope in channel exchange`],
      [
        () => contractOf(gate, 'nope').evaluateTransaction('x'),
        9,
        'no peers available to evaluate chaincode nope in channel exchange',
      ],
      [
        () => contractOf(gate, 'asset', 'nochan').submitTransaction('x'),
        9,
        `${none} asset in channel nochan`,
      ],
      [
        () => contractOf(gate, 'asset', 'nochan').evaluateTransaction('x'),
        14,
        'failed to get config for channel [nochan]: could not get last config for channel nochan',
      ],
      [
        () =>
          contractOf(gate).submit('put', {
            arguments: ['k', 'v'],
            endorsingOrganizations: ['Org1MSP', 'X', 'Y'],
          }),
        14,
        'failed to find any endorsing peers for org(s): X, Y',
      ],
      [
        () =>
          contractOf(gate).evaluate('readAsset', { arguments: ['present'], endorsingOrganizations: ['X'] }),
        9,
        'no peers available to evaluate chaincode asset in channel exchange',
      ],
      [
        () =>
          gate
            .getNetwork('nochan')
            .getChaincodeEvents('asset')
            .then((events) => events[Symbol.asyncIterator]().next()),
        7,
        'Failed to get policy manager for channel [nochan]',
      ],
    ];
    for (const [work, code, message] of cases) {
      const seen = await refusal(work);
      expect([seen.code, seen.message]).to.deep.equal([code, message]);
    }
    const blocks = await gate.getNetwork('nochan').getBlockEvents();
    const refused = await refusal(() => blocks[Symbol.asyncIterator]().next());
    expect(refused.message).to.equal('Unexpected status response: 404');
  });

  it('protects transient data from organisations that are not members of the collection', async () => {
    const contract = contractOf(network.gateway('Org1MSP'));
    const seen = await refusal(() =>
      contract.submit('keepSecretAndPut', {
        arguments: ['Org1MSP', 'k1'],
        transientData: { value: 'secret' },
      }),
    );
    expect(seen.code).to.equal(9);
    expect(seen.message).to.equal(
      'requires endorsement from organisation(s) that are not in the distribution policy of the private data ' +
        'collection(s): [_implicit_org_Org1MSP]; retry specifying trusted endorsing organizations to protect ' +
        'transient data',
    );
  });

  describe('to calls without content', () => {
    type Unary<Q, A> = (
      request: Q,
      answer: (error: grpc.ServiceError | null, response?: A) => void,
    ) => unknown;
    let client: gateway.GatewayClient;

    before(() => {
      const root = readFileSync(network.tree('Org1MSP').tlsCa.certPath);
      client = new gateway.GatewayClient(network.address('Org1MSP'), grpc.credentials.createSsl(root));
    });

    after(() => {
      client.close();
    });

    async function call<Q, A>(method: Unary<Q, A>, request: Q): Promise<[number, string]> {
      return new Promise((resolve) => {
        method.call(client, request, (error) => {
          resolve([error?.code ?? 0, error?.details ?? '']);
        });
      });
    }

    it('answers code 3 and what is missing', async () => {
      const unsigned = new gateway.SubmitRequest();
      unsigned.setPreparedTransaction(new common.Envelope());
      expect(
        await call(
          client.endorse.bind(client) as Unary<gateway.EndorseRequest, unknown>,
          new gateway.EndorseRequest(),
        ),
      ).to.deep.equal([3, 'the proposed transaction must contain a signed proposal']);
      expect(
        await call(
          client.evaluate.bind(client) as Unary<gateway.EvaluateRequest, unknown>,
          new gateway.EvaluateRequest(),
        ),
      ).to.deep.equal([3, 'failed to unpack transaction proposal: a signed proposal is required']);
      expect(
        await call(
          client.submit.bind(client) as Unary<gateway.SubmitRequest, unknown>,
          new gateway.SubmitRequest(),
        ),
      ).to.deep.equal([3, 'a prepared transaction is required']);
      expect(
        await call(client.submit.bind(client) as Unary<gateway.SubmitRequest, unknown>, unsigned),
      ).to.deep.equal([3, 'prepared transaction must be signed']);
      expect(
        await call(
          client.commitStatus.bind(client) as Unary<gateway.SignedCommitStatusRequest, unknown>,
          new gateway.SignedCommitStatusRequest(),
        ),
      ).to.deep.equal([3, 'a commit status request is required']);
    });

    it('survives bytes that are no message', async () => {
      const garbage = new gateway.EndorseRequest();
      const signed = new peer.SignedProposal();
      signed.setProposalBytes(Buffer.from('ffffffffff', 'hex'));
      garbage.setProposedTransaction(signed);
      const [code] = await call(
        client.endorse.bind(client) as Unary<gateway.EndorseRequest, unknown>,
        garbage,
      );
      expect(code).to.equal(3);
    });

    it('answers a garbage transaction with the orderer’s refusal', async () => {
      const envelope = new common.Envelope();
      envelope.setPayload(Buffer.from('ffffffffff', 'hex'));
      envelope.setSignature(Buffer.from('x'));
      const request = new gateway.SubmitRequest();
      request.setChannelId(network.channel);
      request.setPreparedTransaction(envelope);
      const [code, text] = await call(
        client.submit.bind(client) as Unary<gateway.SubmitRequest, unknown>,
        request,
      );
      expect(code).to.equal(10);
      expect(text).to.match(
        /^received unsuccessful response from orderer: status=BAD_REQUEST, info=could not determine channel ID/,
      );
    });
  });
});

/** A signature that is right but not in the low half, which Fabric refuses. */
function highS(key: KeyObject, message: Uint8Array): Uint8Array {
  const order = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');
  const raw = createSign('sha256').update(message).sign({ key, dsaEncoding: 'ieee-p1363' });
  const s = BigInt(`0x${raw.subarray(32).toString('hex')}`);
  const high = s > order / 2n ? s : order - s;
  return derSignature(raw.subarray(0, 32), Buffer.from(high.toString(16).padStart(64, '0'), 'hex'));
}

function derSignature(...numbers: Buffer[]): Buffer {
  const parts = numbers.map((number) => {
    const trimmed = number.subarray(number.findIndex((byte) => byte !== 0));
    const positive = (trimmed[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), trimmed]) : trimmed;
    return Buffer.concat([Buffer.from([2, positive.length]), positive]);
  });
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}
