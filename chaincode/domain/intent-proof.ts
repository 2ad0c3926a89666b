// Duty: proves again that a stored intent is what its row claims, with the key that a bank proved (rules 1, 3, 10).
// Must not: look at expiry; using a used intent again makes no second used-intent marker (rule 28).
import type { Json } from '../protocol/canonical-json.js';
import { detachedForm } from '../protocol/command-forms.js';
import {
  attached,
  isSigned,
  keyThumbprint,
  signableBytes,
  type DetachedSignature,
  type Intent,
} from '../protocol/intent.js';
import type { LinkRow } from '../protocol/rows.js';
import { RuleViolation } from '../protocol/violation.js';
import { activeLink } from './links.js';
import type { Owned } from './owned.js';

/** What a signature must cover, word by word. */
export interface Claim {
  /** What the intent is, for the refusal: listing, purchase, payment, acceptance. */
  readonly what: string;
  /** As a row holds it, which anybody may have written; null: none does. */
  readonly signed: DetachedSignature | null;
  readonly channel: string;
  readonly id: string;
  readonly action: string;
  readonly person: string;
  readonly params: { readonly [name: string]: Json };
  /** The person's link, whose bank proved the key. */
  readonly link: Owned<LinkRow> | null;
}

/** The link that proves it. Rejects: BAD_SIGNATURE (names what), NOT_FOUND, NOT_ATTESTED, WRONG_STATE. */
export function provenLink(claim: Claim): LinkRow {
  const link = activeLink(claim.link);
  const intent = intentOf(claim);
  if (intent !== null && isHoldersWord(intent, link)) return link;
  throw new RuleViolation('BAD_SIGNATURE', { what: claim.what });
}

/** Rows that nobody owns hold whatever altered chaincode wrote: what makes no intent says nothing. */
function intentOf({ signed, channel, id, person, action, params }: Claim): Intent | null {
  if (signed === null) return null;
  try {
    const form = detachedForm(signed as unknown as Json, 'signed'); // what a row holds is JSON
    const intent = attached(form, { channel, id, person, action, params });
    return signableBytes(intent.body).length > 0 ? intent : null;
  } catch {
    return null;
  }
}

function isHoldersWord(intent: Intent, link: LinkRow): boolean {
  const holders = link.person === intent.body.person && link.keyThumbprint === keyThumbprint(intent.key);
  return holders && isSigned(intent);
}
