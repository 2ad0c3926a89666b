// Proves again that a stored signature covers what its rows say, with the key that a bank proved. Expiry is not asked:
// a used intent stays what it was.
import type { LinkRow } from '../protocol/account.js';
import type { Json } from '../protocol/canonical-json.js';
import { attached, type DetachedSignature, type Intent, keyThumbprint } from '../protocol/intent.js';
import type { Owned } from '../protocol/owned.js';
import { RuleViolation } from '../protocol/violation.js';
import { isSigned } from '../signatures/intent-signatures.js';
import { activeLink } from './account/links.js';

/** What a signature must cover, word by word. */
export interface SignedStatement {
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
export function provenLink(statement: SignedStatement): LinkRow {
  const link = activeLink(statement.link);
  const intent = intentOf(statement);
  if (intent !== null && isHoldersWord(intent, link)) return link;
  throw new RuleViolation('BAD_SIGNATURE', { what: statement.what });
}

/** Whether the signature covers the statement, with the key of a link that is known to be genuine. */
export function isProven(statement: SignedStatement): boolean {
  const intent = intentOf(statement);
  return intent !== null && statement.link !== null && isHoldersWord(intent, statement.link.row);
}

function intentOf({ signed, channel, id, person, action, params }: SignedStatement): Intent | null {
  return signed === null ? null : attached(signed, { channel, id, person, action, params });
}

function isHoldersWord(intent: Intent, link: LinkRow): boolean {
  const holders = link.person === intent.body.person && link.keyThumbprint === keyThumbprint(intent.key);
  return holders && isSigned(intent);
}
