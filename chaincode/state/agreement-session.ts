// Duty: writes of the agreement lane: public rows; a created owned row gets its owner's key policy at once.
// Must not: read private data, or change an owned row: only its owner's lane may.
import { INITIAL_STATUS, rowKey, type OwnedKind, type Rows } from '../protocol/rows.js';
import { RowSession } from './row-session.js';
import type { AgreementSession, Ids, SharedKind } from './sessions.js';

export class AgreementRows extends RowSession implements AgreementSession {
  put<K extends SharedKind>(kind: K, ids: Ids, row: Rows[K]): void {
    this.overlay.set(rowKey(kind, ...ids), { text: this.textOf(row), policyOf: null });
  }

  createOwned<K extends OwnedKind>(kind: K, ids: Ids, row: Rows[K]): void {
    const key = rowKey(kind, ...ids);
    if (row.status !== INITIAL_STATUS[kind]) throw new Error(`${kind} is created in its initial status only`);
    if (this.overlay.get(key) !== undefined || !this.isKnownAbsent(key, ids.at(-1) ?? '')) {
      throw new Error(
        `${kind} is created only where its absence, or that of its intent's usedIntent, was read`,
      );
    }
    const text = this.textOf(row);
    this.overlay.set(key, { text, policyOf: row.owner });
  }

  private isKnownAbsent(key: string, intent: string): boolean {
    const found = this.store.loaded(key);
    return (
      found === null || (found === undefined && this.store.loaded(rowKey('usedIntent', intent)) === null)
    );
  }

  async save(): Promise<void> {
    await this.store.saveMany(this.overlay.accepted);
  }
}
