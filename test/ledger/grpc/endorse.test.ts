// The gateway's Endorse: which peers it asks, how it compares their answers, and what it reports of failures.
import { status } from '@grpc/grpc-js';
import { common, gateway, peer } from '@hyperledger/fabric-protos';
import { expect } from 'chai';
import { EndorserRefusal } from '../../../ledger/fabric/refusals.js';
import { NoEndorsementPlan, PeerUnavailable } from '../../../ledger/engine/errors.js';
import { type Endorsing, type Engine } from '../../../ledger/engine/ledger.js';
import { endorse } from '../../../ledger/grpc/endorse.js';
import { evaluate } from '../../../ledger/grpc/evaluate.js';
import { RpcError } from '../../../ledger/grpc/grpc-errors.js';
import type { GatewayContext } from '../../../ledger/grpc/peer-calls.js';

const MEMBERS = ['Org1MSP', 'Org2MSP', 'Org3MSP', 'Org4MSP'];
type Behaviour = (request: Endorsing) => peer.ProposalResponse;

/** Peers that answer as the test says, layouts as the test says. */
class Peers {
  readonly asked: string[] = [];
  readonly interests: peer.ChaincodeInterest[] = [];
  readonly behaviours = new Map<string, Behaviour>();
  layouts: (interest: peer.ChaincodeInterest) => string[][] = () => [['Org1MSP', 'Org2MSP']];

  context(): GatewayContext {
    const engine = {
      channel: 'exchange',
      mspIds: () => MEMBERS,
      hasChaincode: (name: string) => name === 'asset',
      processProposal: (request: Endorsing) => {
        this.asked.push(request.mspId);
        return Promise.resolve().then(() => (this.behaviours.get(request.mspId) ?? agree)(request));
      },
      planEndorsement: (interest: peer.ChaincodeInterest) => {
        this.interests.push(interest);
        return { layouts: this.layouts(interest) };
      },
    } as Partial<Engine> as Engine;
    const runner = { run: () => Promise.reject(new Error('not used')) };
    const addresses = new Map(MEMBERS.map((mspId) => [mspId, `${mspId}:7051`]));
    return { engine, mspId: 'Org1MSP', addresses, runner, services: new Map() };
  }
}

const agree: Behaviour = ({ mspId }) => answer(mspId, 'same');

function answer(mspId: string, payload: string, interest?: peer.ChaincodeInterest): peer.ProposalResponse {
  const endorsement = new peer.Endorsement();
  endorsement.setEndorser(Buffer.from(mspId));
  const result = new peer.Response();
  result.setStatus(200);
  const response = new peer.ProposalResponse();
  response.setResponse(result);
  response.setPayload(Buffer.from(payload));
  response.setEndorsement(endorsement);
  response.setInterest(interest);
  return response;
}

function failed(code: number, message: string, payload = ''): Behaviour {
  return () => {
    const response = answer('', payload);
    response.getResponse()?.setStatus(code);
    response.getResponse()?.setMessage(message);
    return response;
  };
}

function proposal(
  options: { readonly chaincode?: string; readonly transient?: boolean } = {},
): peer.SignedProposal {
  const id = new peer.ChaincodeID();
  id.setName(options.chaincode ?? 'asset');
  const spec = new peer.ChaincodeSpec();
  spec.setChaincodeId(id);
  const invocation = new peer.ChaincodeInvocationSpec();
  invocation.setChaincodeSpec(spec);
  const payload = new peer.ChaincodeProposalPayload();
  payload.setInput(invocation.serializeBinary());
  if (options.transient === true) payload.getTransientmapMap().set('value', Buffer.from('secret'));
  const channel = new common.ChannelHeader();
  channel.setChannelId('exchange');
  channel.setTxId('t1');
  const header = new common.Header();
  header.setChannelHeader(channel.serializeBinary());
  header.setSignatureHeader(Buffer.from('signature header'));
  const built = new peer.Proposal();
  built.setHeader(header.serializeBinary());
  built.setPayload(payload.serializeBinary());
  const signed = new peer.SignedProposal();
  signed.setProposalBytes(built.serializeBinary());
  return signed;
}

const signal = new AbortController().signal;

async function run(
  peers: Peers,
  options: { readonly named?: string[]; readonly transient?: boolean; readonly chaincode?: string } = {},
) {
  const request = new gateway.EndorseRequest();
  request.setProposedTransaction(proposal(options));
  request.setEndorsingOrganizationsList(options.named ?? []);
  const response = await endorse(peers.context(), request, signal);
  const payload = common.Payload.deserializeBinary(
    response.getPreparedTransaction()?.getPayload_asU8() ?? Buffer.of(),
  );
  const [action] = peer.Transaction.deserializeBinary(payload.getData_asU8()).getActionsList();
  const body = peer.ChaincodeActionPayload.deserializeBinary(action?.getPayload_asU8() ?? Buffer.of());
  return { body, action };
}

const endorsers = (body: peer.ChaincodeActionPayload): string[] =>
  (body.getAction()?.getEndorsementsList() ?? []).map((one) =>
    Buffer.from(one.getEndorser_asU8()).toString(),
  );

async function refusal(work: Promise<unknown>): Promise<RpcError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(RpcError);
  // Checked by the line above.
  return error as RpcError;
}

describe('endorsing', () => {
  it('asks the own peer first, then only whom the plan still needs, each once', async () => {
    const peers = new Peers();
    peers.layouts = () => [['Org3MSP', 'Org1MSP', 'Org2MSP']];
    const { body } = await run(peers);
    expect(peers.asked[0]).to.equal('Org1MSP');
    expect([...peers.asked].sort()).to.deep.equal(['Org1MSP', 'Org2MSP', 'Org3MSP']);
    expect(endorsers(body).sort()).to.deep.equal(['Org1MSP', 'Org2MSP', 'Org3MSP']);
  });

  it('leaves out the own endorsement where the plan does not want it', async () => {
    const peers = new Peers();
    peers.layouts = () => [['Org3MSP']];
    expect(endorsers((await run(peers)).body)).to.deep.equal(['Org3MSP']);
  });

  it('prefers layouts with the endorsement in hand', async () => {
    const peers = new Peers();
    peers.layouts = () => [['Org2MSP', 'Org3MSP'], ['Org3MSP', 'Org4MSP'], ['Org1MSP']];
    expect(endorsers((await run(peers)).body)).to.deep.equal(['Org1MSP']);
    expect(peers.asked).to.deep.equal(['Org1MSP']);
  });

  it('goes on to another layout when a peer is down or disagrees', async () => {
    const peers = new Peers();
    peers.behaviours.set('Org2MSP', () => {
      throw new PeerUnavailable('gone');
    });
    peers.behaviours.set('Org3MSP', ({ mspId }) => answer(mspId, 'other'));
    peers.layouts = () => [
      ['Org1MSP', 'Org2MSP'],
      ['Org1MSP', 'Org3MSP'],
      ['Org1MSP', 'Org4MSP'],
    ];
    expect(endorsers((await run(peers)).body).sort()).to.deep.equal(['Org1MSP', 'Org4MSP']);
  });

  it('names every peer that failed when no layout is left', async () => {
    const peers = new Peers();
    peers.behaviours.set('Org2MSP', () => {
      throw new PeerUnavailable('gone');
    });
    peers.behaviours.set('Org3MSP', ({ mspId }) => answer(mspId, 'other'));
    peers.layouts = () => [['Org1MSP', 'Org2MSP', 'Org3MSP']];
    const error = await refusal(run(peers));
    expect(error.code).to.equal(status.ABORTED);
    expect([...error.details].sort((one, two) => one.mspId.localeCompare(two.mspId))).to.deep.equal([
      { address: 'Org2MSP:7051', mspId: 'Org2MSP', message: 'rpc error: code = Unavailable desc = gone' },
      { address: 'Org3MSP:7051', mspId: 'Org3MSP', message: 'ProposalResponsePayloads do not match' },
    ]);
  });

  it('takes named organisations as they are and plans nothing', async () => {
    const peers = new Peers();
    const { body } = await run(peers, { named: ['Org4MSP', 'Org2MSP', 'Org4MSP'] });
    expect(endorsers(body).sort()).to.deep.equal(['Org2MSP', 'Org4MSP']);
    expect([...peers.asked].sort()).to.deep.equal(['Org2MSP', 'Org4MSP']);
    expect(peers.interests).to.have.length(0);
  });

  it('leaves the transient data out of the transaction', async () => {
    const { body, action } = await run(new Peers(), { transient: true });
    const payload = peer.ChaincodeProposalPayload.deserializeBinary(body.getChaincodeProposalPayload_asU8());
    expect(payload.getTransientmapMap().getLength()).to.equal(0);
    expect(payload.getInput_asU8().length).to.be.greaterThan(0);
    expect(Buffer.from(action?.getHeader_asU8() ?? '').toString()).to.equal('signature header');
  });

  it('with transient data treats every collection as read, and says when only that forbids it', async () => {
    const call = new peer.ChaincodeCall();
    call.setName('asset');
    call.setNoPrivateReads(true);
    call.setCollectionNamesList(['one', 'two']);
    const interest = new peer.ChaincodeInterest();
    interest.addChaincodes(call);
    const peers = new Peers();
    peers.behaviours.set('Org1MSP', ({ mspId }) => answer(mspId, 'same', interest));
    peers.layouts = (asked) => {
      if (asked.getChaincodesList()[0]?.getNoPrivateReads() === true) return [['Org2MSP']];
      throw new NoEndorsementPlan('no peer combination can satisfy the endorsement policy');
    };
    const error = await refusal(run(peers, { transient: true }));
    expect(error.code).to.equal(status.FAILED_PRECONDITION);
    expect(error.message).to.contain('private data collection(s): [one two]; retry specifying trusted');
    expect(endorsers((await run(peers)).body)).to.deep.equal(['Org2MSP']);
  });

  it('tells that no combination of peers satisfies the policies', async () => {
    const peers = new Peers();
    peers.layouts = () => {
      throw new NoEndorsementPlan('no peer combination can satisfy the endorsement policy');
    };
    const error = await refusal(run(peers));
    expect(error.code).to.equal(status.FAILED_PRECONDITION);
    expect(error.message).to.equal(
      'no combination of peers can be derived which satisfy the endorsement policy: ' +
        'no peer combination can satisfy the endorsement policy',
    );
  });
});

describe('evaluating', () => {
  function ask(peers: Peers, options: { readonly named?: string[]; readonly transient?: boolean } = {}) {
    const request = new gateway.EvaluateRequest();
    request.setProposedTransaction(proposal(options));
    request.setTargetOrganizationsList(options.named ?? []);
    return evaluate(peers.context(), request, signal);
  }

  it('asks the own peer and nobody else', async () => {
    const peers = new Peers();
    expect((await ask(peers)).getResult()?.getStatus()).to.equal(200);
    expect(peers.asked).to.deep.equal(['Org1MSP']);
  });

  it('asks another peer when one is down or cannot run the chaincode', async () => {
    const peers = new Peers();
    peers.behaviours.set('Org1MSP', () => {
      throw new PeerUnavailable('gone');
    });
    peers.behaviours.set('Org2MSP', failed(500, 'error in simulation: no chaincode'));
    await ask(peers);
    expect(peers.asked).to.deep.equal(['Org1MSP', 'Org2MSP', 'Org3MSP']);
  });

  it('asks nobody else after the chaincode’s own refusal', async () => {
    const peers = new Peers();
    peers.behaviours.set('Org1MSP', failed(500, 'no', 'payload'));
    const error = await refusal(ask(peers));
    expect([error.code, error.message]).to.deep.equal([
      status.UNKNOWN,
      'evaluate call to endorser returned error: chaincode response 500, no',
    ]);
    expect(peers.asked).to.deep.equal(['Org1MSP']);
  });

  it('shows transient data to no other organisation unless it is named', async () => {
    const peers = new Peers();
    peers.behaviours.set('Org1MSP', failed(500, 'error in simulation: no chaincode'));
    const error = await refusal(ask(peers, { transient: true }));
    expect(error.message).to.equal('failed to evaluate transaction, see attached details for more info');
    expect(peers.asked).to.deep.equal(['Org1MSP']);
    await ask(peers, { transient: true, named: ['Org2MSP'] });
    expect(peers.asked).to.deep.equal(['Org1MSP', 'Org2MSP']);
  });

  it('answers code 14 when the time window refuses at every peer', async () => {
    const peers = new Peers();
    for (const mspId of MEMBERS) {
      peers.behaviours.set(mspId, () => {
        throw new EndorserRefusal('request unauthorized due to incorrect timestamp 1');
      });
    }
    const error = await refusal(ask(peers));
    expect(error.code).to.equal(status.UNAVAILABLE);
    expect(error.details).to.have.length(4);
  });
});
