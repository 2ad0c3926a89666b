// Who asks: the person of a session, with the roles that the ledger gives. Every question about what somebody may see
// or do takes it.
import type { Role } from '../../chaincode/protocol/forms.js';
import type { PersonRow } from '../../chaincode/protocol/member.js';
import type { Person } from '../store/person-records.js';

export type { Language, Person } from '../store/person-records.js';

export interface Viewer {
  readonly person: Person;
  /** Of the active row on the ledger; empty until a key is published. */
  readonly roles: readonly Role[];
  /** Null: nothing on the ledger yet. */
  readonly row: PersonRow | null;
  readonly session: { readonly id: string };
}
