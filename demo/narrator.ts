// A deal as it happens, line by line: what workers do is read from the ledger's events.
import { type DomainEvent, eventsOf, type EventName } from '../chaincode/protocol/events.js';
import type { PaymentRow } from '../chaincode/protocol/payment.js';
import type { CreditRow } from '../chaincode/protocol/payout.js';
import type { DealView } from '../chaincode/protocol/queries.js';
import { amountText } from '../gateway/protocol/money-text.js';
import { type Gateways, shortTransaction } from './gateways.js';

const WHAT_WIDTH = 106;

/** What workers do, in words; a person's own steps are printed where he takes them. */
const SENTENCES: { readonly [name in EventName]?: string } = {
  PaymentAdmitted: 'reserves the goods and admits %payment%',
  PaymentRefused: 'turns away %payment%',
  AdmissionClosed: 'closes the admission of %payment%: its bank has had its time to answer',
  PaymentHeld: 'answers %payment%, %total%: the money is held',
  PaymentRejected: 'answers %payment%, %total%: no',
  PaymentArrivedLate: 'answers %payment%, %total%: yes, but too late: held and given back at once',
  DealPaid: 'marks the deal paid: payout plan, credits and parcel are on the ledger',
  PaymentsClosed: 'closes the deal to payments: no further payment can be in time',
  DealExpired: 'lets the deal expire',
  DealUnshipped: 'finds that it was not shipped in time',
  DealOverdue: 'finds that it was not delivered in time',
  InspectionStarted: "starts the buyer's time for inspection",
  PaymentCaptured: 'captures %total% of %payment%, having proved why for itself',
  PayeeCredited: 'credits %payee% with %credit%',
  PaymentVoided: 'gives back %total% of %payment%',
  DealCompleted: 'completes the deal',
};

export class Narrator {
  private readonly printed = new Set<string>();
  private readonly names = new Map<string, string>();

  constructor(
    private readonly gateways: Gateways,
    private readonly deal: string,
  ) {}

  /** From now on the payment is called by this name. */
  name(payment: string, name: string): void {
    this.names.set(payment, name);
  }

  /** Prints every step of the deal's workers that was not printed yet. */
  async tellWorkers(): Promise<void> {
    const { admin } = this.gateways.marketplace;
    const steps = await admin.history(this.deal);
    // Asked for afterwards, so that it is at least as new as the steps.
    const view = (await admin.deal(this.deal)).deal;
    for (const step of steps) {
      this.gateways.count(step.txId);
      for (const event of eventsOf(step)) this.tellOnce(event, step.txId, view);
    }
  }

  private tellOnce(event: DomainEvent, txId: string, view: DealView): void {
    const words = SENTENCES[event.name];
    const key = [txId, event.name, ...event.ids].join(' ');
    if (words === undefined || this.printed.has(key)) return;
    this.printed.add(key);
    const rows = rowsOf(event, view);
    const who = this.organisation(rows.owner ?? this.gateways.marketplace.mspId);
    tell(this.gateways, { who, what: this.filledIn(words, rows), transaction: shortTransaction(txId) });
  }

  private filledIn(words: string, { payment, credit }: EventRows): string {
    const texts = new Map([
      ...(payment === undefined ? [] : this.paymentTexts(payment)),
      ...(credit === undefined ? [] : creditTexts(credit)),
    ]);
    return words.replace(/%(\w+)%/g, (_, name: string) => texts.get(name) ?? '');
  }

  private paymentTexts(payment: PaymentRow): [string, string][] {
    return [
      ['payment', this.names.get(payment.id) ?? 'a payment'],
      ['total', amountText(BigInt(payment.amount) + BigInt(payment.fee), payment.currency)],
    ];
  }

  private organisation(mspId: string): string {
    return this.gateways.all.find((organisation) => organisation.mspId === mspId)?.name ?? mspId;
  }
}

interface EventRows {
  readonly payment: PaymentRow | undefined;
  readonly credit: CreditRow | undefined;
  /** Whose row has changed: he alone can do that; undefined: a row that all members share. */
  readonly owner: string | undefined;
}

function rowsOf({ kind, ids }: DomainEvent, view: DealView): EventRows {
  const payment = view.payments.find(({ row }) => ids.includes(row.id))?.row;
  const credit =
    kind === 'credit'
      ? view.credits.find(({ row }) => row.payment === ids[1] && row.payee === ids[2])?.row
      : undefined;
  const owned = kind === 'payment' ? payment : credit;
  return { payment, credit, owner: owned?.owner };
}

function creditTexts({ purpose, amount, currency }: CreditRow): [string, string][] {
  return [
    ['payee', purpose === 'commission' ? 'the commission' : 'the seller'],
    ['credit', amountText(BigInt(amount), currency)],
  ];
}

/** One line of the scenario. */
export function tell(
  gateways: Gateways,
  line: { readonly who: string; readonly what: string; readonly transaction?: string },
): void {
  const text = `  ${line.who} ${line.what}`;
  const { transaction } = line;
  gateways.say(transaction === undefined ? text : `${text.padEnd(WHAT_WIDTH)}  tx ${transaction}`);
}
