// How often a holder is sent a code and how often a code may be tried: counted per account and holder, no matter
// who asks for what. Askers who have not proven yet that they hold the account have small budgets of their own,
// so that they cannot keep the holder's own payments from going on.
import type { Instant } from '../../chaincode/protocol/forms.js';
import type { Clock } from '../clock.js';
import type { CodeBudgets } from '../store/code-budgets.js';
import { type GaugeLimits, givenBack, spent, UNUSED } from './gauge.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

interface BudgetLimits {
  readonly messages: GaugeLimits;
  readonly tries: GaugeLimits;
}

/** Of askers whose link the holder has confirmed. A message whose code was typed rightly is not counted. */
const PROVEN: BudgetLimits = {
  messages: { burst: 20, wearMs: HOUR_MS, firstPauseMs: MINUTE_MS, longestPauseMs: HOUR_MS },
  tries: { burst: 15, wearMs: 6 * HOUR_MS, firstPauseMs: MINUTE_MS, longestPauseMs: DAY_MS },
};
/** Of askers who name an account in order to link it. */
const LINKING: BudgetLimits = {
  messages: { burst: 3, wearMs: 6 * HOUR_MS, firstPauseMs: 10 * MINUTE_MS, longestPauseMs: DAY_MS },
  tries: { burst: 10, wearMs: 6 * HOUR_MS, firstPauseMs: MINUTE_MS, longestPauseMs: DAY_MS },
};

/** `proven/<holder>`, `linking/<account>` or `linkingHolder/<holder>`. */
export type BudgetName = `${'proven' | 'linking' | 'linkingHolder'}/${string}`;

/** One more of a kind; null: taken. Otherwise until when it is not. */
export type Spending = { readonly pausedUntil: Instant } | null;

export class AskingLimits {
  constructor(
    private readonly budgets: CodeBudgets,
    private readonly clock: Clock,
  ) {}

  spendMessage(name: BudgetName): Promise<Spending> {
    return this.spend(name, 'messages');
  }

  /** Stored before the try is judged: a crash gives nobody another one. */
  spendTry(name: BudgetName): Promise<Spending> {
    return this.spend(name, 'tries');
  }

  /** The code was right: neither its message nor this try counts. */
  succeeded(name: BudgetName): Promise<void> {
    const limits = limitsOf(name);
    const now = this.clock.now();
    return this.budgets.change(name, (found) => {
      const budget = found ?? { name, messages: UNUSED, tries: UNUSED };
      const messages = givenBack(budget.messages, limits.messages, now);
      const tries = { ...givenBack(budget.tries, limits.tries, now), pausedUntil: 0 };
      return { budget: { name, messages, tries }, result: undefined };
    });
  }

  private spend(name: BudgetName, kind: 'messages' | 'tries'): Promise<Spending> {
    const now = this.clock.now();
    return this.budgets.change(name, (found) => {
      const budget = found ?? { name, messages: UNUSED, tries: UNUSED };
      const gauge = spent(budget[kind], limitsOf(name)[kind], now);
      if (gauge === null) return { result: { pausedUntil: budget[kind].pausedUntil } };
      return { budget: { ...budget, [kind]: gauge }, result: null };
    });
  }
}

function limitsOf(name: BudgetName): BudgetLimits {
  return name.startsWith('proven/') ? PROVEN : LINKING;
}
