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
import type { WorkerSubmitter } from '../worker/submitter.js';
import type { PaymentDecisions } from './decide.js';
import type { DealFacts, PaymentAction } from './due-actions.js';

export interface PaymentExecutorOptions {
  readonly accounts: LinkedAccounts;
  readonly submitter: WorkerSubmitter;
  readonly operationIds: OperationIds;
  readonly decisions: PaymentDecisions;
  readonly posting: CreditPosting;
  readonly log: Logger;
}

/** Actions that are one command each. */
type CommandAction = Exclude<PaymentAction, { readonly action: 'answerPayment' }>;
type RecordAction = Extract<PaymentAction, { readonly action: 'recordDeal' }>;
const FACTS: readonly (keyof DealFacts)[] = ['full', 'moved', 'delivered', 'accepted', 'conceded'];

/** Deals that are remembered; forgetting one costs a repeated record, nothing else. */
const MOST_REMEMBERED = 10_000;

export class PaymentExecutor {
  /** What this process has recorded of each deal; recording it again would only repeat. */
  private readonly recorded = new Map<string, DealFacts>();

  constructor(private readonly options: PaymentExecutorOptions) {}

  /** False: something was refused; process the deal again later. Throws as LedgerClient.submit. */
  async execute(deal: string, view: DealView, actions: readonly PaymentAction[]): Promise<boolean> {
    const timely: CommandAction[] = [];
    for (const action of actions) {
      if (action.action === 'answerPayment') this.options.decisions.start(view, action.payment);
      else if (action.action !== 'recordDeal') timely.push(action);
      else if (this.isNew(deal, action.facts)) timely.push(this.shortened(deal, action));
    }
    return timely.length === 0 || this.submit(deal, view, timely);
  }

  private isNew(deal: string, facts: DealFacts): boolean {
    const known = this.recorded.get(deal);
    return known === undefined || FACTS.some((fact) => facts[fact] && !known[fact]);
  }

  /** The other banks' payments are read once: each reading could meet a change of theirs. */
  private shortened(deal: string, action: RecordAction): RecordAction {
    return this.recorded.get(deal)?.full === true ? { ...action, payments: [] } : action;
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
      const isTaken = await this.submitCommands(deal, commands, await this.movedAccounts(view, actions));
      const recorded = actions.find((action) => action.action === 'recordDeal');
      // What the ledger refuses may be for want of a fact that could not be proved then.
      if (!isTaken) this.recorded.delete(deal);
      else if (recorded !== undefined) this.remember(deal, recorded.facts);
      return isTaken;
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
      }
    });
    return outcomes.every((outcome) => outcome.ok);
  }

  private remember(deal: string, facts: DealFacts): void {
    if (this.recorded.size >= MOST_REMEMBERED) this.recorded.clear();
    this.recorded.set(deal, facts);
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
    case 'recordDeal': {
      const { payments, acceptance, concession } = action;
      return {
        action: 'recordDeal',
        params: {
          ...{ deal, payments },
          acceptance: acceptance && { ...acceptance },
          concession: concession && { ...concession },
        },
      };
    }
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
