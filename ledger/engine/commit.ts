// Turns a batch of ordered envelopes into a block: validates each transaction, then writes all in one atomic batch.
// The engine commits one batch after the other.
import { peer } from '@hyperledger/fabric-protos';
import { orderedBlock, setCommitMetadata, headerHash } from '../fabric/block.js';
import { BlockUpdates } from '../fabric/block-updates.js';
import type { ChannelPolicies } from '../fabric/channel-policies.js';
import type { Definitions } from '../fabric/definitions.js';
import { nextCommitHash } from '../fabric/commit-hash.js';
import type { MspRegistry } from '../fabric/identity.js';
import { validateBlock, type ValidatedEnvelope } from '../fabric/validate-block.js';
import { encodeMeta, encodePlace, type LedgerMeta } from './ledger-meta.js';
import type { OrderedEnvelope } from './ordering.js';
import type { ParsedNamespace } from '../fabric/read-write-set.js';
import type { Signer } from '../fabric/signer.js';
import { WorldState } from '../fabric/state.js';
import {
  blockKey,
  META_KEY,
  transactionKey,
  type Snapshot,
  type Store,
  type Write,
} from '../fabric/store.js';
import type { ParsedEnvelope } from '../fabric/transaction.js';
import { TransactionEffects } from './transaction-effects.js';
import { transientRemovals } from './transient-store.js';
import type { SeededFaults } from './fault-injector.js';

const Code = peer.TxValidationCode;

export interface CommitterParts {
  readonly msps: MspRegistry;
  readonly policies: ChannelPolicies;
  readonly definitions: Definitions;
  readonly store: Store;
  readonly orderer: Signer;
  readonly faults: SeededFaults;
}

export class Committer {
  constructor(
    private readonly parts: CommitterParts,
    private meta: LedgerMeta,
  ) {}

  get height(): number {
    return this.meta.height;
  }

  get ledgerMeta(): LedgerMeta {
    return this.meta;
  }

  /** Validates and writes one block; when it resolves, the block is durable. */
  async commit(batch: readonly OrderedEnvelope[]): Promise<void> {
    const { store, faults, ...scope } = this.parts;
    const snapshot = store.snapshot();
    try {
      const block = this.meta.height;
      const isConflictForced = (): boolean => faults.takeConflict();
      const effects = new TransactionEffects(snapshot, scope.definitions);
      const judging = { ...scope, snapshot, block, isConflictForced };
      const { validated, updates } = await validateBlock(batch, judging, ({ envelope }, transaction) => {
        if (envelope.action) effects.apply(envelope.action, { block, transaction });
      });
      const gone = batch.flatMap((envelope) => [
        { key: envelope.queueKey, value: null },
        ...(envelope.action ? transientRemovals(envelope.action) : []),
      ]);
      const writes = [...gone, ...(await effects.writes(block, updates))];
      await this.write(validated, { updates, writes, snapshot });
    } finally {
      snapshot.close();
    }
  }

  /** Appends a configuration block, with state writes of its own. */
  async commitConfiguration(
    envelope: ParsedEnvelope,
    change: { readonly sequence: number; readonly hash: string; readonly sets: readonly ParsedNamespace[] },
  ): Promise<void> {
    const block = this.meta.height;
    this.meta = {
      ...this.meta,
      configBlock: block,
      configSequence: change.sequence,
      configHash: change.hash,
    };
    const validated = [{ envelope, code: Code.VALID }];
    const snapshot = this.parts.store.snapshot();
    try {
      const updates = new BlockUpdates(new WorldState(snapshot));
      updates.apply(change.sets, { block, transaction: 0 });
      await this.write(validated, { updates, writes: [], snapshot });
    } finally {
      snapshot.close();
    }
  }

  /** The first block that holds a transaction id keeps it, valid or not, as Fabric's index does. */
  private indexWrites(validated: readonly ValidatedEnvelope[], snapshot: Snapshot): Write[] {
    const places = new Map<string, Write>();
    for (const [position, { envelope, code }] of validated.entries()) {
      const key = transactionKey(envelope.txId);
      if (envelope.txId === '' || places.has(key) || snapshot.get(key)) continue;
      places.set(key, { key, value: encodePlace({ block: this.meta.height, position, code }) });
    }
    return [...places.values()];
  }

  private async write(
    validated: readonly ValidatedEnvelope[],
    changes: { readonly updates: BlockUpdates; readonly writes: Write[]; readonly snapshot: Snapshot },
  ): Promise<void> {
    const { updates, writes, snapshot } = changes;
    const number = this.meta.height;
    const plan = {
      number,
      previousHash: Buffer.from(this.meta.lastHash, 'hex'),
      envelopes: validated.map(({ envelope }) => envelope.bytes),
      lastConfig: this.meta.configBlock,
    };
    const block = orderedBlock(plan, this.parts.orderer);
    const flags = Uint8Array.from(validated.map(({ code }) => code));
    const commitHash = nextCommitHash({ number, flags, updates }, Buffer.from(this.meta.commitHash, 'hex'));
    setCommitMetadata(block, flags, commitHash);
    const header = block.getHeader();
    if (!header) throw new Error('a block without header');
    const meta: LedgerMeta = {
      ...this.meta,
      height: number + 1,
      lastHash: headerHash(header).toString('hex'),
      commitHash: commitHash.toString('hex'),
    };
    await this.parts.store.write([
      { key: blockKey(number), value: block.serializeBinary() },
      { key: META_KEY, value: encodeMeta(meta) },
      ...this.indexWrites(validated, snapshot),
      ...updates.writes(),
      ...writes,
    ]);
    this.parts.store.acknowledge(meta.height);
    this.meta = meta;
  }
}
