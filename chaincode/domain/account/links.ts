// Whose key and which account a link stands for. Whatever moves money takes keys from links: a key in a person's row
// may have been swapped by the organisation that registered the person.
import type { LinkRow } from '../../protocol/account.js';
import type { Hash } from '../../protocol/forms.js';
import { type Owned } from '../../protocol/owned.js';
import { RuleViolation } from '../../protocol/violation.js';
import { requireAttested } from '../owned.js';

export interface LinkUse {
  readonly link: Owned<LinkRow> | null;
  readonly person: string;
  readonly keyThumbprint: Hash;
  readonly currency: string;
}

/**
 * The person's own, confirmed link.
 * Rejects: NOT_FOUND, NOT_ATTESTED, WRONG_STATE, WRONG_ROLE, KEY_DIFFERS, CURRENCY.
 */
export function ownLink(use: LinkUse): LinkRow {
  const link = activeLink(use.link);
  if (link.person !== use.person) throw new RuleViolation('WRONG_ROLE', { needed: 'holder of the link' });
  if (link.keyThumbprint !== use.keyThumbprint) throw new RuleViolation('KEY_DIFFERS', { link: link.id });
  if (link.currency !== use.currency) {
    throw new RuleViolation('CURRENCY', { found: use.currency, needed: link.currency });
  }
  return link;
}

/** A link that its bank has confirmed. Rejects: NOT_FOUND, NOT_ATTESTED, WRONG_STATE. */
export function activeLink(link: Owned<LinkRow> | null): LinkRow {
  const row = requireAttested(link, 'link');
  if (row.status !== 'active') {
    throw new RuleViolation('WRONG_STATE', { kind: 'link', found: row.status, needed: 'active' });
  }
  return row;
}
