// Plays one deal up to any step, each step a signed command to the right lane.
//
//   const deal = await buy(consortium, { offer });                 // by alice unless `buyer` says otherwise
//   const payment = await deal.pay(BANK_A, '500000');         // submitted, admitted, held; the payment's id
//   await deal.invite(consortium.bob);                             // another client may pay as well
//   const payment2 = await deal.submit(BANK_B, '740000');         // submitted alone
//   await consortium.run(deal.admit(payment2), deal.answer(payment2, 'yes'), deal.markPaid());
//   await deal.playTo('completed');                           // the worked example's two payments, then everything
//
// Builders (`admit`, `answer`, `close`, `markPaid`, `acceptParcel`, `deliver`, `acceptGoods`, `startInspection`,
// `record`, `capture`, `credit`, `complete`, `cancel`, `concede`, `decide`, `closePayments`, `expire`, `giveBack`) make
// a Step and send none: send it with `consortium.run` or `consortium.attempt`, or alter its command first.
import type {
  Command,
  IntentParams,
  MachineAction,
  MachineParams,
} from '../../chaincode/protocol/commands.js';
import type { DealTerms } from '../../chaincode/protocol/deal.js';
import { detached } from '../../chaincode/protocol/intent.js';
import type { OfferTerms } from '../../chaincode/protocol/offer.js';
import { refundKeyOf } from '../../chaincode/protocol/refund-key.js';

import * as deals from '../../gateway/sdk/commands/deals.js';
import { submitPayment } from '../../gateway/sdk/commands/payments.js';
import { acceptParcel } from '../../gateway/sdk/commands/shipments.js';
import { quote } from '../../gateway/sdk/quote.js';
import { deliveryProof, makeRecipientCode } from '../../gateway/sdk/recipient-code.js';

import { agreed, BANK_A, BANK_B, COURIER, owned, type Step } from './member-access.js';
import { makePerson, newOperation, randomHash, signerOf } from './people.js';
import { type Account, present, type TestConsortium, type TestClient } from './test-consortium.js';

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
  readonly buyer?: TestClient;
  /** Whose link stands for the buyer; default: his first account. */
  readonly account?: Account;
  readonly seller?: TestClient;
  /** The listing, where it is known; else it is asked for. */
  readonly offerTerms?: OfferTerms;
}

/** D1: the buyer signs the whole of the terms. */
export async function buy(consortium: TestConsortium, options: BuyOptions): Promise<DealPlay> {
  const play = await preparePurchase(consortium, options);
  await consortium.run(play.purchase);
  return play;
}

/** As `buy`, without sending: `play.purchase` is the step. */
export async function preparePurchase(consortium: TestConsortium, options: BuyOptions): Promise<DealPlay> {
  const buyer = options.buyer ?? consortium.alice;
  const account = options.account ?? present(Object.values(buyer.accounts)[0]);
  const offerTerms = options.offerTerms ?? present((await consortium.row('offer', options.offer))?.terms);
  const recipientCode = makeRecipientCode();
  const { request, terms } = deals.buy({
    offerTerms,
    buyer: buyer.person.id,
    link: account.link,
    recipientCode,
    boughtAt: consortium.now(),
  });
  const h1 = deliveryProof(request.id, recipientCode);
  return new DealPlay(consortium, buyer, {
    terms,
    h1,
    purchase: agreed(consortium.asked(buyer.person, request)),
  });
}

type Acceptance = MachineParams['recordDeal']['acceptance'];

interface SubmittedPayment {
  readonly id: string;
  readonly msp: string;
  /** Made and kept by the bank's worker before sending. */
  readonly holdOperation: string;
  readonly voidOperation: string;
}

export interface PaymentOptions {
  readonly payer?: TestClient;
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
  /** The acceptance that was signed last. */
  acceptance: Acceptance = null;
  /** The seller's that was signed last. */
  concession: Acceptance = null;
  /** Invitations that were taken, by person. */
  private readonly invitations = new Map<string, string>();

  constructor(
    readonly consortium: TestConsortium,
    readonly buyer: TestClient,
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
    const request = submitPayment({
      terms: this.terms,
      amount,
      fee: options.fee ?? (await this.fee(account.bank, amount)),
      link: account.link,
      arrivedAt: options.arrivedAt ?? this.consortium.now(),
      ...this.invitedAs(payer),
    });
    this.addPayment(request.id, msp);
    const params = { ...request.params, ...options.params };
    return agreed(this.consortium.asked(payer.person, { ...request, params }));
  }

  /** The buyer invites a payer for up to `most` minor units, and he takes the invitation; its id. */
  async invite(payer: TestClient, most = this.terms.offerTerms.price): Promise<string> {
    const key = makePerson('invitation');
    const until = this.terms.payDeadline;
    const invitation = deals.invitePayer(this.terms, { invitationKey: key.key, most, until });
    const acceptance = await deals.acceptInvitation({
      channel: this.consortium.channel,
      deal: this.id,
      invitation: invitation.id,
      person: payer.person.id,
      keyThumbprint: payer.person.thumbprint,
      invitationSigner: signerOf(key),
    });
    await this.consortium.run(
      agreed(this.consortium.asked(this.buyer.person, invitation)),
      agreed(this.consortium.asked(payer.person, acceptance)),
    );
    this.invitations.set(payer.person.id, invitation.id);
    return invitation.id;
  }

  private invitedAs({ person }: TestClient): { readonly invitation?: string } {
    const invitation = this.invitations.get(person.id);
    return invitation === undefined ? {} : { invitation };
  }

  /** A payment that its bank may have to answer. */
  addPayment(id: string, msp: string): void {
    const of = { deal: this.id, payment: id };
    const holdOperation = newOperation({ kind: 'hold', ...of });
    this.payments.push({ id, msp, holdOperation, voidOperation: newOperation({ kind: 'void', ...of }) });
  }

  /** D2; the payment's id. */
  async submit(msp: string, amount: string, options: PaymentOptions = {}): Promise<string> {
    await this.consortium.run(await this.submission(msp, amount, options));
    return present(this.payments.at(-1)).id;
  }

  /** D2, D3, D4: the payment's id, held by its bank. */
  async pay(msp: string, amount: string, options: PaymentOptions = {}): Promise<string> {
    const payment = await this.submit(msp, amount, options);
    await this.consortium.run(this.admit(payment), this.answer(payment, 'yes'));
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
    return owned(COURIER, this.consortium.asked(this.consortium.staff.dan, acceptParcel({ deal: this.id })));
  }

  deliver(h1 = this.h1): Step {
    return owned(
      COURIER,
      this.consortium.signed(this.consortium.staff.dan, 'deliver', { deal: this.id, h1 }),
    );
  }

  acceptGoods(): Step {
    const { command, ...step } = agreed(
      this.consortium.asked(this.buyer.person, deals.acceptGoods(this.terms)),
    );
    const intent = present(command.intent);
    this.acceptance = { id: intent.body.id, ...detached(intent) };
    return { command, ...step };
  }

  startInspection(): Step {
    return agreed(machine('startInspection', { deal: this.id }));
  }

  /** What the bank can prove now, with the acceptance that was made last, if any. */
  record(msp: string, acceptance: Acceptance = this.acceptance): Step {
    const payments = this.payments.map(({ id }) => id);
    const { concession } = this;
    return owned(msp, machine('recordDeal', { deal: this.id, payments, acceptance, concession }));
  }

  /** As `record`, at each bank that has a payment of the deal. */
  records(acceptance: Acceptance = this.acceptance): Step[] {
    return [...new Set(this.payments.map(({ msp }) => msp))].map((msp) => this.record(msp, acceptance));
  }

  capture(payment: string): Step {
    const { msp } = this.paymentOf(payment);
    const operation = newOperation({ kind: 'capture', deal: this.id, payment });
    return owned(
      msp,
      machine('capture', { deal: this.id, payment, operation, refundKey: this.refundKey(msp) }),
    );
  }

  credit(payment: string, payee: string): Step {
    const bank = payee === 'seller' ? this.terms.offerTerms.sellerBank : this.terms.offerTerms.commissionBank;
    const operation = newOperation({ kind: 'credit', deal: this.id, payment, payee });
    const msp = bank === '10' ? BANK_A : BANK_B;
    return owned(msp, machine('credit', { deal: this.id, payment, payee, operation }));
  }

  complete(): Step {
    return agreed(machine('complete', { deal: this.id }));
  }

  /** By the party that is named; the seller is `bob` unless the offer was listed by somebody else. */
  cancel(by: 'buyer' | 'seller', seller: TestClient = this.consortium.bob): Step {
    const { person } = by === 'buyer' ? this.buyer : seller;
    return agreed(this.consortium.asked(person, deals.cancelDeal(this.terms)));
  }

  /** The seller gives the money back; he is `bob` unless the offer was listed by somebody else. */
  concede(seller: TestClient = this.consortium.bob): Step {
    const step = agreed(this.consortium.asked(seller.person, deals.concedeDeal(this.terms)));
    const intent = present(step.command.intent);
    this.concession = { id: intent.body.id, ...detached(intent) };
    return step;
  }

  decide(outcome: 'unshipped' | 'overdue'): Step {
    return agreed(machine('decideDeal', { deal: this.id, outcome }));
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
      paid: () => this.consortium.run(this.markPaid()),
      shipped: () => this.consortium.run(this.acceptParcel()),
      delivered: () => this.consortium.run(this.deliver()),
      accepted: () => this.accept(),
      captured: () => this.consortium.run(...this.payments.map(({ id }) => this.capture(id))),
      credited: async () => this.consortium.run(...(await this.credits())),
      completed: () => this.consortium.run(this.complete()),
    };
    for (const next of STAGES.slice(0, STAGES.indexOf(stage) + 1)) await moves[next]();
    return this;
  }

  /** D10 for every item of the plan. */
  async credits(): Promise<Step[]> {
    const plan = present(await this.consortium.row('plan', this.id));
    return plan.items.map(({ payment, payee }) => this.credit(payment, payee));
  }

  /** The bank's refund key for this deal, as its worker makes it. */
  refundKey(msp: string): string {
    return refundKeyOf(present(this.consortium.secrets.get(msp)), this.id);
  }

  /** The buyer accepts, and the banks record it. */
  private async accept(): Promise<void> {
    await this.consortium.run(this.acceptGoods());
    await this.consortium.run(...this.records());
  }

  private async payAll(): Promise<void> {
    if (this.payments.length > 0) return;
    const arrivedAt = this.consortium.now();
    for (const [index, { msp, amount }] of WORKED_PAYMENTS.entries()) {
      await this.pay(msp, amount, { arrivedAt: arrivedAt + index });
    }
  }

  private async fee(payerBank: string, amount: string): Promise<string> {
    const bank = present(await this.consortium.row('bank', payerBank));
    return quote({ amount, payerBank: bank, terms: this.terms.offerTerms }).fee;
  }

  private paymentOf(payment: string): SubmittedPayment {
    return present(this.payments.find(({ id }) => id === payment));
  }
}

/** A machine's whole command. */
export function machine<A extends MachineAction>(action: A, params: MachineParams[A]): Command {
  return { action, params };
}
