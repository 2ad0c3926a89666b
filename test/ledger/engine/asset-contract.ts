// An ordinary contract for the engine's tests: one step per stub call, so that a test scripts the ledger directly.
import { Context, Contract, Param, Returns, Transaction } from 'fabric-contract-api';
import { type ChaincodeStub, KeyEndorsementPolicy } from 'fabric-shim';

/** One stub call: its name and its arguments. */
export type Step = [keyof typeof calls, ...(string | number)[]];

export class AssetContract extends Contract {
  constructor() {
    super('Asset');
  }

  @Transaction()
  @Returns('string')
  @Param('steps', 'string')
  async run(context: Context, steps: string): Promise<string> {
    const results: unknown[] = [];
    for (const [name, ...args] of JSON.parse(steps) as Step[]) {
      results.push((await calls[name](context.stub, args.map(String), context)) ?? '');
    }
    return JSON.stringify(results);
  }
}

type Call = (stub: ChaincodeStub, args: string[], context: Context) => Promise<unknown>;

const calls = {
  get: async (stub, [key = '']) => text(await stub.getState(key)),
  put: (stub, [key = '', value = '']) => stub.putState(key, Buffer.from(value)).then(nothing),
  del: (stub, [key = '']) => stub.deleteState(key).then(nothing),
  own: (stub, [key = '', mspIds = '']) =>
    stub.setStateValidationParameter(key, ownedBy(mspIds)).then(nothing),
  rawPolicy: (stub, [key = '', hex = '']) =>
    stub.setStateValidationParameter(key, Buffer.from(hex, 'hex')).then(nothing),
  getPolicy: async (stub, [key = '']) => {
    // The shim answers `undefined` for a key without a policy, against its types.
    return Buffer.from((await stub.getStateValidationParameter(key)) ?? '').toString('hex');
  },
  range: (stub, [start = '', end = '', limit]) => collect(stub.getStateByRange(start, end), limit ?? null),
  open: async (stub, [start = '', end = '']) => {
    await (stub.getStateByRange(start, end) as unknown as Promise<unknown>);
  },
  page: async (stub, [start = '', end = '', size = '', bookmark = '']) => {
    const page = await stub.getStateByRangeWithPagination(start, end, Number(size), bookmark);
    const results: string[] = [];
    for (let item = await page.iterator.next(); !item.done; item = await page.iterator.next()) {
      results.push(`${item.value.key}=${text(item.value.value)}`);
    }
    return { results, fetched: page.metadata.fetchedRecordsCount, bookmark: page.metadata.bookmark };
  },
  getPrivate: async (stub, [collection = '', key = '']) => text(await stub.getPrivateData(collection, key)),
  hash: async (stub, [collection = '', key = '']) =>
    Buffer.from(await stub.getPrivateDataHash(collection, key)).toString('hex'),
  putPrivate: (stub, [collection = '', key = '', value = '']) =>
    stub.putPrivateData(collection, key, Buffer.from(value)).then(nothing),
  delPrivate: (stub, [collection = '', key = '']) => stub.deletePrivateData(collection, key).then(nothing),
  ownPrivate: (stub, [collection = '', key = '', mspIds = '']) =>
    stub.setPrivateDataValidationParameter(collection, key, ownedBy(mspIds)).then(nothing),
  purgePrivate: (stub, [collection = '', key = '']) => stub.purgePrivateData(collection, key).then(nothing),
  rangePrivate: (stub, [collection = '', start = '', end = '']) =>
    collect(stub.getPrivateDataByRange(collection, start, end), null),
  event: (stub, [name = '', payload = '']) => {
    stub.setEvent(name, Buffer.from(payload));
    return Promise.resolve();
  },
  history: async (stub, [key = '']) => {
    const found: unknown[] = [];
    for await (const { txId, value, isDelete, timestamp } of stub.getHistoryForKey(key)) {
      found.push([txId, text(value), isDelete, timestamp.seconds]);
    }
    return found;
  },
  invoke: async (stub, [chaincode = '', steps = '', channel = '']) => {
    const answer = await stub.invokeChaincode(chaincode, ['run', steps], channel);
    return [answer.status, answer.status === 200 ? text(answer.payload ?? new Uint8Array()) : answer.message];
  },
  random: (stub, [key = '']) => stub.putState(key, Buffer.from(String(Math.random()))).then(nothing),
  query: (stub, [selector = '']) => stub.getQueryResult(selector),
  creator: (_stub, [attribute = ''], context) =>
    Promise.resolve(context.clientIdentity.getAttributeValue(attribute) ?? context.clientIdentity.getMSPID()),
  time: (stub) => Promise.resolve(stub.getTxTimestamp().seconds.toString()),
  transient: (stub, [name = '']) => Promise.resolve(text(stub.getTransient().get(name) ?? Buffer.alloc(0))),
} satisfies Record<string, Call>;

function nothing(): string {
  return '';
}

async function collect(
  results: AsyncIterable<{ readonly key: string; readonly value: Uint8Array }>,
  limit: string | null,
): Promise<string[]> {
  const found: string[] = [];
  for await (const { key, value } of results) {
    found.push(`${key}=${text(value)}`);
    if (limit !== null && found.length >= Number(limit)) break;
  }
  return found;
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}

function ownedBy(mspIds: string): Uint8Array {
  const policy = new KeyEndorsementPolicy();
  policy.addOrgs('PEER', ...mspIds.split(','));
  return policy.getPolicy();
}
