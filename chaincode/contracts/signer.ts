// The person row behind a signature, for commands whose key is the registered one. What moves money takes keys from
// links instead: an organisation could swap the key of a person that it registered.
import { requireAttested } from '../domain/owned.js';
import { requireSigner } from '../domain/member/registry.js';
import type { Role } from '../protocol/forms.js';
import { keyThumbprint } from '../protocol/intent.js';
import type { PersonRow } from '../protocol/member.js';
import type { Owned } from '../protocol/owned.js';
import type { RowReader } from '../state/sessions.js';
import type { CommandContext, Signed } from './rule.js';

/** The signer's row. */
export function signerRow(
  rows: RowReader,
  { intent }: Pick<Signed<unknown>, 'intent'>,
): Owned<PersonRow> | null {
  return rows.owned('person', intent.body.person);
}

/**
 * The signer, active and attested, with the registered key and the role; `role` and `organisation` null: any.
 * Rejects: NOT_FOUND, NOT_ATTESTED, WRONG_STATE, KEY_DIFFERS, WRONG_ROLE, WRONG_ORGANISATION.
 */
export function requireSignerOf(
  command: Signed<unknown>,
  signer: Owned<PersonRow> | null,
  needed: { readonly role: Role | null; readonly organisation: string | null },
): PersonRow {
  const person = requireAttested(signer, 'person');
  return requireSigner({
    person,
    keyThumbprint: command.keyThumbprint,
    registeredThumbprint: person.key === null ? null : keyThumbprint(person.key),
    ...needed,
  });
}

/** An administrator of the marketplace of the parameters in force. Rejects: as `requireSignerOf`, NO_PARAMETERS. */
export function requireMarketplacesAdministrator(
  command: CommandContext & Signed<unknown>,
  signer: Owned<PersonRow> | null,
): PersonRow {
  const organisation = command.parameters().marketplace;
  return requireSignerOf(command, signer, { role: 'administrator', organisation });
}
