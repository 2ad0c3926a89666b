// What a rule requires of a row that one organisation owns (architecture §4). `state/` has compared the hashes.
import type { Owned } from '../protocol/owned.js';
import { RuleViolation } from '../protocol/violation.js';

/** The row, if it exists and its owner stands behind it. Rejects: NOT_FOUND, NOT_ATTESTED. */
export function requireAttested<R>(owned: Owned<R> | null, what: string): R {
  const { row, attested } = present(owned, what);
  if (!attested) throw new RuleViolation('NOT_ATTESTED', { what });
  return row;
}

/** A value that must exist. Rejects: NOT_FOUND. */
export function present<R>(value: R | null | undefined, what: string): R {
  if (value === null || value === undefined) throw new RuleViolation('NOT_FOUND', { what });
  return value;
}
