// The projection's tables in memory, for tests of what blocks change.
import {
  attestationName,
  type BlockChanges,
  type KnownRows,
  type Wanted,
} from '../../../gateway/projection/block-changes.js';
import type { ProjectedRow } from '../../../gateway/projection/projected-row.js';
import type { OpenTables, ProjectionTables } from '../../../gateway/projection/projection.js';

export class MemoryTables implements ProjectionTables, OpenTables {
  readonly rows = new Map<string, ProjectedRow>();
  readonly changes: BlockChanges[] = [];
  private readonly attestations = new Map<string, string>();

  newestBlock(): Promise<number> {
    return Promise.resolve(this.changes.at(-1)?.block.block ?? -1);
  }

  inTransaction<T>(work: (tables: OpenTables) => Promise<T>): Promise<T> {
    return work(this);
  }

  clear(): Promise<void> {
    this.rows.clear();
    this.attestations.clear();
    this.changes.length = 0;
    return Promise.resolve();
  }

  known({ keyHashes, keys, invitationsOf }: Wanted): Promise<KnownRows> {
    const wanted = new Set(keyHashes);
    const rows = [...this.rows.values()].filter(({ keyHash }) => keyHash !== null && wanted.has(keyHash));
    const attestations = [...this.attestations].filter(([name]) => wanted.has(name.split('/')[1] ?? ''));
    return Promise.resolve({
      byKeyHash: new Map(rows.map((row) => [row.keyHash ?? '', row])),
      attestations: new Map(attestations),
      rows: new Map(
        [...this.rows].filter(
          ([key, { kind, deal }]) =>
            keys.includes(key) || (kind === 'invitation' && invitationsOf.includes(deal ?? '')),
        ),
      ),
    });
  }

  save(changes: BlockChanges): Promise<void> {
    this.changes.push(changes);
    for (const row of changes.rows) this.rows.set(row.key, row);
    for (const key of changes.gone) this.rows.delete(key);
    for (const write of changes.attestations) {
      const name = attestationName(write);
      if (write.valueHash === null) this.attestations.delete(name);
      else this.attestations.set(name, write.valueHash);
    }
    return Promise.resolve();
  }

  /** Rows of a deal in the order of their keys. */
  ofDeal(deal: string): readonly ProjectedRow[] {
    return [...this.rows.values()]
      .filter((row) => row.deal === deal)
      .sort((left, right) => (left.key < right.key ? -1 : 1));
  }
}
