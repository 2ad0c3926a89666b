// Duty: do a bank's due steps of one deal: payments to be answered, deliveries noted, captured, given back, credited.
// Must not: send a credit before its account is marked for posting.
import type { Logger } from 'pino';
import type { Command, DealView } from '../../chaincode/protocol/commands.js';
import type { AccountHolders } from '../bank/account-holders.js';
import { accountRow } from '../ledger/command-rules.js';
import type { Clock } from './clock.js';
import type { CreditPosting } from './credit-posting.js';
import type { BankStep } from './deal-steps.js';
import type { KeptOperations } from './kept-operations.js';
import type { PaymentAnswers } from './payment-answers.js';
import type { Sending } from './sending.js';
import { bankCommand, type BankCommandStep } from './step-commands.js';

export interface BankDutiesOptions {
  readonly holders: AccountHolders;
  readonly sending: Sending;
  readonly kept: KeptOperations;
  readonly answers: PaymentAnswers;
  readonly posting: CreditPosting;
  readonly clock: Clock;
  readonly log: Logger;
  /** Looks at a deal again. */
  readonly again: (deal: string) => void;
}

/** How long a bank lets another capture first; a bank that is away holds nobody up longer. */
const TURN_MS = 2_000;
/** Deals that are remembered; forgetting one costs a repeated note or a shorter wait, nothing else. */
const MOST_REMEMBERED = 10_000;

export class BankDuties {
  /** Deals whose delivery this process has noted; noting again would only repeat. */
  private readonly noted = new Set<string>();
  /** Deal → when this bank began to wait for its turn to capture. */
  private readonly waitingSince = new Map<string, number>();

  constructor(private readonly options: BankDutiesOptions) {}

  /** False: some steps were refused; look at the deal again later. Throws as LedgerClient's sending. */
  async run(deal: string, view: DealView, steps: readonly BankStep[]): Promise<boolean> {
    const commandSteps: BankCommandStep[] = [];
    for (const step of steps) {
      if (step.step === 'answerPayment') this.options.answers.consider(view, step.payment);
      else if (this.isTimeFor(deal, step)) commandSteps.push(step);
    }
    return commandSteps.length === 0 || this.send(deal, view, commandSteps);
  }

  private isTimeFor(deal: string, step: BankCommandStep): boolean {
    if (step.step === 'recordDelivery') return !this.noted.has(deal);
    return step.step !== 'capture' || !step.othersFirst || this.hasWaited(deal);
  }

  private hasWaited(deal: string): boolean {
    const { clock, again } = this.options;
    const since = this.waitingSince.get(deal);
    if (since !== undefined) return clock.now() >= since + TURN_MS;
    if (this.waitingSince.size >= MOST_REMEMBERED) this.waitingSince.clear();
    this.waitingSince.set(deal, clock.now());
    clock.at(clock.now() + TURN_MS, () => {
      again(deal);
    });
    return false;
  }

  private async send(deal: string, view: DealView, steps: readonly BankCommandStep[]): Promise<boolean> {
    const { kept, posting } = this.options;
    const found = await Promise.all(steps.map((step) => this.creditedAccount(view, step)));
    const accounts = found.filter((account) => account !== null);
    const commands = await Promise.all(steps.map((step) => bankCommand(deal, step, kept)));
    await Promise.all(accounts.map((account) => posting.expect(account)));
    try {
      return await this.sendCommands(deal, commands, await this.movedAccounts(view, steps));
    } finally {
      for (const account of accounts) posting.credited(account);
    }
  }

  private async sendCommands(
    deal: string,
    commands: readonly Command[],
    rows: readonly string[],
  ): Promise<boolean> {
    const outcomes = await this.options.sending.own(commands, rows);
    commands.forEach(({ action }, index) => {
      const outcome = outcomes[index];
      if (outcome?.ok === false) {
        this.options.log.info({ deal, action, code: outcome.code }, 'the ledger refused a step');
      } else if (action === 'recordDelivery') this.remember(deal);
    });
    return outcomes.every((outcome) => outcome.ok);
  }

  private remember(deal: string): void {
    if (this.noted.size >= MOST_REMEMBERED) this.noted.clear();
    this.noted.add(deal);
  }

  /** Rows of the payers' accounts that captures and voids write (ledger-plan rule 22). */
  private async movedAccounts(view: DealView, steps: readonly BankCommandStep[]): Promise<readonly string[]> {
    const links = steps.flatMap((step) => {
      if (step.step !== 'capture' && step.step !== 'voidPayment') return [];
      return view.payments.filter(({ row }) => row.id === step.payment).map(({ row }) => row.link);
    });
    const accounts = await Promise.all(links.map((link) => this.options.holders.accountOf(link)));
    return accounts.filter((account) => account !== null).map(accountRow);
  }

  private async creditedAccount(view: DealView, step: BankCommandStep): Promise<string | null> {
    if (step.step !== 'credit') return null;
    const credit = view.credits.find(({ row }) => row.payment === step.payment && row.payee === step.payee);
    if (credit === undefined) return null;
    return this.options.holders.accountOf(credit.row.link);
  }
}
