// Duty: proves again that a stored intent is what its row claims, with the key that a bank proved (rules 1, 3, 10).
// Must not: look at expiry; using a used intent again makes no second receipt (rule 28).
import { canonicalJson, type Json } from '../protocol/canonical-json.js';
import { intentForm } from '../protocol/command-forms.js';
import { isSigned, keyThumbprint, signableBytes, type Intent } from '../protocol/intent.js';
import type { LinkRow } from '../protocol/rows.js';
import { RuleViolation } from '../protocol/violation.js';
import { activeLink } from './links.js';
import type { Owned } from './owned.js';

export interface Claim {
  /** What the intent is, for the refusal: listing, purchase, payment, acceptance. */
  readonly what: string;
  /** As its row holds it; null: the row holds none. */
  readonly intent: Intent | null;
  readonly channel: string;
  /** Id of the intent where it became a row's id; null where any will do. */
  readonly id: string | null;
  readonly action: string;
  readonly person: string;
  readonly params: { readonly [name: string]: Json };
  /** The person's link, whose bank proved the key. */
  readonly link: Owned<LinkRow> | null;
}

/** The link that proves it. Rejects: BAD_SIGNATURE (names what), NOT_FOUND, NO_EVIDENCE, WRONG_STATE. */
export function provenLink(claim: Claim): LinkRow {
  const link = activeLink(claim.link);
  const { intent, what } = claim;
  if (!isIntent(intent) || !saysSo(intent, claim) || !isHoldersWord(intent, claim.person, link)) {
    throw new RuleViolation('BAD_SIGNATURE', { what });
  }
  return link;
}

/** Rows that nobody owns hold whatever altered chaincode wrote: a text without the form of an intent says nothing. */
function isIntent(intent: Intent | null): intent is Intent {
  if (intent === null) return false;
  try {
    intentForm(intent as unknown as Json, 'intent'); // what a row holds is JSON
    return signableBytes(intent.body).length > 0;
  } catch {
    return false;
  }
}

function saysSo(intent: Intent, { channel, id, action, person, params }: Claim): boolean {
  const { body } = intent;
  const meant = body.channel === channel && body.action === action && body.person === person;
  return meant && (id === null || body.id === id) && canonicalJson(body.params) === canonicalJson(params);
}

function isHoldersWord(intent: Intent, person: string, link: LinkRow): boolean {
  const holders = link.person === person && link.keyThumbprint === keyThumbprint(intent.key);
  return holders && isSigned(intent);
}
