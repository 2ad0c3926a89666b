// Turns a batch of ordered envelopes into a block: judges each transaction, then writes everything in one atomic batch.
// It must not run for two blocks at once; the engine calls it one batch after the other.
import { peer } from '@hyperledger/fabric-protos';
import { orderedBlock, setCommitMetadata, headerHash } from './block.js';
import { BlockUpdates } from './block-updates.js';
import type { ChannelPolicies } from './channel-policies.js';
import type { Definitions } from './definitions.js';
import type { MspRegistry } from './identity.js';
import { encodeMeta, encodePlace, type LedgerMeta } from './ledger-meta.js';
import { PrivateUpdates, type TransientStore } from './private-data.js';
import { sha256 } from './protobuf.js';
import type { Signer } from './signer.js';
import { WorldState } from './state.js';
import { blockKey, metaKey, transactionKey, type Snapshot, type Store, type Write } from './store.js';
import type { ParsedEnvelope } from './transaction.js';
import type { SwitchBoard } from './trouble.js';
import { notePolicyChanges, validateEndorsement, type PolicyChanges } from './validate-endorsement.js';
import { validateVersions } from './validate-versions.js';

const Code = peer.TxValidationCode;

export interface CommitterParts {
  msps: MspRegistry;
  policies: ChannelPolicies;
  definitions: Definitions;
  store: Store;
  transients: TransientStore;
  orderer: Signer;
  trouble: SwitchBoard;
}

interface Judged {
  envelope: ParsedEnvelope;
  code: number;
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
  async commit(batch: readonly ParsedEnvelope[]): Promise<void> {
    const snapshot = this.parts.store.snapshot();
    try {
      const state = new WorldState(snapshot);
      const judged = this.judgeEndorsements(batch, snapshot);
      const updates = new BlockUpdates(state);
      const privateUpdates = new PrivateUpdates(state, this.parts.definitions);
      for (const [position, transaction] of judged.entries()) {
        await this.judgeVersions(transaction, { state, updates });
        const { action } = transaction.envelope;
        if (transaction.code !== Code.VALID || !action) continue;
        const version = { block: this.meta.height, transaction: position };
        updates.apply(action.sets, version);
        privateUpdates.apply(action, version, this.parts.transients);
      }
      const writes = [...updates.writes(), ...privateUpdates.writes(updates)];
      await this.write(judged, writes, this.indexWrites(judged, snapshot));
    } finally {
      snapshot.close();
    }
  }

  /** Appends a configuration block, with state writes of its own. */
  async commitConfiguration(
    envelope: ParsedEnvelope,
    change: { sequence: number; hash: string; writes: (block: number) => Write[] },
  ): Promise<void> {
    const block = this.meta.height;
    this.meta = {
      ...this.meta,
      configBlock: block,
      configSequence: change.sequence,
      configHash: change.hash,
    };
    const judged = [{ envelope, code: Code.VALID }];
    const snapshot = this.parts.store.snapshot();
    try {
      await this.write(judged, change.writes(block), this.indexWrites(judged, snapshot));
    } finally {
      snapshot.close();
    }
  }

  private judgeEndorsements(batch: readonly ParsedEnvelope[], snapshot: Snapshot): Judged[] {
    const { msps, policies, definitions } = this.parts;
    const scope = { msps, policies, definitions, state: new WorldState(snapshot) };
    const policyChanges: PolicyChanges = new Set();
    const judged = batch.map((envelope): Judged => {
      const { action } = envelope;
      if (envelope.code !== Code.VALID || !action) return { envelope, code: envelope.code };
      if (snapshot.get(transactionKey(envelope.txId))) return { envelope, code: Code.DUPLICATE_TXID };
      const code = validateEndorsement(action, policyChanges, scope);
      if (code === Code.VALID) notePolicyChanges(action, policyChanges);
      return { envelope, code };
    });
    markDuplicates(judged);
    return judged;
  }

  private async judgeVersions(
    transaction: Judged,
    over: { state: WorldState; updates: BlockUpdates },
  ): Promise<void> {
    const { action } = transaction.envelope;
    if (transaction.code !== Code.VALID || !action) return;
    transaction.code = await validateVersions(action.sets, over.state, over.updates);
    if (transaction.code === Code.VALID && this.parts.trouble.takeConflict()) {
      transaction.code = Code.MVCC_READ_CONFLICT;
    }
  }

  /** The first block that holds a transaction id keeps it, valid or not, as Fabric's index does. */
  private indexWrites(judged: readonly Judged[], snapshot: Snapshot): Write[] {
    const places = new Map<string, Write>();
    for (const [position, { envelope, code }] of judged.entries()) {
      const key = transactionKey(envelope.txId);
      if (envelope.txId === '' || places.has(key) || snapshot.get(key)) continue;
      places.set(key, { key, value: encodePlace({ block: this.meta.height, position, code }) });
    }
    return [...places.values()];
  }

  private async write(judged: readonly Judged[], stateWrites: Write[], indexWrites: Write[]): Promise<void> {
    const number = this.meta.height;
    const plan = {
      number,
      previousHash: Buffer.from(this.meta.lastHash, 'hex'),
      envelopes: judged.map(({ envelope }) => envelope.bytes),
      lastConfig: this.meta.configBlock,
    };
    const block = orderedBlock(plan, this.parts.orderer);
    const flags = Uint8Array.from(judged.map(({ code }) => code));
    const commitHash = nextCommitHash(flags, stateWrites, Buffer.from(this.meta.commitHash, 'hex'));
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
      { key: metaKey, value: encodeMeta(meta) },
      ...indexWrites,
      ...stateWrites,
    ]);
    this.parts.store.acknowledge(meta.height);
    this.meta = meta;
    this.parts.transients.remove(judged.map(({ envelope }) => envelope.txId));
    this.parts.transients.expire(meta.height);
  }
}

/** Of several valid transactions with one id in a block the first stands. */
function markDuplicates(judged: readonly Judged[]): void {
  const seen = new Set<string>();
  for (const transaction of judged) {
    if (transaction.code !== Code.VALID) continue;
    if (seen.has(transaction.envelope.txId)) transaction.code = Code.DUPLICATE_TXID;
    else seen.add(transaction.envelope.txId);
  }
}

/** Chains codes and state changes, private ones excepted: their owners alone hold them. */
function nextCommitHash(flags: Uint8Array, stateWrites: readonly Write[], previous: Uint8Array): Buffer {
  const shared = stateWrites
    .filter(({ key }) => !key.startsWith('P'))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const parts = shared.flatMap(({ key, value }) => [
    sha256(Buffer.from(key, 'latin1')),
    value ? sha256(value) : new Uint8Array([0]),
  ]);
  return sha256(flags, ...parts, previous);
}
