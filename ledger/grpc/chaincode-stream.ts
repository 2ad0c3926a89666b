// One peer's conversation with one chaincode service: REGISTER, REGISTERED, READY, then many transactions at once.
// What a message means to the state is in stub-handlers.
import { setImmediate as othersTurn } from 'node:timers/promises';
import { Metadata, type ChannelCredentials, type ClientDuplexStream } from '@grpc/grpc-js';
import { peer } from '@hyperledger/fabric-protos';
import type { ChaincodeInvocation, ChaincodeResult } from '../engine/ledger.js';
import { answerStubRequest, isStubRequest, StubScope } from './stub-handlers.js';

type Stream = ClientDuplexStream<peer.ChaincodeMessage, peer.ChaincodeMessage>;

const Type = peer.ChaincodeMessage.Type;
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 1000;

/** Requests of at least so many bytes name many keys: those of a list. */
const LARGE_REQUEST = 1_000;

/** The peer's text when the service goes away while a transaction runs. */
const STREAM_TERMINATED = 'chaincode stream terminated';
const EXECUTION_TIMEOUT = 'timeout expired while executing transaction';

export interface ChaincodeStreamOptions {
  readonly chaincode: string;
  /** `host:port` of the chaincode service. */
  readonly address: string;
  readonly credentials: ChannelCredentials;
  /** How long one transaction may run. */
  readonly executionTimeoutMs: number;
  /** How long a transaction waits for a service that is not connected. */
  readonly startupTimeoutMs: number;
  readonly log: (message: string) => void;
}

interface Running {
  readonly scope: StubScope;
  readonly finish: (answer: peer.ChaincodeMessage) => void;
  readonly fail: (error: Error) => void;
}

/** Reconnects by itself until closed. */
export class ChaincodeStream {
  private readonly client: peer.ChaincodeClient;
  private readonly running = new Map<string, Running>();
  private readonly waiting = new Set<() => void>();
  private stream: Stream | null = null;
  /** Resolves when the large requests that came so far are answered. */
  private largeOnes: Promise<void> = Promise.resolve();
  private ready = false;
  private closed = false;
  private retryMs = FIRST_RETRY_MS;
  private retryTimer: NodeJS.Timeout | undefined;

  constructor(private readonly options: ChaincodeStreamOptions) {
    this.client = new peer.ChaincodeClient(options.address, options.credentials, {
      'grpc.initial_reconnect_backoff_ms': FIRST_RETRY_MS,
      'grpc.min_reconnect_backoff_ms': FIRST_RETRY_MS,
      'grpc.max_reconnect_backoff_ms': LAST_RETRY_MS,
      'grpc.max_receive_message_length': -1,
      'grpc.max_send_message_length': -1,
      // What a list writes is longer than HTTP/2's first 64 KB, after which a sender waits for leave.
      'grpc-node.flow_control_window': 4 * 1024 * 1024,
      // As often as Fabric's peers ping: a service that is cut off silently, or killed during a write, is noticed.
      'grpc.keepalive_time_ms': 60_000,
      'grpc.keepalive_timeout_ms': 20_000,
      // Each peer has a connection of its own, as on separate machines.
      'grpc.use_local_subchannel_pool': 1,
    });
    this.connect();
  }

  get isReady(): boolean {
    return this.ready;
  }

  /**
   * Runs one transaction. Throws, in the peer's words, when the chaincode is not reachable, too slow, goes away,
   * breaks the protocol, or already runs a transaction of this id.
   */
  async run(invocation: ChaincodeInvocation): Promise<ChaincodeResult> {
    await this.untilReady(invocation.signal ?? null);
    return toResult(await this.execute(invocation));
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.retryTimer);
    this.wakeWaiting();
    this.stream?.cancel();
    this.lose('the ledger is stopping');
    this.client.close();
  }

  private connect(): void {
    const metadata = new Metadata();
    metadata.setOptions({ waitForReady: true });
    const stream = this.client.connect(metadata);
    this.stream = stream;
    stream.on('data', (message: peer.ChaincodeMessage) => {
      this.receive(stream, message);
    });
    stream.on('error', (error) => {
      this.disconnected(stream, error.message);
    });
    stream.on('end', () => {
      this.disconnected(stream, 'the service ended the stream');
    });
  }

  private disconnected(stream: Stream, reason: string): void {
    if (this.stream !== stream || this.closed) {
      return;
    }
    stream.cancel();
    this.stream = null;
    this.lose(reason);
    this.retryTimer = setTimeout(() => {
      this.connect();
    }, this.retryMs);
    this.retryMs = Math.min(this.retryMs * 2, LAST_RETRY_MS);
  }

  private lose(reason: string): void {
    if (this.ready) {
      this.options.log(`chaincode ${this.options.chaincode} at ${this.options.address} is gone: ${reason}`);
    }
    this.ready = false;
    for (const running of [...this.running.values()]) {
      running.fail(new Error(`error sending: ${STREAM_TERMINATED}`));
    }
  }

  private receive(stream: Stream, message: peer.ChaincodeMessage): void {
    const type = message.getType();
    if (type === Type.KEEPALIVE || this.stream !== stream) {
      return;
    }
    if (!this.ready) {
      this.register(stream, message);
      return;
    }
    if (type === Type.COMPLETED || type === Type.ERROR) {
      this.running.get(keyOf(message))?.finish(message);
      return;
    }
    if (!isStubRequest(type)) {
      this.disconnected(stream, `message type ${type} is not for a peer`);
      return;
    }
    if (message.getPayload_asU8().length < LARGE_REQUEST) void this.answer(stream, message);
    else this.largeOnes = this.largeOnes.then(() => this.answerLarge(stream, message));
  }

  private async answer(stream: Stream, request: peer.ChaincodeMessage): Promise<void> {
    stream.write(await answerStubRequest(this.running.get(keyOf(request))?.scope ?? null, request));
  }

  /** One at a time: an answer leaves, and chaincode works on it, before the next one is made. */
  private async answerLarge(stream: Stream, request: peer.ChaincodeMessage): Promise<void> {
    await this.answer(stream, request);
    await othersTurn();
  }

  private register(stream: Stream, message: peer.ChaincodeMessage): void {
    if (message.getType() !== Type.REGISTER) {
      this.disconnected(stream, `message type ${message.getType()} before REGISTER`);
      return;
    }
    stream.write(controlMessage(Type.REGISTERED));
    stream.write(readyMessage());
    this.ready = true;
    this.retryMs = FIRST_RETRY_MS;
    const id = peer.ChaincodeID.deserializeBinary(message.getPayload_asU8()).getName();
    this.options.log(`chaincode ${this.options.chaincode} (${id}) is ready at ${this.options.address}`);
    this.wakeWaiting();
  }

  private wakeWaiting(): void {
    for (const wake of [...this.waiting]) {
      wake();
    }
  }

  private async untilReady(signal: AbortSignal | null): Promise<void> {
    if (!this.ready && !this.closed) {
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          clearTimeout(timer);
          this.waiting.delete(wake);
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        const timer = setTimeout(wake, this.options.startupTimeoutMs);
        this.waiting.add(wake);
        signal?.addEventListener('abort', wake);
      });
    }
    if (!this.ready) {
      const name = this.options.chaincode;
      throw new Error(
        `could not launch chaincode ${name}: timeout expired while starting chaincode ${name} for transaction`,
      );
    }
  }

  private execute(invocation: ChaincodeInvocation): Promise<peer.ChaincodeMessage> {
    const key = `${invocation.channel} ${invocation.txId}`;
    const stream = this.stream;
    if (this.running.has(key)) {
      throw new Error(`error sending: txid: ${invocation.txId}(${invocation.channel}) exists`);
    }
    if (stream === null) {
      throw new Error(`error sending: ${STREAM_TERMINATED}`);
    }
    const scope = new StubScope(invocation);
    return new Promise<peer.ChaincodeMessage>((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        this.running.delete(key);
        scope.close();
      };
      const fail = (error: Error): void => {
        settle();
        reject(error);
      };
      const timer = setTimeout(() => {
        fail(new Error(`error sending: ${EXECUTION_TIMEOUT}`));
      }, this.options.executionTimeoutMs);
      const finish = (answer: peer.ChaincodeMessage): void => {
        settle();
        resolve(answer);
      };
      this.running.set(key, { scope, finish, fail });
      stream.write(transactionMessage(invocation));
    });
  }
}

function keyOf(message: peer.ChaincodeMessage): string {
  return `${message.getChannelId()} ${message.getTxid()}`;
}

function controlMessage(type: peer.ChaincodeMessage.TypeMap['REGISTERED' | 'READY']): peer.ChaincodeMessage {
  const message = new peer.ChaincodeMessage();
  message.setType(type);
  return message;
}

/** READY names the batched requests that this peer understands, and their largest sizes. */
function readyMessage(): peer.ChaincodeMessage {
  const parameters = new peer.ChaincodeAdditionalParams();
  parameters.setUseWriteBatch(true);
  parameters.setMaxSizeWriteBatch(1000);
  parameters.setUseGetMultipleKeys(true);
  parameters.setMaxSizeGetMultipleKeys(1000);
  const message = controlMessage(Type.READY);
  message.setPayload(parameters.serializeBinary());
  return message;
}

function transactionMessage(invocation: ChaincodeInvocation): peer.ChaincodeMessage {
  const message = new peer.ChaincodeMessage();
  message.setType(Type.TRANSACTION);
  message.setChannelId(invocation.channel);
  message.setTxid(invocation.txId);
  message.setPayload(invocation.input.serializeBinary());
  message.setProposal(invocation.signedProposal);
  return message;
}

function toResult(answer: peer.ChaincodeMessage): ChaincodeResult {
  if (answer.getType() === Type.ERROR) return { failure: answer.getPayload_asU8() };
  const response = peer.Response.deserializeBinary(answer.getPayload_asU8());
  const event = answer.getChaincodeEvent();
  return {
    response: {
      status: response.getStatus(),
      message: response.getMessage(),
      payload: response.getPayload_asU8(),
    },
    event: event ? { name: event.getEventName(), payload: event.getPayload_asU8() } : null,
  };
}
