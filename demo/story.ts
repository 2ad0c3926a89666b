// What the four stories have in common: one deal on the stage, told step by step, a table after each step.
// Waits for the ledger's events only; a story that an outage has turned aside says so by StoryTurned.
import { setTimeout as pause } from 'node:timers/promises';
import type { DealView } from '../chaincode/protocol/commands.js';
import type { PaymentRow, PhaseRow } from '../chaincode/protocol/rows.js';
import { DeskProblem } from '../gateway/protocol/desk-client.js';
import { amountText } from './amounts.js';
import type { Cast } from './cast.js';
import { Chronicle, tell } from './chronicle.js';
import * as acts from './deal-acts.js';
import type { Deal, Payer, Payment } from './deal-acts.js';
import type { Account } from './enrolment.js';
import { Holdings } from './holdings.js';
import type { OfferPlan } from './offers.js';
import { DemoRefused, type Stage } from './stage.js';

/** Longest wait for one state; the deadlines of the demo are seconds. */
const WAIT_MS = 60_000;
const ARRIVAL_POLL_MS = 100;
const MOST_TRIES = 4;

/** The ledger was away in the decisive seconds, so the deal took another course, which is a right one. */
export class StoryTurned extends Error {
  override readonly name = 'StoryTurned';
}

export interface StoryOptions {
  readonly stage: Stage;
  readonly cast: Cast;
  readonly commissionAccount: Account;
}

export class Story {
  private readonly holdings: Holdings;
  private payments = 0;

  private constructor(
    readonly stage: Stage,
    readonly cast: Cast,
    readonly deal: Deal,
    readonly chronicle: Chronicle,
    commissionAccount: Account,
  ) {
    this.holdings = new Holdings(stage, holdersOf(cast, commissionAccount));
  }

  /** The buyer presses "buy". */
  static async begin(options: StoryOptions, buyer: Payer, offer: OfferPlan): Promise<Story> {
    const { stage, cast } = options;
    const { deal, transaction } = await withNewSignature(() => acts.buy(stage, buyer, offer.id));
    const story = new Story(stage, cast, deal, new Chronicle(stage, deal.id), options.commissionAccount);
    await story.holdings.begin();
    const { en, ru } = offer.goods.title;
    const price = amountText(BigInt(offer.price));
    const until = timeText(deal.terms.payDeadline);
    stage.say(`  “${en}” · «${ru}» · ${price} RUB, to be paid by ${until} UTC`);
    tell(stage, { who: buyer.person.name.en, what: `presses “buy”: deal ${deal.id}`, transaction });
    return story;
  }

  /** One payment, told, its code given, and held: tried again if its code ran out while the system was away. */
  async payAndHold(payer: Payer, amount: string): Promise<Payment> {
    for (let tries = 1; ; tries += 1) {
      const plan = await acts.planPayment(this.stage, this.deal, { payer, amount });
      const payment = await this.submit(plan);
      await this.giveCode(payment);
      const answered = await this.waitForPayment(payment, ({ status }) => status !== 'submitted');
      await this.chronicle.tellWorkers();
      if (answered.status === 'held' || answered.status === 'captured') return payment;
      if (tries >= MOST_TRIES) throw new StoryTurned(`a payment was ${answered.status}`);
    }
  }

  /** Submits a planned payment; too late means that the system was away at the deadline. */
  async submit(plan: Omit<Payment, 'arrivedAt'>): Promise<Payment> {
    const { stage, deal } = this;
    let result: Awaited<ReturnType<typeof acts.submit>>;
    try {
      result = await acts.submit(stage, deal, plan);
    } catch (error) {
      if (error instanceof DemoRefused && error.code === 'TOO_LATE') throw new StoryTurned(error.message);
      throw error;
    }
    const { payment, transaction } = result;
    this.payments += 1;
    const name = `payment ${String(this.payments)}`;
    this.chronicle.name(payment.id, name);
    const { person, account } = payment.payer;
    const bank = stage.bank(account.bank).name;
    const fee = payment.fee === '0' ? 'no fee' : `fee ${amountText(BigInt(payment.fee))} on top`;
    const beforeMs = deal.terms.payDeadline - payment.arrivedAt;
    const what =
      `pays ${amountText(BigInt(payment.amount))} from ${bank}, ${fee} (${name}, ` +
      `${(beforeMs / 1000).toFixed(1)} s before the deadline)`;
    tell(stage, { who: person.name.en, what, transaction });
    return payment;
  }

  /** The payer types the code. A code that ran out leaves the payment to its bank's "no". */
  async giveCode(payment: Payment): Promise<void> {
    try {
      await acts.giveCode(this.stage, this.deal, payment);
    } catch (error) {
      if (!(error instanceof DeskProblem) || error.status >= 500) throw error;
      this.stage.say(`    … the code was not accepted (${error.problem.code})`);
      return;
    }
    tell(this.stage, {
      who: payment.payer.person.name.en,
      what: 'types the code from the phone, sealed for the bank',
    });
    await this.chronicle.tellWorkers();
  }

  /** The parcel goes its way: accepted by the courier, handed over against the recipient's code. */
  async deliver(): Promise<void> {
    const { stage, deal, cast } = this;
    const who = `${cast.agent.name.en} (${stage.courier.name})`;
    let transaction = await acts.acceptParcel(stage, deal, cast.agent);
    tell(stage, { who, what: 'accepts the parcel from the seller', transaction });
    transaction = await acts.deliver(stage, deal, cast.agent);
    tell(stage, { who, what: "hands it over against the recipient's code", transaction });
    await this.chronicle.tellWorkers();
    await this.table();
  }

  async acceptGoods(): Promise<void> {
    const transaction = await acts.acceptGoods(this.stage, this.deal);
    tell(this.stage, { who: this.deal.buyer.name.en, what: 'accepts the goods', transaction });
  }

  /** Waits until the phase is one of these; any other end than those turns the story. */
  async waitForPhase(...wanted: readonly PhaseRow['status'][]): Promise<PhaseRow['status']> {
    const ends: readonly string[] = [...wanted, 'expired', 'completed'];
    const view = await this.wait((seen) => ends.includes(seen.phase?.status ?? ''));
    await this.chronicle.tellWorkers();
    const status = view.phase?.status ?? 'open';
    if (!wanted.includes(status)) throw new StoryTurned(`the deal is ${status}`);
    return status;
  }

  async waitForPayment(sent: Payment, holds: (payment: PaymentRow) => boolean): Promise<PaymentRow> {
    const view = await this.wait((seen) => {
      const payment = paymentOf(seen, sent);
      return payment !== null && holds(payment);
    });
    const payment = paymentOf(view, sent);
    if (payment === null) throw new Error(`payment ${sent.id} has vanished`);
    return payment;
  }

  /** Waits until the payees can spend what was credited; their banks gather credits for a moment. */
  async waitForArrival(): Promise<void> {
    for (const until = Date.now() + WAIT_MS; Date.now() < until; await pause(ARRIVAL_POLL_MS)) {
      if (await this.holdings.arrived()) return;
    }
    throw new Error('credits have not arrived in the accounts');
  }

  wait(holds: (view: DealView) => boolean): Promise<DealView> {
    return this.stage.marketplace.desk.waitForDeal(this.deal.id, holds, WAIT_MS);
  }

  /** Who holds what now. */
  async table(): Promise<void> {
    this.stage.say('');
    for (const line of await this.holdings.lines()) this.stage.say(`      ${line}`);
    this.stage.say('');
  }

  /** Each bank's operations for this deal, those of one purchase under one refund key. */
  async operationsByRefundKey(): Promise<void> {
    for (const bank of this.stage.banks) {
      const { groups } = await bank.desk.operations(this.deal.id);
      for (const { refundKeyFingerprint, operations } of groups) {
        const key = refundKeyFingerprint ?? 'none';
        this.stage.say(`  ${bank.name}'s operations under refund key ${key}:`);
        for (const { kind, operation } of operations) {
          this.stage.say(`      ${kind.padEnd(8)} ${operation}`);
        }
      }
    }
  }
}

/** Runs until `instant`: a deadline of the story itself, since the people in it wait for it. */
export async function untilInstant(instant: number): Promise<void> {
  const leftMs = instant - Date.now();
  if (leftMs > 0) await pause(leftMs);
}

export function timeText(instant: number): string {
  return new Date(instant).toISOString().slice(11, 19);
}

function paymentOf(view: DealView, payment: Payment): PaymentRow | null {
  return view.payments.find(({ row, attested }) => attested && row.id === payment.id)?.row ?? null;
}

/** A signed time that has grown old while the system was away is signed anew, as a person would press again. */
async function withNewSignature<Result>(act: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await act();
    } catch (error) {
      const old = error instanceof DemoRefused && error.code === 'TOO_LATE';
      if (!old || tries >= MOST_TRIES) throw error;
    }
  }
}

function holdersOf(cast: Cast, commissionAccount: Account) {
  const label = ({ person }: Payer): string => `${person.name.en}, ${person.part}`;
  return [
    { label: label(cast.buyerAtA), account: cast.buyerAtA.account },
    { label: label(cast.buyerAtB), account: cast.buyerAtB.account },
    { label: label(cast.friendAtA), account: cast.friendAtA.account },
    { label: label(cast.seller), account: cast.seller.account },
    { label: 'Marketplace, commission', account: commissionAccount, sinceBegin: true },
  ];
}
