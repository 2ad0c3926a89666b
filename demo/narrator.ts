// Tells a deal as it happens: who acted, what was done, in which transaction; workers' steps by ledger events.
// Prints and counts transactions; sends nothing.
import type { Action, DealView } from '../chaincode/protocol/commands.js';
import { rowKey, type CreditRow, type PaymentRow } from '../chaincode/protocol/rows.js';
import type { DealStep } from '../gateway/protocol/admin.js';
import { amountText } from './amounts.js';
import { shortTransaction, type Gateways } from './gateways.js';

const WHAT_WIDTH = 106;

/** Steps of workers, in words; people's own steps are told by whoever plays them. */
const WORKER_STEPS: { readonly [A in Action]?: string } = {
  admitPayment: '%admits% %payment%',
  closeAdmission: 'closes the admission of %payment%: its bank has had its time to answer',
  answerPayment: 'answers %payment%, %total%: %answer%',
  markPaid: 'marks the deal paid: payout plan, credits and parcel are on the ledger',
  closePayments: 'seals the deal: no further payment can be in time',
  expire: 'lets the deal expire',
  startInspection: "starts the buyer's time for inspection",
  recordDelivery: 'notes the delivery',
  capture: 'captures %total% of %payment%, having checked all signatures again',
  credit: 'credits %payee% with %credit%',
  voidPayment: 'gives back %total% of %payment%',
  complete: 'completes the deal',
};

export class Narrator {
  private readonly told = new Set<string>();
  private readonly names = new Map<string, string>();

  constructor(
    private readonly gateways: Gateways,
    private readonly deal: string,
  ) {}

  /** From now on the payment is called by this name. */
  name(payment: string, name: string): void {
    this.names.set(payment, name);
  }

  /** Tells every worker's step of the deal that was not told yet. */
  async tellWorkers(): Promise<void> {
    const { admin } = this.gateways.marketplace;
    const steps = await admin.history(this.deal);
    // Asked for afterwards, so that it is at least as new as the steps.
    const view = (await admin.deal(this.deal)).deal;
    for (const step of steps) {
      this.gateways.count(step.txId);
      const key = `${step.txId} ${step.action} ${step.id}`;
      if (this.told.has(key)) continue;
      this.told.add(key);
      this.tellWorker(step, view);
    }
  }

  private tellWorker(step: DealStep, view: DealView): void {
    // Actions come from the ledger's events; an unknown one finds no words.
    const words = WORKER_STEPS[step.action as Action];
    if (words === undefined || step.code !== null) return;
    const about = subjectOf(step, view);
    const what = this.filledIn(words, about);
    const who = this.organisation(ownerOf(step, about) ?? this.gateways.marketplace.mspId);
    tell(this.gateways, { who, what, transaction: shortTransaction(step.txId) });
  }

  private filledIn(words: string, { payment, credit, refused }: Subject): string {
    const texts = new Map([
      ['admits', refused ? 'turns away' : 'reserves the goods and admits'],
      ...(payment === undefined ? [] : this.paymentTexts(payment)),
      ...(credit === undefined ? [] : creditTexts(credit)),
    ]);
    return words.replace(/%(\w+)%/g, (_, name: string) => texts.get(name) ?? '');
  }

  private paymentTexts(payment: PaymentRow): [string, string][] {
    return [
      ['payment', this.names.get(payment.id) ?? 'a payment'],
      ['total', amountText(BigInt(payment.amount) + BigInt(payment.fee))],
      ['answer', ANSWERS[payment.status]],
    ];
  }

  private organisation(mspId: string): string {
    return this.gateways.all.find((organisation) => organisation.mspId === mspId)?.name ?? mspId;
  }
}

interface Subject {
  readonly payment: PaymentRow | undefined;
  readonly credit: CreditRow | undefined;
  /** At the admission: the bank is never asked. */
  readonly refused: boolean;
}

/** The payment and the credit that a step was about; the rows that it wrote tell. */
function subjectOf(step: DealStep, view: DealView): Subject {
  const payment = view.payments.find(({ row }) => step.id === row.id)?.row;
  const credit = view.credits.find(({ row }) =>
    step.rows.includes(rowKey('credit', row.deal, row.payment, row.payee)),
  )?.row;
  const admission = view.payments.find(({ row }) => row.id === payment?.id)?.admission;
  return { payment, credit, refused: admission?.status === 'refused' };
}

function creditTexts({ payee, amount }: CreditRow): [string, string][] {
  return [
    ['payee', payee === 'commission' ? 'the commission' : 'the seller'],
    ['credit', amountText(BigInt(amount))],
  ];
}

/** Who alone may have taken the step; undefined: any member. */
function ownerOf(step: DealStep, { payment, credit }: Subject): string | undefined {
  if (step.lane === 'agreement') return undefined;
  return step.action === 'credit' ? credit?.owner : payment?.owner;
}

const ANSWERS: { readonly [status in PaymentRow['status']]: string } = {
  submitted: 'not yet',
  held: 'the money is held',
  rejected: 'no',
  late: 'yes, but too late: held and given back at once',
  captured: 'the money is held',
  voided: 'the money is held',
};

/** One line of the scenario. */
export function tell(
  gateways: Gateways,
  line: { readonly who: string; readonly what: string; readonly transaction?: string },
): void {
  const text = `  ${line.who} ${line.what}`;
  const { transaction } = line;
  gateways.say(transaction === undefined ? text : `${text.padEnd(WHAT_WIDTH)}  tx ${transaction}`);
}
