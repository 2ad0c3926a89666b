// Replays the blocks over an empty state: codes, state after each transaction, running commit hash.
import { common, peer } from '@hyperledger/fabric-protos';
import { BlockUpdates } from '../ledger/fabric/block-updates.js';
import { nextCommitHash } from '../ledger/fabric/commit-hash.js';
import { validateBlock, type ValidatedEnvelope } from '../ledger/fabric/validate-block.js';
import { MemoryStore } from '../ledger/fabric/memory-store.js';
import { MalformedMessage, parseMessage } from '../ledger/fabric/protobuf.js';
import { CONFIG_TRANSACTION } from '../ledger/fabric/proposal.js';
import { WorldState } from '../ledger/fabric/state.js';
import { transactionKey, type Snapshot, type Write } from '../ledger/fabric/store.js';
import { parseEnvelope, type EndorsedAction } from '../ledger/fabric/transaction.js';
import type { ReadBlock } from './block-form.js';
import { readConfiguration, type ChannelConfiguration } from './channel-configuration.js';
import { CommittedDefinitions } from './committed-definitions.js';

const Code = peer.TxValidationCode;

export interface ReplayedTransaction {
  readonly txId: string;
  readonly code: number;
}

/** A valid transaction with its sets, and the state, with or without it as the watch says. */
export interface ValidTransaction {
  readonly block: number;
  readonly position: number;
  readonly txId: string;
  readonly envelope: Uint8Array;
  readonly action: EndorsedAction;
  readonly state: BlockUpdates;
}

/** The state that a transaction finds: what was committed before its block, and what its block has changed so far. */
export interface StateBefore {
  readonly committed: WorldState;
  readonly updates: BlockUpdates;
}

/** Called for each valid transaction, one after the other. */
export interface ReplayWatch {
  /** Before its writes are applied. */
  before(transaction: ValidTransaction, state: StateBefore): Promise<void>;
  after(transaction: ValidTransaction): void;
}

export interface ReplayedBlock {
  readonly transactions: readonly ReplayedTransaction[];
  readonly commitHash: Uint8Array;
  /** The configuration that this block brought, if it is a configuration block. */
  readonly configuration: ChannelConfiguration | null;
}

interface Change {
  readonly transactions: readonly ReplayedTransaction[];
  readonly updates: BlockUpdates;
}

export class Replay {
  private readonly store = new MemoryStore();
  private inForce: ChannelConfiguration | null = null;
  private commitHash: Uint8Array = new Uint8Array();

  constructor(
    private readonly channel: string,
    private readonly watch: ReplayWatch,
  ) {}

  /** In force after the blocks so far; null before block 0. */
  get configuration(): ChannelConfiguration | null {
    return this.inForce;
  }

  /** Throws MalformedMessage or Error if a configuration cannot be read: nothing after it can be validated. */
  async play(block: ReadBlock): Promise<ReplayedBlock> {
    const configuration = configurationIn(block);
    const snapshot = this.store.snapshot();
    try {
      if (configuration) this.inForce = configuration;
      const change = configuration
        ? this.configure(block, configuration, snapshot)
        : await this.validate(block, snapshot);
      const { transactions, updates } = change;
      const flags = Uint8Array.from(transactions.map(({ code }) => code));
      this.commitHash = nextCommitHash({ number: block.number, flags, updates }, this.commitHash);
      await this.store.write([...updates.writes(), ...indexWrites(transactions)]);
      return { transactions, commitHash: this.commitHash, configuration };
    } finally {
      snapshot.close();
    }
  }

  private configure(block: ReadBlock, configuration: ChannelConfiguration, snapshot: Snapshot): Change {
    const updates = new BlockUpdates(new WorldState(snapshot));
    updates.apply(configuration.definitions, { block: block.number, transaction: 0 });
    return { transactions: [{ txId: '', code: Code.VALID }], updates };
  }

  private async validate(block: ReadBlock, snapshot: Snapshot): Promise<Change> {
    const { inForce: configuration } = this;
    if (!configuration) throw new Error('the first block holds no configuration');
    const { msps, policies } = configuration;
    const batch = block.envelopes.map((bytes) => parseEnvelope(bytes, { channel: this.channel, msps }));
    const definitions = new CommittedDefinitions(new WorldState(snapshot), configuration);
    const scope = { msps, policies, definitions, snapshot, block: block.number };
    const { validated, updates } = await validateBlock(batch, scope);
    await this.report(validated, block.number, new WorldState(snapshot));
    const transactions = validated.map(({ envelope, code }) => ({ txId: envelope.txId, code }));
    return { transactions, updates };
  }

  /** Applies the block's valid transactions once more, one by one. */
  private async report(
    validated: readonly ValidatedEnvelope[],
    block: number,
    committed: WorldState,
  ): Promise<void> {
    const state = new BlockUpdates(committed);
    for (const [position, { envelope, code }] of validated.entries()) {
      const { action, txId, bytes } = envelope;
      if (code !== Code.VALID || !action) continue;
      const transaction = { block, position, txId, envelope: bytes, action, state };
      await this.watch.before(transaction, { committed, updates: state });
      state.apply(action.sets, { block, transaction: position });
      this.watch.after(transaction);
    }
  }
}

/** The configuration of a block that holds one and nothing else. */
function configurationIn({ envelopes }: ReadBlock): ChannelConfiguration | null {
  const [first, ...more] = envelopes;
  if (!first || more.length > 0) return null;
  const payload = payloadOf(first);
  return payload ? readConfiguration(payload) : null;
}

function payloadOf(envelope: Uint8Array): Uint8Array | null {
  try {
    const bytes = parseMessage(common.Envelope, envelope, 'Envelope').getPayload_asU8();
    const payload = parseMessage(common.Payload, bytes, 'Payload');
    const header = payload.getHeader()?.getChannelHeader_asU8() ?? new Uint8Array();
    const type = parseMessage(common.ChannelHeader, header, 'ChannelHeader').getType();
    return type === CONFIG_TRANSACTION ? payload.getData_asU8() : null;
  } catch (error) {
    if (error instanceof MalformedMessage) return null; // then it is validated as any transaction
    throw error;
  }
}

/** Fabric's index: the first block that holds an id keeps it, valid or not. */
function indexWrites(transactions: readonly ReplayedTransaction[]): Write[] {
  return transactions
    .filter(({ txId }) => txId !== '')
    .map(({ txId }) => ({ key: transactionKey(txId), value: new Uint8Array([1]) }));
}
