// What the four scenarios have in common: one deal on the gateways, a line for each step, a table after some.
import { setTimeout as pause } from 'node:timers/promises';
import type { PhaseRow } from '../chaincode/protocol/deal.js';
import type { PaymentRow } from '../chaincode/protocol/payment.js';
import type { DealView } from '../chaincode/protocol/queries.js';
import { ApiProblem } from '../gateway/sdk/api-client.js';
import { amountText, moneyText } from '../gateway/protocol/money-text.js';
import type { Deal, Payer, Payment } from './deal-acts.js';
import * as acts from './deal-acts.js';
import type { Account } from './enrolment.js';
import { CURRENCY } from './enrolment.js';
import { DemoRefused, type Gateways } from './gateways.js';
import { Holdings } from './holdings.js';
import { Narrator, tell } from './narrator.js';
import type { OfferPlan } from './offers.js';
import type { Participants } from './participants.js';

/** Longest wait for one state; the deadlines of the demo are seconds. */
const WAIT_MS = 60_000;
const ARRIVAL_POLL_MS = 100;
const MOST_TRIES = 4;

/** The ledger was away in the decisive seconds, so the deal took another course, which is a right one. */
export class ScenarioDiverged extends Error {
  override readonly name = 'ScenarioDiverged';
}

export interface ScenarioOptions {
  readonly gateways: Gateways;
  readonly participants: Participants;
  readonly commissionAccount: Account;
}

export class Scenario {
  private readonly holdings: Holdings;
  private payments = 0;

  private constructor(
    readonly gateways: Gateways,
    readonly participants: Participants,
    readonly deal: Deal,
    readonly narrator: Narrator,
    commissionAccount: Account,
  ) {
    this.holdings = new Holdings(gateways, holdersOf(participants, commissionAccount));
  }

  /** The buyer presses "buy". */
  static async begin(options: ScenarioOptions, buyer: Payer, offer: OfferPlan): Promise<Scenario> {
    const { gateways, participants } = options;
    const { deal, transaction } = await withNewSignature(() => acts.buy(gateways, buyer, offer.id));
    const scenario = new Scenario(
      gateways,
      participants,
      deal,
      new Narrator(gateways, deal.id),
      options.commissionAccount,
    );
    await scenario.holdings.begin();
    const { en, ru } = offer.goods.title;
    const price = moneyText(BigInt(offer.price), CURRENCY);
    const until = timeText(deal.terms.payDeadline);
    gateways.say(`  “${en}” · «${ru}» · ${price}, to be paid by ${until} UTC`);
    tell(gateways, { who: buyer.person.name.en, what: `presses “buy”: deal ${deal.id}`, transaction });
    return scenario;
  }

  /** One payment, printed, its code given, and held: tried again if its code ran out while the system was away. */
  async payAndHold(payer: Payer, amount: string): Promise<Payment> {
    for (let tries = 1; ; tries += 1) {
      const plan = await acts.planPayment(this.gateways, this.deal, { payer, amount });
      const payment = await this.submit(plan);
      await this.giveCode(payment);
      const answered = await this.waitForPayment(payment, ({ status }) => status !== 'submitted');
      await this.narrator.tellWorkers();
      if (answered.status === 'held' || answered.status === 'captured') return payment;
      if (tries >= MOST_TRIES) throw new ScenarioDiverged(`a payment was ${answered.status}`);
    }
  }

  /** The buyer lets another person pay up to `most` minor units, who takes the invitation; its id. */
  async invite(payer: Payer, most: string): Promise<string> {
    const { gateways, deal } = this;
    const { invitation, transaction } = await acts.invite(gateways, deal, most);
    const sum = amountText(BigInt(most), CURRENCY);
    const { name } = payer.person;
    tell(gateways, { who: deal.buyer.name.en, what: `invites ${name.en} to pay up to ${sum}`, transaction });
    const accepted = await acts.acceptInvitation(gateways, deal, { invitation, payer: payer.person });
    tell(gateways, { who: name.en, what: 'accepts the invitation', transaction: accepted });
    return invitation.id;
  }

  /** Submits a planned payment; too late means that the system was away at the deadline. */
  async submit(plan: Omit<Payment, 'arrivedAt'>): Promise<Payment> {
    const { gateways, deal } = this;
    let result: Awaited<ReturnType<typeof acts.submit>>;
    try {
      result = await acts.submit(gateways, deal, plan);
    } catch (error) {
      if (error instanceof DemoRefused && error.code === 'TOO_LATE')
        throw new ScenarioDiverged(error.message);
      throw error;
    }
    const { payment, transaction } = result;
    this.payments += 1;
    const name = `payment ${String(this.payments)}`;
    this.narrator.name(payment.id, name);
    const { person, account } = payment.payer;
    const bank = gateways.bank(account.bank).name;
    const fee = payment.fee === '0' ? 'no fee' : `fee ${amountText(BigInt(payment.fee), CURRENCY)} on top`;
    const beforeMs = deal.terms.payDeadline - payment.arrivedAt;
    const what =
      `pays ${amountText(BigInt(payment.amount), CURRENCY)} from ${bank}, ${fee} (${name}, ` +
      `${(beforeMs / 1000).toFixed(1)} s before the deadline)`;
    tell(gateways, { who: person.name.en, what, transaction });
    return payment;
  }

  /** The payer types the code. A code that ran out leaves the payment to its bank's "no". */
  async giveCode(payment: Payment): Promise<void> {
    try {
      await acts.giveCode(this.gateways, this.deal, payment);
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.problem.status >= 500) throw error;
      this.gateways.say(`    … the code was not accepted (${error.code})`);
      return;
    }
    tell(this.gateways, {
      who: payment.payer.person.name.en,
      what: 'types the code from the phone, sealed for the bank',
    });
    await this.narrator.tellWorkers();
  }

  /** The parcel goes its way: accepted by the courier, handed over against the recipient's code. */
  async deliver(): Promise<void> {
    const { gateways, deal, participants } = this;
    const who = `${participants.agent.name.en} (${gateways.courier.name})`;
    let transaction = await acts.acceptParcel(gateways, deal, participants.agent);
    tell(gateways, { who, what: 'accepts the parcel from the seller', transaction });
    transaction = await acts.deliver(gateways, deal, participants.agent);
    tell(gateways, { who, what: "hands it over against the recipient's code", transaction });
    await this.narrator.tellWorkers();
    await this.table();
  }

  async acceptGoods(): Promise<void> {
    const transaction = await acts.acceptGoods(this.gateways, this.deal);
    tell(this.gateways, { who: this.deal.buyer.name.en, what: 'accepts the goods', transaction });
  }

  /** Waits until the phase is one of these; any other end than those turns the scenario. */
  async waitForPhase(...wanted: readonly PhaseRow['status'][]): Promise<PhaseRow['status']> {
    const ends: readonly string[] = [...wanted, 'expired', 'completed'];
    const view = await this.wait((seen) => ends.includes(seen.phase?.status ?? ''));
    await this.narrator.tellWorkers();
    const status = view.phase?.status ?? 'open';
    if (!wanted.includes(status)) throw new ScenarioDiverged(`the deal is ${status}`);
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
    return this.gateways.marketplace.admin.waitForDeal(this.deal.id, holds, WAIT_MS);
  }

  /** Who holds what now. */
  async table(): Promise<void> {
    this.gateways.say('');
    for (const line of await this.holdings.lines()) this.gateways.say(`      ${line}`);
    this.gateways.say('');
  }

  /** Each bank's operations for this deal, those of one purchase under one refund key. */
  async operationsByRefundKey(): Promise<void> {
    for (const bank of this.gateways.banks) {
      const { groups } = await bank.admin.operations(this.deal.id);
      for (const { refundKeyFingerprint, operations } of groups) {
        const key = refundKeyFingerprint ?? 'none';
        this.gateways.say(`  ${bank.name}'s operations under refund key ${key}:`);
        for (const { kind, operation } of operations) {
          this.gateways.say(`      ${kind.padEnd(8)} ${operation}`);
        }
      }
    }
  }
}

/** Runs until `instant`: a deadline of the scenario itself, since the people in it wait for it. */
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

function holdersOf(participants: Participants, commissionAccount: Account) {
  const label = ({ person }: Payer): string => `${person.name.en}, ${person.part}`;
  return [
    { label: label(participants.buyerAtA), account: participants.buyerAtA.account },
    { label: label(participants.buyerAtB), account: participants.buyerAtB.account },
    { label: label(participants.friendAtA), account: participants.friendAtA.account },
    { label: label(participants.seller), account: participants.seller.account },
    { label: 'Marketplace, commission', account: commissionAccount, sinceBegin: true },
  ];
}
