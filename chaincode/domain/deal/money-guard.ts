// The one question that every rule which moves a deal's money asks first: may the money of this deal move now?
import { RuleViolation } from '../../protocol/violation.js';

/** What the answer depends on, as the rows of a deal say it. */
export interface MoneyGuard {
  readonly deal: string;
  /** Why the money stays where it is; null: it may move. No rule freezes a deal yet; disputes will. */
  readonly frozenBy: string | null;
}

/** Rejects: WRONG_STATE while the money of the deal must not move (I4). */
export function requireMoneyMayMove({ deal, frozenBy }: MoneyGuard): void {
  if (frozenBy === null) return;
  throw new RuleViolation('WRONG_STATE', { kind: 'deal', deal, found: frozenBy, needed: 'no dispute' });
}
