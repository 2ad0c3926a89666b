// Duty: what a rule may believe of a row that one organisation owns (architecture §4).
// Must not: compare hashes; `state/` has done that in its one place.
import { RuleViolation } from '../protocol/violation.js';

/** An owned row with the verdict on its attestation: initial status, or the owner's collection says so. */
export interface Owned<R> {
  readonly row: R;
  readonly attested: boolean;
}

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

/** The row if its owner stands behind it, else null: for rules that skip what nobody vouches for. */
export function attestedOrNull<R>(owned: Owned<R> | null): R | null {
  return owned !== null && owned.attested ? owned.row : null;
}
