// Runs ordinary fabric-contract-api contracts in this process over a simulation, behind fabric-shim's own stub.
import { createRequire } from 'node:module';
import { peer } from '@hyperledger/fabric-protos';
import type { Contract } from 'fabric-contract-api';
import { messageOf } from '../fabric/error-message.js';
import {
  type ChaincodeInvocation,
  type ChaincodeResult,
  type ChaincodeRunner,
  type KeyModification,
  type KeyValue,
  type Query,
  type QueryBatch,
  type Simulation,
} from './ledger.js';

export type ContractClass = new () => Contract;

/** What the shim calls on its peer connection; answered here by the simulation. */
class SimulationHandler {
  constructor(
    private readonly simulation: Simulation,
    private readonly txId: string,
    private readonly invoke: ChaincodeInvocation['invoke'],
  ) {}

  handleGetState(collection: string, key: string): Promise<Buffer> {
    return this.call('GET_STATE', async () => asBuffer(await this.simulation.getState(collection, key)));
  }

  handlePutState(collection: string, key: string, value: Uint8Array): Promise<Buffer> {
    return this.call('PUT_STATE', () => {
      this.simulation.putState(collection, key, Buffer.from(value));
      return EMPTY;
    });
  }

  handleDeleteState(collection: string, key: string): Promise<Buffer> {
    return this.call('DEL_STATE', () => {
      this.simulation.deleteState(collection, key);
      return EMPTY;
    });
  }

  handlePurgeState(collection: string, key: string): Promise<Buffer> {
    return this.call('PURGE_PRIVATE_DATA', () => {
      this.simulation.purgePrivateData(collection, key);
      return EMPTY;
    });
  }

  handlePutStateMetadata(collection: string, key: string, name: string, value: Uint8Array): Promise<Buffer> {
    return this.call('PUT_STATE_METADATA', () => {
      this.simulation.putStateMetadata(collection, key, name, Buffer.from(value));
      return EMPTY;
    });
  }

  handleGetStateMetadata(collection: string, key: string): Promise<Record<string, Buffer>> {
    return this.call('GET_STATE_METADATA', async () => {
      const metadata = await this.simulation.getStateMetadata(collection, key);
      return Object.fromEntries([...metadata].map(([name, value]) => [name, Buffer.from(value)]));
    });
  }

  handleGetPrivateDataHash(collection: string, key: string): Promise<Buffer> {
    return this.call('GET_PRIVATE_DATA_HASH', async () =>
      asBuffer(await this.simulation.getPrivateDataHash(collection, key)),
    );
  }

  handleGetStateByRange(
    collection: string,
    start: string,
    end: string,
    _channel: string,
    _txId: string,
    metadata?: Uint8Array,
  ): Promise<{
    readonly iterator: BatchIterator<KeyValue>;
    readonly metadata?: { readonly fetchedRecordsCount: number; readonly bookmark: string };
  }> {
    return this.call('GET_STATE_BY_RANGE', async () => {
      const page = metadata && peer.QueryMetadata.deserializeBinary(metadata);
      const query = await this.simulation.getStateByRange(
        collection,
        start,
        end,
        page && { pageSize: page.getPagesize(), bookmark: page.getBookmark() },
      );
      const first = await query.next();
      const iterator = new BatchIterator(query, first);
      if (!first.page) return { iterator };
      return {
        iterator,
        metadata: { fetchedRecordsCount: first.page.fetched, bookmark: first.page.bookmark },
      };
    });
  }

  handleGetQueryResult(collection: string): Promise<never> {
    return this.call('GET_QUERY_RESULT', () => this.simulation.executeQuery(collection));
  }

  handleGetHistoryForKey(key: string): Promise<BatchIterator<KeyModification>> {
    return this.call('GET_HISTORY_FOR_KEY', async () => {
      const query = await this.simulation.getHistoryForKey(key);
      return new BatchIterator(query, await query.next());
    });
  }

  /** The target may carry its channel: `name/channel`. */
  handleInvokeChaincode(target: string, args: readonly (string | Uint8Array)[]): Promise<InvokedResponse> {
    return this.call('INVOKE_CHAINCODE', async () => {
      const [chaincode = '', ...channel] = target.split('/');
      const input = new peer.ChaincodeInput();
      input.setArgsList(args.map((argument) => Buffer.from(argument)));
      const result = await this.invoke({ chaincode, channel: channel.join('/'), input });
      if ('failure' in result) throw new Error(Buffer.from(result.failure).toString());
      const { status, message, payload } = result.response;
      return { status, message, payload: Buffer.from(payload) };
    });
  }

  /** Errors reach the chaincode in the words that the peer sends. */
  private async call<T>(message: string, action: () => T | Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (cause) {
      const why = messageOf(cause);
      throw new Error(`${message} failed: transaction ID: ${this.txId}: ${why}`, { cause });
    }
  }
}

const EMPTY = Buffer.alloc(0);

function asBuffer(value: Uint8Array | null): Buffer {
  return value ? Buffer.from(value) : EMPTY;
}

interface InvokedResponse {
  readonly status: number;
  readonly message: string;
  readonly payload: Buffer;
}

/** The shim's iterators over the peer's batches. */
class BatchIterator<Row extends { readonly value: Uint8Array }> {
  private position = 0;

  constructor(
    private readonly query: Query<Row>,
    private batch: QueryBatch<Row>,
  ) {}

  async next(): Promise<
    { readonly value: Row & { readonly value: Buffer }; readonly done: false } | { readonly done: true }
  > {
    if (this.position === this.batch.results.length && this.batch.hasMore) {
      this.batch = await this.query.next();
      this.position = 0;
    }
    const entry = this.batch.results[this.position];
    if (!entry) return { done: true };
    this.position++;
    return { value: { ...entry, value: Buffer.from(entry.value) }, done: false };
  }

  close(): Promise<void> {
    this.query.close();
    return Promise.resolve();
  }
}

interface ShimStub {
  readonly chaincodeEvent?: peer.ChaincodeEvent;
}

interface ShimChaincode {
  Invoke(
    stub: ShimStub,
  ): Promise<{ readonly status: number; readonly message?: string; readonly payload?: Uint8Array }>;
}

type StubClass = new (
  handler: SimulationHandler,
  channel: string,
  txId: string,
  input: peer.ChaincodeInput,
  signedProposal: peer.SignedProposal,
) => ShimStub;

type ContractChaincode = new (
  contracts: ContractClass[],
  serializers: object,
  metadata: object,
  title: string,
  version: string,
) => ShimChaincode;

// The shim publishes neither class; these are the very files that fabric-chaincode-node runs.
const load = createRequire(__filename);
const ChaincodeStub = load('fabric-shim/lib/stub.js') as StubClass;
const ChaincodeFromContract = load(
  'fabric-shim/lib/contract-spi/chaincodefromcontract.js',
) as ContractChaincode;
const { JSONSerializer } = load('fabric-contract-api') as { readonly JSONSerializer: new () => object };

export class InProcessRunner implements ChaincodeRunner {
  private readonly chaincode: ShimChaincode;

  /** The contract classes as a chaincode package exports them (`contracts`), the first being the default. */
  constructor(contracts: readonly ContractClass[], title = 'chaincode') {
    const serializers = { transaction: 'jsonSerializer', serializers: { jsonSerializer: JSONSerializer } };
    this.chaincode = new ChaincodeFromContract([...contracts], serializers, {}, title, '1.0');
  }

  async run(invocation: ChaincodeInvocation): Promise<ChaincodeResult> {
    const { simulation, txId, channel, input, signedProposal } = invocation;
    const stub = new ChaincodeStub(
      new SimulationHandler(simulation, txId, invocation.invoke),
      channel,
      txId,
      input,
      signedProposal,
    );
    const answer = await this.chaincode.Invoke(stub);
    const response = {
      status: answer.status,
      message: answer.message ?? '',
      payload: answer.payload ?? EMPTY,
    };
    const event = stub.chaincodeEvent;
    return {
      response,
      event: event ? { name: event.getEventName(), payload: event.getPayload_asU8() } : null,
    };
  }
}
