// The ordering service: checks a submitter's right and size, gathers envelopes, hands batches on in order.
// It must not look inside transactions further than their headers.
import { common } from '@hyperledger/fabric-protos';
import { BatchCutter } from './batch-cutter.js';
import type { ChannelPolicies } from './channel-policies.js';
import { OrderingRefusal, type LedgerConfig } from './engine.js';
import type { MspRegistry } from './identity.js';
import { MalformedMessage, parseMessage } from './protobuf.js';
import { configTransaction } from './proposal.js';
import { parseEnvelope, type ParsedEnvelope } from './transaction.js';
import type { SwitchBoard } from './trouble.js';

/** Settings change with the configuration that the ledger is started with, never by a submission. */
const configUpdate = 2;

export interface OrderingParts {
  config: LedgerConfig;
  clock: () => number;
  msps: MspRegistry;
  policies: ChannelPolicies;
  trouble: SwitchBoard;
  /** Takes one batch; called in order, without waiting for the one before. */
  deliver: (batch: ParsedEnvelope[]) => void;
}

export class Ordering {
  private readonly cutter: BatchCutter<ParsedEnvelope>;
  private waiting: ParsedEnvelope[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly parts: OrderingParts) {
    this.cutter = new BatchCutter(parts.config);
    parts.trouble.onChange(() => {
      if (!parts.trouble.orderingPaused) this.resume();
    });
  }

  /** Throws OrderingRefusal; a false answer (trouble) is thrown after the envelope was accepted. */
  order(envelope: common.Envelope): void {
    this.check(envelope);
    const { channel } = this.parts.config;
    this.accept(parseEnvelope(envelope.serializeBinary(), { channel, msps: this.parts.msps }));
    const answer = this.parts.trouble.takeFalseAnswer();
    if (answer === 'lost')
      throw new OrderingRefusal('SERVICE_UNAVAILABLE', 'connection to the orderer was lost');
    if (answer) throw new OrderingRefusal('SERVICE_UNAVAILABLE', 'request already processed');
  }

  /** Cuts what waits, unless ordering is paused. */
  cut(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = undefined;
    if (this.cutter.hasPending) this.parts.deliver(this.cutter.cut());
  }

  stop(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = undefined;
  }

  private accept(envelope: ParsedEnvelope): void {
    if (this.parts.trouble.orderingPaused) {
      this.waiting.push(envelope);
      return;
    }
    for (const batch of this.cutter.add(envelope)) this.parts.deliver(batch);
    if (!this.cutter.hasPending) this.stop();
    else if (this.parts.config.batchTimeoutMs > 0) {
      this.timer ??= setTimeout(() => this.cut(), this.parts.config.batchTimeoutMs);
    }
  }

  private resume(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const envelope of waiting) this.accept(envelope);
  }

  private check(envelope: common.Envelope): void {
    const headers = readHeaders(envelope);
    if (headers.channel.getChannelId() !== this.parts.config.channel) {
      throw new OrderingRefusal('BAD_REQUEST', 'channel does not exist');
    }
    if ([configTransaction, configUpdate].includes(headers.channel.getType())) {
      throw new OrderingRefusal('BAD_REQUEST', 'message is of type that cannot be processed directly');
    }
    this.checkSize(envelope);
    const creator = this.parts.msps.deserialize(headers.signature.getCreator_asU8());
    if (creator && this.parts.clock() > creator.expiresAt) {
      throw new OrderingRefusal('BAD_REQUEST', 'broadcast client identity expired');
    }
    const genuine =
      creator && this.parts.msps.verify(creator, envelope.getPayload_asU8(), envelope.getSignature_asU8());
    const refused = this.parts.policies.named('Writers')?.(genuine ? [creator] : []);
    if (refused !== undefined) throw new OrderingRefusal('FORBIDDEN', `${refused}: permission denied`);
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
  channel: common.ChannelHeader;
  signature: common.SignatureHeader;
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
