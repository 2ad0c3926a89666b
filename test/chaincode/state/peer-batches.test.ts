// The peer's batched messages go through the shim's own connection, and without them nothing is asked that way.
import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { peer } from '@hyperledger/fabric-protos';
import { expect } from 'chai';
import type { ChaincodeStub } from 'fabric-shim';
import { silenceContractLogs } from '../../support/in-process-ledger.js';
import { ownerPolicy } from '../../../chaincode/protocol/key-policy.js';
import { PeerBatches, PUBLIC } from '../../../chaincode/state/peer-batches.js';

const Type = peer.ChaincodeMessage.Type;
const [TX, CHANNEL] = ['tx1', 'escrow'];

interface Connection {
  chat(first: unknown): void;
}
const { ChaincodeMessageHandler } = createRequire(__filename)('fabric-shim/lib/handler.js') as {
  ChaincodeMessageHandler: new (stream: unknown, chaincode: object) => Connection;
};

/** A peer's end of the stream: answers requests at once, keeps them for the test. */
class PeerEnd extends EventEmitter {
  readonly asked: peer.ChaincodeMessage[] = [];

  constructor(private readonly answerTo: (request: peer.ChaincodeMessage) => Uint8Array | string) {
    super();
  }

  write(message: peer.ChaincodeMessage): void {
    if (message.getType() === Type.REGISTER) return;
    this.asked.push(message);
    const answer = this.answerTo(message);
    const failed = typeof answer === 'string';
    this.say(failed ? Type.ERROR : Type.RESPONSE, failed ? Buffer.from(answer) : answer);
  }

  say(
    type: peer.ChaincodeMessage.TypeMap[keyof peer.ChaincodeMessage.TypeMap],
    payload: Uint8Array = new Uint8Array(),
  ) {
    const message = new peer.ChaincodeMessage();
    message.setType(type);
    message.setPayload(payload);
    message.setTxid(TX);
    message.setChannelId(CHANNEL);
    // Never within `write`: answers come later than questions.
    queueMicrotask(() => this.emit('data', message));
  }
}

async function connected(
  said: Partial<Record<'reads' | 'writes', number>> | null,
  answerTo: (request: peer.ChaincodeMessage) => Uint8Array | string = () => new Uint8Array(),
) {
  const end = new PeerEnd(answerTo);
  const handler = new ChaincodeMessageHandler(end, {});
  const first = new peer.ChaincodeMessage();
  first.setType(Type.REGISTER);
  handler.chat(first);
  end.say(Type.REGISTERED);
  const parameters = new peer.ChaincodeAdditionalParams();
  parameters.setUseGetMultipleKeys(said?.reads !== undefined);
  parameters.setMaxSizeGetMultipleKeys(said?.reads ?? 0);
  parameters.setUseWriteBatch(said?.writes !== undefined);
  parameters.setMaxSizeWriteBatch(said?.writes ?? 0);
  end.say(Type.READY, said === null ? undefined : parameters.serializeBinary());
  await new Promise(setImmediate);
  // All that is asked of a stub.
  const stub = { handler, getTxID: () => TX, getChannelID: () => CHANNEL } as unknown as ChaincodeStub;
  return { end, batches: PeerBatches.of(stub) };
}

/** Each key's value is the key itself; keys that begin with `no` have none. */
function valuesOf(request: peer.ChaincodeMessage): Uint8Array {
  const asked = peer.GetStateMultiple.deserializeBinary(request.getPayload_asU8());
  const result = new peer.GetStateMultipleResult();
  for (const key of asked.getKeysList()) result.addValues(Buffer.from(key.startsWith('no') ? '' : key));
  return result.serializeBinary();
}

describe('batches of the peer', () => {
  before(silenceContractLogs);

  it('a peer that announces none gets none: Fabric 2, or switched off', async () => {
    expect((await connected(null)).batches).to.equal(null);
    expect((await connected({})).batches).to.equal(null);
    expect((await connected({ reads: 10 })).batches).to.equal(null);
    expect((await connected({ writes: 10 })).batches).to.equal(null);
    expect((await connected({ reads: 0, writes: 10 })).batches).to.equal(null);
  });

  it('a stub of another kind gets none', () => {
    expect(PeerBatches.of({} as ChaincodeStub)).to.equal(null);
  });

  it('reads many keys with one message, in parts of the announced size', async () => {
    const { end, batches } = await connected({ reads: 2, writes: 2 }, valuesOf);
    const values = await batches?.read('own_BankAMSP', ['a', 'none', 'c']);
    expect(values?.map((value) => Buffer.from(value).toString())).to.deep.equal(['a', '', 'c']);
    const asked = end.asked.map((request) =>
      peer.GetStateMultiple.deserializeBinary(request.getPayload_asU8()),
    );
    expect(end.asked.map((request) => request.getType())).to.deep.equal([
      Type.GET_STATE_MULTIPLE,
      Type.GET_STATE_MULTIPLE,
    ]);
    expect(asked.map((request) => request.getKeysList())).to.deep.equal([['a', 'none'], ['c']]);
    expect(asked.map((request) => request.getCollection())).to.deep.equal(
      Array.from({ length: 2 }, () => 'own_BankAMSP'),
    );
  });

  it('asks nothing for no keys and for no writes', async () => {
    const { end, batches } = await connected({ reads: 2, writes: 2 });
    expect(await batches?.read(PUBLIC, [])).to.deep.equal([]);
    await batches?.write([]);
    expect(end.asked).to.deep.equal([]);
  });

  it('writes rows, key policies and private rows in their order', async () => {
    const { end, batches } = await connected({ reads: 9, writes: 9 });
    await batches?.write([
      { collection: PUBLIC, key: 'payment/1', value: Buffer.from('row') },
      { key: 'payment/1', policy: ownerPolicy('BankAMSP') },
      { collection: 'own_BankAMSP', key: 'hold/1', value: Buffer.from('secret') },
    ]);
    const [request] = end.asked;
    expect(request?.getType()).to.equal(Type.WRITE_BATCH_STATE);
    const records = peer.WriteBatchState.deserializeBinary(request?.getPayload_asU8() ?? new Uint8Array())
      .getRecList()
      .map((record) => [record.getType(), record.getCollection(), record.getKey()]);
    const { PUT_STATE, PUT_STATE_METADATA } = peer.WriteRecord.Type;
    expect(records).to.deep.equal([
      [PUT_STATE, '', 'payment/1'],
      [PUT_STATE_METADATA, '', 'payment/1'],
      [PUT_STATE, 'own_BankAMSP', 'hold/1'],
    ]);
  });

  it('the peer’s refusal reaches the caller in its words', async () => {
    const { batches } = await connected({ reads: 9, writes: 9 }, () => 'no read permission');
    const refusal = await batches?.read('own_BankBMSP', ['a']).then(
      () => null,
      (error: unknown) => (error instanceof Error ? error.message : null),
    );
    expect(refusal).to.equal('no read permission');
  });

  it('an answer with fewer values than keys is an error, not an absence', async () => {
    const { batches } = await connected({ reads: 9, writes: 9 });
    const outcome = await batches?.read(PUBLIC, ['a']).then(
      () => 'answered',
      () => 'failed',
    );
    expect(outcome).to.equal('failed');
  });
});
