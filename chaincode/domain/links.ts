// Duty: whose key and which account a link stands for; whatever moves money takes keys from links (rule 1).
// Must not: look at person rows: a person's key there may have been swapped by who registered the person.
import { RuleViolation } from '../protocol/violation.js';
import type { Hash, LinkRow } from '../protocol/rows.js';
import { requireAttested, type Owned } from './owned.js';

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
