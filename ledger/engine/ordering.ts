// The ordering service: checks a submitter's right and size, queues what it accepts, hands batches on in order.
import { common } from '@hyperledger/fabric-protos';
import { BatchCutter } from './batch-cutter.js';
import type { ChannelPolicies } from '../fabric/channel-policies.js';
import { OrderingRefusal } from './errors.js';
import { type ChannelConfig } from '../fabric/channel-config.js';
import type { MspRegistry } from '../fabric/identity.js';
import { MalformedMessage, parseMessage } from '../fabric/protobuf.js';
import { PendingRoom } from './pending-room.js';
import { CONFIG_TRANSACTION } from '../fabric/proposal.js';
import { prefixEnd, queueKey, queuePosition, QUEUE_PREFIX, type Store } from '../fabric/store.js';
import { parseEnvelope, type ParsedEnvelope } from '../fabric/transaction.js';
import type { SeededFaults } from './fault-injector.js';

/** Envelopes waiting for a block, unless the configuration says otherwise. */
const DEFAULT_PENDING = { envelopes: 5_000, bytes: 256 * 1024 * 1024, waitMs: 5_000 };

/** Settings change with the configuration that the ledger is started with, never by a submission. */
const CONFIG_UPDATE = 2;

/** Envelope and its place in the queue on disk, which it leaves with its block; what completed one was never there. */
export interface OrderedEnvelope extends ParsedEnvelope {
  readonly queueKey: string;
}

export interface OrderingParts {
  readonly config: ChannelConfig;
  readonly clock: () => number;
  readonly msps: MspRegistry;
  readonly policies: ChannelPolicies;
  readonly faults: SeededFaults;
  readonly store: Store;
  /** Takes one batch; called in order, without waiting for the one before. Resolves when its block is on disk. */
  readonly deliver: (batch: OrderedEnvelope[]) => Promise<void>;
}

const PORTION = 1_000;

export class Ordering {
  private readonly cutter: BatchCutter<OrderedEnvelope>;
  private readonly room: PendingRoom;
  private waiting: OrderedEnvelope[] = [];
  private timer: NodeJS.Timeout | undefined;
  private nextPosition = 0;

  constructor(private readonly parts: OrderingParts) {
    const { config, faults } = parts;
    this.cutter = new BatchCutter(config);
    this.room = new PendingRoom({
      count: config.maxPendingEnvelopes ?? DEFAULT_PENDING.envelopes,
      bytes: config.maxPendingBytes ?? DEFAULT_PENDING.bytes,
      waitMs: config.submitTimeoutMs ?? DEFAULT_PENDING.waitMs,
    });
    faults.onChange(() => {
      if (!faults.orderingPaused) this.resume();
    });
  }

  /** Takes up what had been accepted and was in no block when the process died. */
  async recover(): Promise<void> {
    const snapshot = this.parts.store.snapshot();
    try {
      for (let from = QUEUE_PREFIX, more = true; more;) {
        const entries = await snapshot.range(from, prefixEnd(QUEUE_PREFIX), PORTION);
        for (const { key, value } of entries) {
          this.nextPosition = queuePosition(key) + 1;
          this.room.tryEnter(value.length);
          void this.accept({ ...this.parse(value), queueKey: key });
        }
        more = entries.length === PORTION;
        from = `${entries[entries.length - 1]?.key ?? ''}\0`;
      }
    } finally {
      snapshot.close();
    }
  }

  /**
   * Resolves when the envelope is on disk, whatever then happens to the process. Throws OrderingRefusal; a false answer
   * (faults) is thrown after the envelope was accepted.
   */
  async order(envelope: common.Envelope): Promise<void> {
    this.check(envelope);
    const parsed = this.parse(envelope.serializeBinary());
    const { length } = parsed.bytes;
    if (!this.room.tryEnter(length) && !(await this.room.enter(length))) {
      const why = `acquiring semaphore for request: ${parsed.txId}: context deadline exceeded`;
      throw new OrderingRefusal('SERVICE_UNAVAILABLE', `failed to submit request: ${why}`);
    }
    const queued = { ...parsed, queueKey: queueKey(this.nextPosition++) };
    // What completes a block is written with it. What waits for others is written at once, before any block.
    await (this.accept(queued) ?? this.parts.store.write([{ key: queued.queueKey, value: parsed.bytes }]));
    const answer = this.parts.faults.takeFalseAnswer();
    if (answer === 'lost')
      throw new OrderingRefusal('SERVICE_UNAVAILABLE', 'connection to the orderer was lost');
    if (answer) {
      throw new OrderingRefusal('SERVICE_UNAVAILABLE', 'failed to submit request: request already processed');
    }
  }

  /** Cuts what waits, unless ordering is paused. */
  cut(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = undefined;
    if (this.cutter.hasPending) void this.deliver(this.cutter.cut());
  }

  /** Called when a batch is in a block: its room is free again. */
  committed(batch: readonly OrderedEnvelope[]): void {
    this.room.leave(batch.map(({ bytes }) => bytes.length));
  }

  stop(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = undefined;
  }

  private parse(bytes: Uint8Array): ParsedEnvelope {
    return parseEnvelope(bytes, { channel: this.parts.config.channel, msps: this.parts.msps });
  }

  /** The writing of its block, if it completes one; null: it waits for others. */
  private accept(envelope: OrderedEnvelope): Promise<void> | null {
    if (this.parts.faults.orderingPaused) {
      this.waiting.push(envelope);
      return null;
    }
    let ownBlock: Promise<void> | null = null;
    for (const batch of this.cutter.add(envelope)) {
      const written = this.deliver(batch);
      if (batch.includes(envelope)) ownBlock = written;
    }
    if (!this.cutter.hasPending) this.stop();
    else if (this.parts.config.batchTimeoutMs > 0) {
      this.timer ??= setTimeout(() => this.cut(), this.parts.config.batchTimeoutMs);
    }
    return ownBlock;
  }

  /** Callers that wait for the write get its failure; the engine reports it to all others. */
  private deliver(batch: OrderedEnvelope[]): Promise<void> {
    const written = this.parts.deliver(batch);
    written.catch(() => undefined);
    return written;
  }

  private resume(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const envelope of waiting) void this.accept(envelope);
  }

  private check(envelope: common.Envelope): void {
    const headers = readHeaders(envelope);
    if (headers.channel.getChannelId() !== this.parts.config.channel) {
      throw new OrderingRefusal('BAD_REQUEST', 'channel does not exist');
    }
    if ([CONFIG_TRANSACTION, CONFIG_UPDATE].includes(headers.channel.getType())) {
      throw new OrderingRefusal('BAD_REQUEST', 'message is of type that cannot be processed directly');
    }
    this.checkSize(envelope);
    const creator = this.parts.msps.deserialize(headers.signature.getCreator_asU8());
    if (creator && this.parts.clock() > creator.expiresAt) {
      throw new OrderingRefusal('BAD_REQUEST', 'broadcast client identity expired');
    }
    const genuine =
      creator && this.parts.msps.verify(creator, envelope.getPayload_asU8(), envelope.getSignature_asU8());
    const writers = this.parts.policies.named('Writers');
    const refused = writers && writers(genuine ? [creator] : []);
    if (refused !== null) throw new OrderingRefusal('FORBIDDEN', `${refused}: permission denied`);
  }

  private checkSize(envelope: common.Envelope): void {
    const size = envelope.getPayload_asU8().length + envelope.getSignature_asU8().length;
    const limit = this.parts.config.absoluteMaxBytes;
    if (size === 0) throw new OrderingRefusal('BAD_REQUEST', 'Message was empty');
    if (size > limit) {
      const info = `message payload is ${String(size)} bytes and exceeds maximum allowed ${String(limit)} bytes`;
      throw new OrderingRefusal('BAD_REQUEST', info);
    }
  }
}

function readHeaders(envelope: common.Envelope): {
  readonly channel: common.ChannelHeader;
  readonly signature: common.SignatureHeader;
} {
  const undetermined = 'could not determine channel ID';
  try {
    const payload = parseMessage(common.Payload, envelope.getPayload_asU8(), 'Payload');
    const header = payload.getHeader();
    if (!header) throw new OrderingRefusal('BAD_REQUEST', `${undetermined}: header not set`);
    return {
      channel: parseMessage(common.ChannelHeader, header.getChannelHeader_asU8(), 'ChannelHeader'),
      signature: parseMessage(common.SignatureHeader, header.getSignatureHeader_asU8(), 'SignatureHeader'),
    };
  } catch (error) {
    if (!(error instanceof MalformedMessage)) throw error;
    throw new OrderingRefusal('BAD_REQUEST', `${undetermined}: ${error.message}`);
  }
}
