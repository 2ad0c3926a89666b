// Duty: plays one deal up to any step, each step a signed command to the right lane.
// Must not: assert; tests look at results and rows.
//
//   const deal = await buy(world, { offer });                 // D1, by alice unless `buyer` says otherwise
//   const payment = await deal.pay(BANK_A, '500000');             // D2 + D3 + D4: submitted, admitted, held; the
// payment's id
//   const payment2 = await deal.submit(BANK_B, '740000');         // D2 alone
//   await world.run(deal.admit(payment2), deal.answer(payment2, 'yes'), deal.markPaid());
//   await deal.playTo('completed');                           // the worked example's two payments, then everything
//
// Builders (`admit`, `answer`, `close`, `markPaid`, `acceptParcel`, `deliver`, `acceptGoods`, `startInspection`,
// `recordDelivery`, `capture`, `credit`, `complete`, `seal`, `expire`, `giveBack`) make a Step and send nothing:
// send it with `world.run` or `world.attempt`, or alter its command first.
import { randomBytes } from 'node:crypto';
import type {
  Command,
  IntentParams,
  MachineAction,
  MachineParams,
} from '../../chaincode/protocol/commands.js';
import { interbankFeeOf } from '../../chaincode/protocol/fees.js';
import {
  RECIPIENT_CODE_BYTES,
  recipientCodeH1,
  recipientCodeH2,
  recipientCodeText,
} from '../../chaincode/protocol/recipient-code.js';
import { refundKeyOf } from '../../chaincode/protocol/refund-key.js';
import type { DealTerms, OfferTerms, PayeeRole } from '../../chaincode/protocol/rows.js';
import { dealTermsOf, termsHash } from '../../chaincode/protocol/terms.js';
import { newId, newOperation, randomHash } from './people.js';
import { BANK_A, BANK_B, COURIER, agreed, owned, type Step } from './member-access.js';
import { present, type Account, type World, type WorldClient } from './world.js';

/** Where a deal stands; each includes the ones before it. */
export const STAGES = [
  'bought',
  'held',
  'paid',
  'shipped',
  'delivered',
  'accepted',
  'captured',
  'credited',
  'completed',
] as const;
export type Stage = (typeof STAGES)[number];

/** The worked example's payments. */
const WORKED_PAYMENTS = [
  { msp: BANK_A, amount: '500000' },
  { msp: BANK_B, amount: '740000' },
] as const;

export interface BuyOptions {
  readonly offer: string;
  readonly buyer?: WorldClient;
  /** Whose link stands for the buyer; default: his first account. */
  readonly account?: Account;
  readonly seller?: WorldClient;
  /** The listing, where it is known; else it is asked for. */
  readonly offerTerms?: OfferTerms;
}

/** D1: the buyer signs the whole of the terms. */
export async function buy(world: World, options: BuyOptions): Promise<DealPlay> {
  const play = await preparePurchase(world, options);
  await world.run(play.purchase);
  return play;
}

/** As `buy`, without sending: `play.purchase` is the step. */
export async function preparePurchase(world: World, options: BuyOptions): Promise<DealPlay> {
  const buyer = options.buyer ?? world.alice;
  const account = options.account ?? present(Object.values(buyer.accounts)[0]);
  const offerTerms = options.offerTerms ?? present((await world.row('offer', options.offer))?.terms);
  const deal = newId('deal');
  const code = recipientCodeText(randomBytes(RECIPIENT_CODE_BYTES));
  const h1 = recipientCodeH1(deal, code);
  const terms = dealTermsOf({
    deal,
    offerTerms,
    buyer: buyer.person.id,
    buyerLink: account.link,
    recipientCodeHash: recipientCodeH2(h1),
    boughtAt: world.now(),
  });
  const params: IntentParams['buy'] = {
    offer: options.offer,
    termsHash: termsHash(terms),
    recipientCodeHash: terms.recipientCodeHash,
    link: account.link,
    boughtAt: terms.boughtAt,
  };
  const purchase = agreed(world.signed(buyer.person, 'buy', params, { id: deal }));
  return new DealPlay(world, buyer, { terms, h1, purchase });
}

interface SubmittedPayment {
  readonly id: string;
  readonly msp: string;
  /** Made and kept by the bank's worker before sending. */
  readonly holdOperation: string;
  readonly voidOperation: string;
}

export interface PaymentOptions {
  readonly payer?: WorldClient;
  readonly arrivedAt?: number;
  readonly fee?: string;
}

export class DealPlay {
  readonly id: string;
  readonly terms: DealTerms;
  /** What the courier publishes on delivery. */
  readonly h1: string;
  readonly purchase: Step;
  readonly payments: SubmittedPayment[] = [];

  constructor(
    readonly world: World,
    readonly buyer: WorldClient,
    made: { readonly terms: DealTerms; readonly h1: string; readonly purchase: Step },
  ) {
    this.id = made.terms.deal;
    this.terms = made.terms;
    this.h1 = made.h1;
    this.purchase = made.purchase;
  }

  /** D2 as a step; `params` may be changed before signing. The payment's id is the intent's id. */
  async submission(
    msp: string,
    amount: string,
    options: PaymentOptions & { readonly params?: Partial<IntentParams['submitPayment']> } = {},
  ): Promise<Step> {
    const payer = options.payer ?? this.buyer;
    const account = present(payer.accounts[msp]);
    const params: IntentParams['submitPayment'] = {
      deal: this.id,
      termsHash: termsHash(this.terms),
      amount,
      fee: options.fee ?? (await this.fee(account.bank, amount)),
      currency: this.terms.offerTerms.currency,
      link: account.link,
      arrivedAt: options.arrivedAt ?? this.world.now(),
      ...options.params,
    };
    const id = newId('payment');
    this.addPayment(id, msp);
    return agreed(this.world.signed(payer.person, 'submitPayment', params, { id }));
  }

  /** A payment that its bank may have to answer. */
  addPayment(id: string, msp: string): void {
    const of = { deal: this.id, payment: id };
    const holdOperation = newOperation({ kind: 'hold', ...of });
    this.payments.push({ id, msp, holdOperation, voidOperation: newOperation({ kind: 'void', ...of }) });
  }

  /** D2; the payment's id. */
  async submit(msp: string, amount: string, options: PaymentOptions = {}): Promise<string> {
    await this.world.run(await this.submission(msp, amount, options));
    return present(this.payments.at(-1)).id;
  }

  /** D2, D3, D4: the payment's id, held by its bank. */
  async pay(msp: string, amount: string, options: PaymentOptions = {}): Promise<string> {
    const payment = await this.submit(msp, amount, options);
    await this.world.run(this.admit(payment), this.answer(payment, 'yes'));
    return payment;
  }

  admit(payment: string): Step {
    return agreed(machine('admitPayment', { deal: this.id, payment }));
  }

  close(payment: string): Step {
    return agreed(machine('closeAdmission', { deal: this.id, payment }));
  }

  answer(payment: string, verdict: 'yes' | 'no'): Step {
    const { msp, holdOperation, voidOperation } = this.paymentOf(payment);
    const params: MachineParams['answerPayment'] = {
      deal: this.id,
      payment,
      verdict,
      codeBinding: randomHash(),
      reason: verdict === 'no' ? 'CODE' : null,
      holdOperation,
      voidOperation,
      refundKey: this.refundKey(msp),
    };
    return owned(msp, machine('answerPayment', params));
  }

  markPaid(): Step {
    return agreed(machine('markPaid', { deal: this.id }));
  }

  acceptParcel(): Step {
    return owned(COURIER, this.world.signed(this.world.staff.dan, 'acceptParcel', { deal: this.id }));
  }

  deliver(h1 = this.h1): Step {
    return owned(COURIER, this.world.signed(this.world.staff.dan, 'deliver', { deal: this.id, h1 }));
  }

  acceptGoods(): Step {
    const params = { deal: this.id, termsHash: termsHash(this.terms) };
    return agreed(this.world.signed(this.buyer.person, 'acceptGoods', params));
  }

  startInspection(): Step {
    return agreed(machine('startInspection', { deal: this.id }));
  }

  recordDelivery(msp: string): Step {
    return owned(msp, machine('recordDelivery', { deal: this.id }));
  }

  capture(payment: string): Step {
    const { msp } = this.paymentOf(payment);
    const operation = newOperation({ kind: 'capture', deal: this.id, payment });
    return owned(
      msp,
      machine('capture', { deal: this.id, payment, operation, refundKey: this.refundKey(msp) }),
    );
  }

  credit(payment: string, payee: PayeeRole): Step {
    const bank = payee === 'seller' ? this.terms.offerTerms.sellerBank : this.terms.offerTerms.commissionBank;
    const operation = newOperation({ kind: 'credit', deal: this.id, payment, payee });
    const msp = bank === '10' ? BANK_A : BANK_B;
    return owned(msp, machine('credit', { deal: this.id, payment, payee, operation }));
  }

  complete(): Step {
    return agreed(machine('complete', { deal: this.id }));
  }

  closePayments(): Step {
    return agreed(machine('closePayments', { deal: this.id }));
  }

  expire(): Step {
    return agreed(machine('expire', { deal: this.id }));
  }

  giveBack(payment: string): Step {
    const { msp, voidOperation: operation } = this.paymentOf(payment);
    return owned(
      msp,
      machine('voidPayment', { deal: this.id, payment, operation, refundKey: this.refundKey(msp) }),
    );
  }

  /**
   * Plays on from `bought` until the stage is reached, with the worked example's two payments unless payments are
   * paid.
   */
  async playTo(stage: Stage): Promise<this> {
    const moves: { readonly [S in Stage]: () => Promise<void> } = {
      bought: () => Promise.resolve(),
      held: () => this.payAll(),
      paid: () => this.world.run(this.markPaid()),
      shipped: () => this.world.run(this.acceptParcel()),
      delivered: () => this.world.run(this.deliver()),
      accepted: () => this.world.run(this.acceptGoods()),
      captured: () => this.world.run(...this.payments.map(({ id }) => this.capture(id))),
      credited: async () => this.world.run(...(await this.credits())),
      completed: () => this.world.run(this.complete()),
    };
    for (const next of STAGES.slice(0, STAGES.indexOf(stage) + 1)) await moves[next]();
    return this;
  }

  /** D10 for every item of the plan. */
  async credits(): Promise<Step[]> {
    const plan = present(await this.world.row('plan', this.id));
    return plan.items.map(({ payment, payee }) => this.credit(payment, payee));
  }

  /** The bank's refund key for this deal, as its worker makes it. */
  refundKey(msp: string): string {
    return refundKeyOf(present(this.world.secrets.get(msp)), this.id);
  }

  private async payAll(): Promise<void> {
    if (this.payments.length > 0) return;
    const arrivedAt = this.world.now();
    for (const [index, { msp, amount }] of WORKED_PAYMENTS.entries()) {
      await this.pay(msp, amount, { arrivedAt: arrivedAt + index });
    }
  }

  private async fee(payerBank: string, amount: string): Promise<string> {
    const tariff = present((await this.world.row('bank', payerBank))?.tariff);
    return interbankFeeOf({ amount, payerBank, sellerBank: this.terms.offerTerms.sellerBank, tariff });
  }

  private paymentOf(payment: string): SubmittedPayment {
    return present(this.payments.find(({ id }) => id === payment));
  }
}

/** A machine's whole command. */
export function machine<A extends MachineAction>(action: A, params: MachineParams[A]): Command {
  return { action, params };
}
