// Duty: the person row behind a signature, for commands whose key is the registered one (not a link's).
// Must not: serve what moves money: that takes keys from links (ledger-plan rule 1).
import { requireAttested } from '../domain/owned.js';
import { requireSigner } from '../domain/registry.js';
import { keyThumbprint } from '../protocol/intent.js';
import { rowKey, type PersonRow, type Role } from '../protocol/rows.js';
import type { ReadSession } from '../state/sessions.js';
import type { Signed } from './handler.js';

/** Key of the signer's row, to be loaded beforehand. */
export function signerKey({ intent }: Pick<Signed<unknown>, 'intent'>): string {
  return rowKey('person', intent.body.person);
}

/**
 * The signer, attested active, with the registered key and the role; `role` and `organisation` null: any.
 * Rejects: NOT_FOUND, NOT_ATTESTED, WRONG_STATE, KEY_DIFFERS, WRONG_ROLE, WRONG_ORGANISATION.
 */
export async function signerOf(
  session: ReadSession,
  call: Signed<unknown>,
  needed: { readonly role: Role | null; readonly organisation: string | null },
): Promise<PersonRow> {
  const person = requireAttested(await session.owned('person', call.intent.body.person), 'person');
  return requireSigner({
    person,
    keyThumbprint: call.keyThumbprint,
    registeredThumbprint: person.key === null ? null : keyThumbprint(person.key),
    ...needed,
  });
}
