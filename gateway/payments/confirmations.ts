// Which payments their payers have confirmed, as the banks say at their partner doors. A marketplace admits none
// before, so that goods are kept for confirmed payers alone. Nothing is stored: a new process asks again.
import type { Logger } from 'pino';
import { admissionClosableFrom } from '../../chaincode/protocol/deal-times.js';
import type { Instant } from '../../chaincode/protocol/forms.js';
import type { DealView } from '../../chaincode/protocol/queries.js';
import { type Clock, until } from '../clock.js';
import type { PaymentView } from '../deals/due-actions.js';
import type { BankPartner } from '../partner/bank-partner.js';
import type { Authorisation } from '../protocol/api/payments.js';

export interface ConfirmationsOptions {
  /** Two digits each: banks whose partner doors are known here. A payment at any other is admitted at once. */
  readonly banks: ReadonlySet<string>;
  readonly partner: Pick<BankPartner, 'authorisation'>;
  /** Has the deal processed again. */
  readonly requeue: (deal: string) => void;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

export interface AskedPayment {
  readonly deal: string;
  readonly payment: string;
  readonly bank: string;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

export class Confirmations {
  /** Payment → what its bank said last. */
  private readonly heard = new Map<string, Authorisation['scaStatus']>();
  private readonly followed = new Set<string>();

  constructor(private readonly options: ConfirmationsOptions) {}

  /** Whether the payment may be admitted: its bank says that it is confirmed, or has no door here to say so. */
  admits({ row }: PaymentView): boolean {
    return !this.isAsked(row.bank) || this.heard.get(row.id) === 'finalised';
  }

  /** Whether this bank says here when a payer has confirmed. */
  isAsked(bank: string): boolean {
    return this.options.banks.has(bank);
  }

  /** What the bank said last of the payer's code; null: nothing yet. */
  of(payment: string): Authorisation['scaStatus'] | null {
    return this.heard.get(payment) ?? null;
  }

  /** Asks about each payment of the deal that waits for its admission until it is confirmed, and forgets the others. */
  follow({ payments, terms }: DealView): void {
    for (const payment of payments) {
      const { id, deal, bank, status } = payment.row;
      if (!payment.attested || !this.isAsked(bank) || terms === null) continue;
      if (status !== 'submitted' || payment.admission !== null) {
        this.followed.delete(id);
        this.heard.delete(id);
      } else if (!this.followed.has(id) && this.heard.get(id) !== 'finalised') {
        this.followed.add(id);
        const closable = admissionClosableFrom(payment.row, null, terms.terms);
        void this.ask({ deal, payment: id, bank }, closable);
      }
    }
  }

  /** The bank's word, however it came. Only of payments that are followed, so that nothing is kept for ever. */
  hear({ deal, payment }: Omit<AskedPayment, 'bank'>, said: Authorisation['scaStatus']): void {
    if (!this.followed.has(payment)) return;
    const isNew = said === 'finalised' && this.heard.get(payment) !== 'finalised';
    this.heard.set(payment, said);
    if (isNew) this.options.requeue(deal);
  }

  private async ask(asked: AskedPayment, over: Instant): Promise<void> {
    const { clock, signal } = this.options;
    let pauseMs = FIRST_PAUSE_MS;
    while (this.isAwaited(asked) && clock.now() < over) {
      try {
        await until(clock, clock.now() + pauseMs, signal);
      } catch {
        return; // the gateway stops
      }
      if (this.isAwaited(asked)) await this.askOnce(asked);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
  }

  private isAwaited({ payment }: AskedPayment): boolean {
    return this.followed.has(payment) && this.heard.get(payment) !== 'finalised';
  }

  private async askOnce(asked: AskedPayment): Promise<void> {
    const { partner, log } = this.options;
    const { deal, payment, bank } = asked;
    try {
      const { scaStatus } = await partner.authorisation(bank, { deal, payment });
      this.hear(asked, scaStatus);
    } catch (error) {
      log.debug({ deal, payment, err: error }, 'a bank has not said whether a payment is confirmed');
    }
  }
}
