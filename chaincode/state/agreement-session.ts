// Writes of the agreement lane: public rows; a created owned row gets its owner's key policy at once.
import { isInitial, type OwnedKind, rowKey, type Rows } from '../protocol/rows.js';
import { RuleViolation } from '../protocol/violation.js';
import { RowSession } from './row-session.js';
import type { AgreementWriter, Ids, SharedKind } from './sessions.js';

export class AgreementRows extends RowSession implements AgreementWriter {
  put<K extends SharedKind>(kind: K, ids: Ids, row: Rows[K]): void {
    this.overlay.set(rowKey(kind, ...ids), { kind, text: this.textOf(kind, row), policyOf: null });
  }

  async createOwned<K extends OwnedKind>(kind: K, ids: Ids, row: Rows[K]): Promise<void> {
    const key = rowKey(kind, ...ids);
    if (!isInitial(kind, row)) throw new Error(`${kind} is created in its initial form only`);
    const found = await this.read(() => this.text(key));
    // What stands there may be of no form that counts as a row: it is not overwritten either.
    if (found !== null) throw new RuleViolation('EXISTS', { what: ids.at(-1) ?? kind });
    this.overlay.set(key, { kind, text: this.textOf(kind, row), policyOf: row.owner });
  }

  async save(): Promise<void> {
    await this.store.saveMany(this.overlay.accepted);
  }
}
