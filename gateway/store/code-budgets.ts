// What a bank stores of how often codes were sent and tried, over all that they were for.
import type { Instant } from '../../chaincode/protocol/forms.js';

/** A count that time wears away, and until when nothing more is counted because nothing more is done. */
export interface Gauge {
  readonly count: number;
  /** When `count` was true. */
  readonly at: Instant;
  readonly pausedUntil: Instant;
}

export interface CodeBudget {
  /** Whose it is, and for which askers: `BudgetName`. */
  readonly name: string;
  readonly messages: Gauge;
  readonly tries: Gauge;
}

/** `budget` takes the place of the earlier one; without it that one stays. */
export interface CodeBudgetChange<Result> {
  readonly budget?: CodeBudget;
  readonly result: Result;
}

export interface CodeBudgets {
  /**
   * Hands the budget of a name to `decide` while no other caller, of this process or another, can change it; null:
   * nothing was counted yet. Resolves with the result when the change is stored.
   */
  change<Result>(
    name: string,
    decide: (budget: CodeBudget | null) => CodeBudgetChange<Result>,
  ): Promise<Result>;
  /** Removes budgets that were not touched since; resolves with how many there were. */
  removeOlder(before: Instant): Promise<number>;
}
