// Credits that this bank's ledger refuses because it takes no more on the payer's bank's word: they are kept here and
// asked for again only when the room may have changed, those first whose payments came first.
import type { Amount, Instant } from '../../chaincode/protocol/forms.js';
import { paymentOf } from '../../chaincode/protocol/deal-state.js';
import type { DealView } from '../../chaincode/protocol/queries.js';
import type { WorkerSubmitter } from '../worker/submitter.js';
import type { PaymentAction } from './due-actions.js';
import type { PaymentExecutor } from './execute.js';

export interface WaitingCredit {
  readonly deal: string;
  readonly payment: string;
  readonly payee: string;
  /** On whose word it would be credited. */
  readonly payerBank: string;
  readonly currency: string;
  readonly amount: Amount;
  /** Of the payment. */
  readonly arrivedAt: Instant;
  /** In the queue for the same bank and currency; the first is 1. */
  readonly place: number;
}

type Unplaced = Omit<WaitingCredit, 'place'>;
type Name = Pick<WaitingCredit, 'deal' | 'payment' | 'payee'>;
type Executor = Pick<PaymentExecutor, 'execute'>;

const NO_ROOM = 'CAP_REACHED';

export class WaitingCredits {
  private readonly credits = new Map<string, Unplaced>();
  /** Refused by the ledger within an execution under way. */
  private readonly refused = new Set<string>();

  /** The same way to the ledger; what it refuses for want of room is noticed here. */
  noticing(submitter: WorkerSubmitter): WorkerSubmitter {
    return {
      submit: async (lane, commands, locks) => {
        const outcomes = await submitter.submit(lane, commands, locks);
        outcomes.forEach((outcome, index) => {
          const command = commands[index];
          if (command?.action !== 'credit' || outcome.ok || outcome.code !== NO_ROOM) return;
          this.refused.add(nameOf(command.params as unknown as Name)); // of the command that was sent
        });
        return outcomes;
      },
    };
  }

  /** The same executor without what waits. */
  sparing(executor: Executor): Executor {
    return {
      execute: async (deal, view, actions) => {
        const due = actions.filter((action) => !this.isWaiting(deal, action));
        try {
          return await executor.execute(deal, view, due);
        } finally {
          this.keepRefused(deal, view, due);
        }
      },
    };
  }

  /** All deals that wait, in their order: they are to be processed again, and what is refused again comes back here. */
  release(): readonly string[] {
    const deals = new Set(this.inOrder().map(({ deal }) => deal));
    this.credits.clear();
    return [...deals];
  }

  /** Of one deal, or of all, in the order of their payments. */
  list(deal: string | null = null): readonly WaitingCredit[] {
    const queues = new Map<string, number>();
    const placed = this.inOrder().map((credit) => {
      const queue = `${credit.payerBank}/${credit.currency}`;
      const place = (queues.get(queue) ?? 0) + 1;
      queues.set(queue, place);
      return { ...credit, place };
    });
    return deal === null ? placed : placed.filter((credit) => credit.deal === deal);
  }

  private isWaiting(deal: string, action: PaymentAction): boolean {
    return action.action === 'credit' && this.credits.has(nameOf({ deal, ...action }));
  }

  private keepRefused(deal: string, view: DealView, actions: readonly PaymentAction[]): void {
    for (const action of actions) {
      if (action.action !== 'credit' || !this.refused.delete(nameOf({ deal, ...action }))) continue;
      const { payment, payee } = action;
      const credit = view.credits.find(({ row }) => row.payment === payment && row.payee === payee);
      const paid = paymentOf(view, payment);
      if (credit === undefined || paid === null) continue;
      const { currency, amount } = credit.row;
      const { bank: payerBank, arrivedAt } = paid.row;
      const waiting = { deal, payment, payee, payerBank, currency, amount, arrivedAt };
      this.credits.set(nameOf(waiting), waiting);
    }
  }

  private inOrder(): readonly Unplaced[] {
    return [...this.credits.values()].sort(
      (left, right) => left.arrivedAt - right.arrivedAt || (nameOf(left) < nameOf(right) ? -1 : 1),
    );
  }
}

function nameOf({ deal, payment, payee }: Name): string {
  return `${payment}/${deal}/${payee}`;
}
