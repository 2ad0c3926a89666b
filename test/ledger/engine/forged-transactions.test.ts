// Forged, altered and replayed requests, each with valid certificates where possible: Fabric's words and codes.
import { expect } from 'chai';
import { common, peer } from '@hyperledger/fabric-protos';
import { OrderingRefusal } from '../../../ledger/engine/errors.js';
import { asClient, assemble, signEnvelope, type Client } from '../../support/proposals.js';
import { LedgerStage, MEMBERS, refusal } from './ledger-stage.js';

const Code = peer.TxValidationCode;
const [market, bankA, bankB] = MEMBERS;
const MARKET_AND_BANK_A = [market, bankA];
const DENIED = 'error validating proposal: access denied: channel [escrow] creator org';
const put = JSON.stringify([['put', 'k', '1']]);
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

describe('embedded engine: forged and altered requests', () => {
  let stage: LedgerStage;
  beforeEach(async () => {
    stage = await LedgerStage.open();
  });
  afterEach(() => stage.close());

  async function asked(client: Client): Promise<string> {
    return refusal(stage.network.evaluate(client, bankA, 'run', [put]));
  }

  async function accessRefusal(client: Client): Promise<string> {
    const message = Buffer.from('deliver');
    const data = { creator: client.signer.creator, message, signature: client.signer.sign(message) };
    return refusal(Promise.resolve().then(() => stage.network.engine.checkAccess(data, 'Readers')));
  }

  /** The altered payload signed again by the client, ordered, and its code. */
  async function ordered(payload: common.Payload, signer = stage.alice): Promise<number> {
    const { engine } = stage.network;
    const height = engine.height();
    await engine.order(signEnvelope(signer, payload.serializeBinary()));
    await engine.cut();
    const flags = (await engine.block(height))?.getMetadata()?.getMetadataList_asU8()[2];
    return flags?.[0] ?? -1;
  }

  async function endorsedPayload(): Promise<common.Payload> {
    const { envelope } = await stage.endorse([['put', 'k', '1']], MARKET_AND_BANK_A);
    return common.Payload.deserializeBinary(envelope.getPayload_asU8());
  }

  function changeAction(
    payload: common.Payload,
    change: (action: peer.ChaincodeActionPayload) => void,
  ): common.Payload {
    const transaction = peer.Transaction.deserializeBinary(payload.getData_asU8());
    const [action] = transaction.getActionsList();
    const content = peer.ChaincodeActionPayload.deserializeBinary(
      action?.getPayload_asU8() ?? new Uint8Array(),
    );
    change(content);
    action?.setPayload(content.serializeBinary());
    payload.setData(transaction.serializeBinary());
    return payload;
  }

  describe('at the endorser', () => {
    it('a creator of an unknown organisation is malformed', async () => {
      const stranger = { ...stage.alice.identity, mspId: 'NobodyMSP' };
      expect(await asked(asClient(stranger))).to.equal(`${DENIED} unknown, creator is malformed`);
    });

    it("a certificate presented under another member's name is malformed", async () => {
      const posing = { ...stage.alice.identity, mspId: bankB };
      expect(await asked(asClient(posing))).to.equal(`${DENIED} unknown, creator is malformed`);
    });

    it('a signature by another key is refused', async () => {
      const other = await stage.network.client(bankA);
      const mixed = { ...stage.alice.identity, keyPem: other.identity.keyPem };
      expect(await asked(asClient(mixed))).to.equal(`${DENIED} [${bankA}]`);
    });

    it('a high-S signature is refused', async () => {
      const request = stage.network.propose(stage.alice, 'run', [put]);
      request.signed.setSignature(highS(request.signed.getSignature_asU8()));
      expect(await refusal(stage.network.askPeer(bankA, request.signed))).to.equal(`${DENIED} [${bankA}]`);
    });

    it('a certificate without a role, or with two, is refused', async () => {
      for (const units of [[], ['client', 'peer']]) {
        const odd = await stage.network.organisation(bankA).issue({ name: 'odd', units });
        expect(await asked(asClient(odd)), units.join()).to.equal(`${DENIED} [${bankA}]`);
      }
    });

    it('an expired certificate is refused', async () => {
      const issued = { name: 'old', units: ['client'], notAfter: new Date(Date.now() - 3_600_000) };
      const old = await stage.network.organisation(bankA).issue(issued);
      expect(await asked(asClient(old))).to.equal('proposal client identity expired');
    });

    it('a peer is no writer', async () => {
      const asPeer = asClient(stage.network.organisation(bankA).peer);
      expect(await asked(asPeer)).to.equal(
        'Failed evaluating policy on signed data during check policy on channel [escrow] with policy ' +
          '[/Channel/Application/Writers]: [implicit policy evaluation failed - 0 sub-policies were satisfied, ' +
          "but this policy requires 1 of the 'Writers' sub-policies to be satisfied]",
      );
    });

    it('a transaction id that was committed is a duplicate', async () => {
      const prepared = await stage.endorse([['put', 'k', '1']], MARKET_AND_BANK_A);
      const request = stage.network.propose(stage.alice, 'run', [put]);
      await stage.network.order(
        assemble(stage.alice, request, [await stage.network.askPeer(bankA, request.signed)]),
      );
      const again = await refusal(stage.network.askPeer(bankA, request.signed));
      const creator = Buffer.from(stage.alice.signer.creator).toString('hex');
      expect(again).to.equal(`duplicate transaction found [${request.txId}]. Creator [${creator}]`);
      expect(await stage.codes([prepared])).to.deep.equal([Code.VALID]);
    });

    it('an unknown chaincode and an unknown function are refused in the words of a peer', async () => {
      expect(await refusal(stage.network.evaluate(stage.alice, bankA, 'nope'))).to.equal(
        "You've asked to invoke a function that does not exist: nope",
      );
      expect(await refusal(stage.network.evaluate(stage.alice, bankA, 'run'))).to.equal(
        'Expected 1 parameters, but 0 have been supplied',
      );
    });

    it('bytes that are no proposal are refused', async () => {
      const signed = new peer.SignedProposal();
      signed.setProposalBytes(Buffer.from('garbage'));
      expect(await refusal(stage.network.askPeer(bankA, signed))).to.match(/^error unmarshalling /);
    });
  });

  describe('for reading the channel', () => {
    it('a peer may read, a stranger may not', async () => {
      const asPeer = asClient(stage.network.organisation(bankA).peer);
      expect(await refusal(accessRefusal(asPeer))).to.equal('it was not refused');
      expect(await accessRefusal(asClient({ ...stage.alice.identity, mspId: 'NobodyMSP' }))).to.equal(
        'Failed evaluating policy on signed data during check policy on channel [escrow] with policy ' +
          '[/Channel/Application/Readers]: [implicit policy evaluation failed - 0 sub-policies were satisfied, ' +
          "but this policy requires 1 of the 'Readers' sub-policies to be satisfied]",
      );
    });
  });

  describe('at the orderer', () => {
    async function orderingRefusal(envelope: common.Envelope): Promise<[string, string]> {
      try {
        await stage.network.engine.order(envelope);
      } catch (error) {
        if (error instanceof OrderingRefusal) return [error.status, error.info];
      }
      throw new Error('the orderer accepted it');
    }

    it('a signature by another key is forbidden', async () => {
      const { envelope } = await stage.endorse([['put', 'k', '1']], MARKET_AND_BANK_A);
      const other = await stage.network.client(bankA);
      envelope.setSignature(other.signer.sign(envelope.getPayload_asU8()));
      expect(await orderingRefusal(envelope)).to.deep.equal([
        'FORBIDDEN',
        'implicit policy evaluation failed - 0 sub-policies were satisfied, but this policy requires 1 of the ' +
          "'Writers' sub-policies to be satisfied: permission denied",
      ]);
    });

    it('garbage is a bad request', async () => {
      const envelope = new common.Envelope();
      envelope.setPayload(Buffer.from('\xff\xff\xff garbage', 'latin1'));
      expect(await orderingRefusal(envelope)).to.deep.equal([
        'BAD_REQUEST',
        'could not determine channel ID: error unmarshalling Payload: proto: cannot parse invalid wire-format data',
      ]);
    });

    it('an envelope above the absolute size is refused', async () => {
      const small = await LedgerStage.open({ config: { absoluteMaxBytes: 2_000 } });
      const { envelope } = await small.endorse([['put', 'k', 'x'.repeat(3_000)]], MARKET_AND_BANK_A);
      expect(await refusal(small.network.engine.order(envelope))).to.match(
        /^status=BAD_REQUEST, info=message payload is \d+ bytes and exceeds maximum allowed 2000 bytes$/,
      );
      await small.close();
    });
  });

  describe('in a block', () => {
    it('a replayed envelope is a duplicate, in the same block and in a later one', async () => {
      const prepared = await stage.endorse([['put', 'k', '1']], MARKET_AND_BANK_A);
      const { engine } = stage.network;
      const height = engine.height();
      await engine.order(prepared.envelope);
      await engine.order(prepared.envelope);
      await engine.cut();
      await engine.order(prepared.envelope);
      await engine.cut();
      const flags = async (number: bigint): Promise<number[]> => [
        ...((await engine.block(number))?.getMetadata()?.getMetadataList_asU8()[2] ?? []),
      ];
      expect(await flags(height)).to.deep.equal([Code.VALID, Code.DUPLICATE_TXID]);
      expect(await flags(height + 1n)).to.deep.equal([Code.DUPLICATE_TXID]);
      expect((await engine.transactionStatus(prepared.txId))?.code).to.equal(Code.VALID);
    });

    it('no endorsement, the same endorsement twice, and a forged one are 10', async () => {
      const none = changeAction(await endorsedPayload(), (content) =>
        content.getAction()?.clearEndorsementsList(),
      );
      expect(await ordered(none)).to.equal(Code.ENDORSEMENT_POLICY_FAILURE);
      const twice = changeAction(await endorsedPayload(), (content) => {
        const [first] = content.getAction()?.getEndorsementsList() ?? [];
        if (first) content.getAction()?.setEndorsementsList([first, first]);
      });
      expect(await ordered(twice)).to.equal(Code.ENDORSEMENT_POLICY_FAILURE);
      const forged = changeAction(await endorsedPayload(), (content) => {
        const [, second] = content.getAction()?.getEndorsementsList() ?? [];
        second?.setSignature(stage.alice.signer.sign(Buffer.from('something else')));
      });
      expect(await ordered(forged)).to.equal(Code.ENDORSEMENT_POLICY_FAILURE);
    });

    it("a client's signature is no endorsement of its organisation", async () => {
      const asClientOf = changeAction(await endorsedPayload(), (content) => {
        const action = content.getAction();
        const [, second] = action?.getEndorsementsList() ?? [];
        const { signer } = stage.alice;
        second?.setEndorser(signer.creator);
        const response = action?.getProposalResponsePayload_asU8() ?? new Uint8Array();
        second?.setSignature(signer.sign(Buffer.concat([response, signer.creator])));
      });
      expect(await ordered(asClientOf)).to.equal(Code.ENDORSEMENT_POLICY_FAILURE);
    });

    it('a changed result is 10, changed arguments are 5, two actions are 5', async () => {
      const result = changeAction(await endorsedPayload(), (content) => {
        const action = content.getAction();
        const response = peer.ProposalResponsePayload.deserializeBinary(
          action?.getProposalResponsePayload_asU8() ?? new Uint8Array(),
        );
        const chaincode = peer.ChaincodeAction.deserializeBinary(response.getExtension_asU8());
        chaincode.getResponse()?.setPayload(Buffer.from('other'));
        response.setExtension$(chaincode.serializeBinary());
        action?.setProposalResponsePayload(response.serializeBinary());
      });
      expect(await ordered(result)).to.equal(Code.ENDORSEMENT_POLICY_FAILURE);
      const args = changeAction(await endorsedPayload(), (content) => {
        content.setChaincodeProposalPayload(
          Buffer.concat([content.getChaincodeProposalPayload_asU8(), Buffer.of(0)]),
        );
      });
      expect(await ordered(args)).to.equal(Code.INVALID_ENDORSER_TRANSACTION);
      const double = await endorsedPayload();
      const transaction = peer.Transaction.deserializeBinary(double.getData_asU8());
      transaction.setActionsList([...transaction.getActionsList(), ...transaction.getActionsList()]);
      double.setData(transaction.serializeBinary());
      expect(await ordered(double)).to.equal(Code.INVALID_ENDORSER_TRANSACTION);
    });

    it('a transaction id that is not the hash of nonce and creator is 8', async () => {
      const payload = await endorsedPayload();
      const header = payload.getHeader();
      const channel = common.ChannelHeader.deserializeBinary(
        header?.getChannelHeader_asU8() ?? new Uint8Array(),
      );
      channel.setTxId('0'.repeat(64));
      header?.setChannelHeader(channel.serializeBinary());
      expect(await ordered(payload)).to.equal(Code.BAD_PROPOSAL_TXID);
    });

    it("another client's endorsed transaction signed by oneself is 8: its id binds the creator", async () => {
      const other = await stage.network.client(bankB);
      const payload = await endorsedPayload();
      const signature = new common.SignatureHeader();
      signature.setCreator(other.signer.creator);
      signature.setNonce(Buffer.alloc(24, 1));
      payload.getHeader()?.setSignatureHeader(signature.serializeBinary());
      expect(await ordered(payload, other)).to.equal(Code.BAD_PROPOSAL_TXID);
    });
  });

  it('a revoked certificate neither proposes nor submits', async () => {
    const organisation = stage.network.organisation(bankA);
    const crl = await organisation.revoke([stage.alice.identity]);
    const { config } = stage.network;
    const organisations = config.organisations.map((member) =>
      member.msp.mspId === bankA ? { ...member, msp: { ...member.msp, revocationListsPem: [crl] } } : member,
    );
    const { openEngine } = await import('../../../ledger/engine/open-engine.js');
    const { MemoryStore } = await import('../../../ledger/fabric/memory-store.js');
    const engine = await openEngine({ ...config, organisations }, new MemoryStore());
    const request = stage.network.propose(stage.alice, 'run', [put]);
    const asking = { mspId: market, signedProposal: request.signed, runner: stage.network.runnerOf(market) };
    expect(await refusal(engine.processProposal(asking))).to.equal(`${DENIED} [${bankA}]`);
    const { envelope } = await stage.endorse([['put', 'k', '1']], MARKET_AND_BANK_A);
    expect(await refusal(engine.order(envelope))).to.match(/^status=FORBIDDEN/);
    await engine.close();
  });
});

describe('embedded engine: the time window', () => {
  const now = 1_800_000_000_000;

  it('accepts timestamps up to the window on both sides and refuses the next millisecond', async () => {
    const stage = await LedgerStage.open({ timeWindowMs: 30_000, clock: () => now });
    for (const [offsetMs, accepted] of [
      [0, true],
      [25_000, true],
      [-25_000, true],
      [30_000, true],
      [-30_000, true],
      [30_001, false],
      [-30_001, false],
      [35_000, false],
    ] as const) {
      const asked = stage.network.evaluate(stage.alice, bankA, 'run', ['[]'], {
        timestampMs: now + offsetMs,
      });
      if (accepted) expect(String(await asked)).to.equal('[]');
      else {
        const [what, peerTime, window] = (await refusal(asked)).split(', ');
        expect(what).to.match(/^request unauthorized due to incorrect timestamp 2027-01-15T0\S+Z$/);
        expect([peerTime, window]).to.deep.equal([
          'peer time 2027-01-15T08:00:00Z',
          'peer.authentication.timewindow 30s',
        ]);
      }
    }
    await stage.close();
  });
});

function highS(der: Uint8Array): Uint8Array {
  const bytes = Buffer.from(der);
  const rLength = bytes.readUInt8(3);
  const s = BigInt(`0x${bytes.subarray(6 + rLength).toString('hex')}`);
  const high = Buffer.from((P256_ORDER - s).toString(16).padStart(64, '0'), 'hex');
  const encoded = Buffer.concat([Buffer.from([0x02, 33, 0]), high]);
  const body = Buffer.concat([bytes.subarray(2, 4 + rLength), encoded]);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}
