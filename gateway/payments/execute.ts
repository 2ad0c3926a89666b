// Does what is due at a bank for one deal: starts decisions about payments, submits everything else. An account is
// marked for posting before it is credited.
import { paymentOf } from '../../chaincode/protocol/deal-state.js';
import type { Logger } from 'pino';
import { accountKey } from '../../chaincode/protocol/account.js';
import type { Command } from '../../chaincode/protocol/commands.js';
import type { DealView } from '../../chaincode/protocol/queries.js';
import type { CreditPosting } from '../accounts/credit-posting.js';
import type { LinkedAccounts } from '../accounts/linked-accounts.js';
import type { OperationIds } from '../accounts/operation-ids.js';
import type { Clock } from '../clock.js';
import type { WorkerSubmitter } from '../worker/submitter.js';
import type { PaymentDecisions } from './decide.js';
import type { PaymentAction } from './due-actions.js';

export interface PaymentExecutorOptions {
  readonly accounts: LinkedAccounts;
  readonly submitter: WorkerSubmitter;
  readonly operationIds: OperationIds;
  readonly decisions: PaymentDecisions;
  readonly posting: CreditPosting;
  readonly clock: Clock;
  readonly log: Logger;
  /** Has a deal processed again. */
  readonly requeue: (deal: string) => void;
}

/** Actions that are one command each. */
type CommandAction = Exclude<PaymentAction, { readonly action: 'answerPayment' }>;

/** How long a bank lets another capture first; a bank that is away delays the others no longer. */
const TURN_MS = 2_000;
/** Deals that are remembered; forgetting one costs a repeated record or a shorter wait, nothing else. */
const MOST_REMEMBERED = 10_000;

export class PaymentExecutor {
  /** Deals whose delivery this process has recorded; recording again would only repeat. */
  private readonly recorded = new Set<string>();
  /** Deal → when this bank began to wait for its turn to capture. */
  private readonly waitingSince = new Map<string, number>();

  constructor(private readonly options: PaymentExecutorOptions) {}

  /** False: something was refused; process the deal again later. Throws as LedgerClient.submit. */
  async execute(deal: string, view: DealView, actions: readonly PaymentAction[]): Promise<boolean> {
    const timely: CommandAction[] = [];
    for (const action of actions) {
      if (action.action === 'answerPayment') this.options.decisions.start(view, action.payment);
      else if (this.isTimeFor(deal, action)) timely.push(action);
    }
    return timely.length === 0 || this.submit(deal, view, timely);
  }

  private isTimeFor(deal: string, action: CommandAction): boolean {
    if (action.action === 'recordDelivery') return !this.recorded.has(deal);
    return action.action !== 'capture' || !action.othersFirst || this.hasWaited(deal);
  }

  private hasWaited(deal: string): boolean {
    const { clock, requeue } = this.options;
    const since = this.waitingSince.get(deal);
    if (since !== undefined) return clock.now() >= since + TURN_MS;
    if (this.waitingSince.size >= MOST_REMEMBERED) this.waitingSince.clear();
    this.waitingSince.set(deal, clock.now());
    clock.at(clock.now() + TURN_MS, () => {
      requeue(deal);
    });
    return false;
  }

  private async submit(deal: string, view: DealView, actions: readonly CommandAction[]): Promise<boolean> {
    const { operationIds, posting } = this.options;
    const found = await Promise.all(actions.map((action) => this.creditedAccount(view, action)));
    const accounts = found.filter((account) => account !== null);
    const commands = await Promise.all(actions.map((action) => commandOf(deal, action, operationIds)));
    const expected: string[] = [];
    try {
      for (const account of accounts) {
        await posting.expect(account);
        expected.push(account);
      }
      return await this.submitCommands(deal, commands, await this.movedAccounts(view, actions));
    } finally {
      for (const account of expected) posting.credited(account);
    }
  }

  private async submitCommands(
    deal: string,
    commands: readonly Command[],
    locks: readonly string[],
  ): Promise<boolean> {
    const outcomes = await this.options.submitter.submit('owner', commands, locks);
    commands.forEach(({ action }, index) => {
      const outcome = outcomes[index];
      if (outcome?.ok === false) {
        this.options.log.info({ deal, action, code: outcome.code }, 'the ledger refused an action');
      } else if (action === 'recordDelivery') this.remember(deal);
    });
    return outcomes.every((outcome) => outcome.ok);
  }

  private remember(deal: string): void {
    if (this.recorded.size >= MOST_REMEMBERED) this.recorded.clear();
    this.recorded.add(deal);
  }

  /** Conflict keys of the payers' accounts that captures and voids change. */
  private async movedAccounts(view: DealView, actions: readonly CommandAction[]): Promise<readonly string[]> {
    const links = actions.flatMap((action) => {
      if (action.action !== 'capture' && action.action !== 'voidPayment') return [];
      return paymentOf(view, action.payment)?.row.link ?? [];
    });
    const accounts = await Promise.all(links.map((link) => this.options.accounts.accountOf(link)));
    return accounts.filter((account) => account !== null).map(accountKey);
  }

  private async creditedAccount(view: DealView, action: CommandAction): Promise<string | null> {
    if (action.action !== 'credit') return null;
    const { payment, payee } = action;
    const credit = view.credits.find(({ row }) => row.payment === payment && row.payee === payee);
    return credit === undefined ? null : this.options.accounts.accountOf(credit.row.link);
  }
}

async function commandOf(deal: string, action: CommandAction, operationIds: OperationIds): Promise<Command> {
  switch (action.action) {
    case 'recordDelivery':
      return { action: 'recordDelivery', params: { deal } };
    case 'credit': {
      const { payment, payee } = action;
      const operation = await operationIds.operation({ kind: 'credit', deal, payment, payee });
      return { action: 'credit', params: { deal, payment, payee, operation } };
    }
    case 'capture':
    case 'voidPayment': {
      // The void of an expired hold has the same id as one for a late yes: a payment is given back once.
      const kind = action.action === 'capture' ? 'capture' : 'void';
      const { payment } = action;
      const operation = await operationIds.operation({ kind, deal, payment });
      const refundKey = await operationIds.refundKey(deal);
      return { action: action.action, params: { deal, payment, operation, refundKey } };
    }
  }
}
