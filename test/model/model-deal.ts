// The model's rules for a deal in the agreement lane: payments, admissions, payment, expiry, inspection, completion.
// It must not import the product's rules or formulas.
import type { DealTerms, PhaseRow, ReservationRow } from '../../chaincode/protocol/deal.js';
import type { AdmissionRow, PaymentRow, PlanItem } from '../../chaincode/protocol/payment.js';
import type { StockRow } from '../../chaincode/protocol/offer.js';
import {
  create,
  found,
  intentOf,
  machineOf,
  must,
  sha256,
  namedSignatureOf,
  signedBy,
  signersLink,
  take,
  total,
  type ModelCommand,
  type Rules,
} from './model-command.js';
import { dealTerms, isAlive, mustBeSigned, paymentsIn, phaseOf } from './model-deal-rows.js';
import { mustMayPay } from './model-invitation.js';
import type { ModelState } from './model-state.js';
import { marginOf, mustBeNear } from './model-times.js';

/** What one person may submit into a deal. */
const MOST_OF_PAYER = 40;

function reservedPayments(state: ModelState, { deal, payments }: ReservationRow): PaymentRow[] {
  return payments.map((id) => found(state.row('payment', deal, id)));
}

/** Why a deal in this phase lets no payment in; null: it does. */
function phaseReason({ status }: PhaseRow): string | null {
  if (status === 'open' || status === 'paymentsClosed') return null;
  return status === 'expired' ? 'TOO_LATE' : 'WRONG_STATE';
}

/** Why a payment is turned away at the admission; null: it is let in. */
function refusal(call: ModelCommand, payment: PaymentRow, stock: StockRow | null): string | null {
  const reason = phaseReason(phaseOf(call, payment.deal));
  if (reason !== null) return reason;
  const { price, minimumPart } = dealTerms(call, payment.deal).offerTerms;
  const reservation = call.state.row('reservation', payment.deal);
  const reserved = reservation === null ? [] : reservedPayments(call.state, reservation);
  const inside = reserved.filter((it) => isAlive(call.state, it));
  const rest = BigInt(price) - BigInt(payment.amount) - total(inside);
  if (rest < 0n || isAboveInvitation(call, payment, inside)) return 'OVERPAYMENT';
  if (rest > 0n && rest < BigInt(minimumPart)) return 'MIN_PART';
  return reservation === null && found(stock).available === 0 ? 'NO_STOCK' : null;
}

/** What one invitation lets in counts together. */
function isAboveInvitation(
  call: ModelCommand,
  { deal, invitation, amount }: PaymentRow,
  inside: readonly PaymentRow[],
): boolean {
  if (invitation === null) return false;
  const { most } = found(call.state.row('invitation', deal, invitation));
  const before = total(inside.filter((other) => other.invitation === invitation));
  return before + BigInt(amount) > BigInt(most);
}

/** First net, then commission, filled by payments in the order of (arrival, id). */
export function allocate(
  payments: readonly Pick<PaymentRow, 'id' | 'amount' | 'arrivedAt'>[],
  { offerTerms }: DealTerms,
  net: bigint,
): PlanItem[] {
  const queue = [...payments].sort((a, b) => a.arrivedAt - b.arrivedAt || (a.id < b.id ? -1 : 1));
  let before = 0n;
  return queue.flatMap((payment) => {
    const start = before;
    const end = start + BigInt(payment.amount);
    before = end;
    const toSeller = (end < net ? end : net) - (start < net ? start : net);
    const parts = [
      {
        payee: 'seller',
        purpose: 'price',
        link: offerTerms.sellerLink,
        bank: offerTerms.sellerBank,
        sum: toSeller,
      },
      {
        payee: 'marketplace',
        purpose: 'commission',
        link: offerTerms.commissionLink,
        bank: offerTerms.commissionBank,
        sum: BigInt(payment.amount) - toSeller,
      },
    ];
    return parts
      .filter(({ sum }) => sum > 0n)
      .map(({ sum, ...item }) => ({ payment: payment.id, ...item, amount: sum.toString() }));
  });
}

/** All that the payout of a fully held deal needs is created at once. */
function pay(call: ModelCommand, action: 'markPaid' | 'expire', held: readonly PaymentRow[]): 'done' {
  const { state, now: at } = call;
  const terms = dealTerms(call, held[0]?.deal ?? '');
  const { deal, offerTerms } = terms;
  const from = phaseOf(call, deal).status;
  const allowed = ['paymentsClosed', action === 'markPaid' ? 'open' : 'cancelled'];
  const status = take(call, `phase.${action}`, 'paid', { from, allowed });
  state.put('phase', [deal], { v: 1, deal, status, at, cancelledBy: null });
  const shares = found(state.row('shares', offerTerms.sharesHash), 'TERMS_DIFFER');
  const items = allocate(held, terms, BigInt(shares.net));
  state.put('plan', [deal], { v: 1, deal, items });
  const { currency } = offerTerms;
  for (const { payment, payee, purpose, link, bank: to, amount } of items) {
    const { bank } = found(held.find(({ id }) => id === payment));
    const debt = { v: 1 as const, deal, payment, payee, from: bank, to, currency, amount };
    if (bank !== to) state.put('obligation', [deal, payment, payee], debt);
    const { owner } = found(state.row('link', link));
    const due = { v: 1 as const, deal, payment, payee, purpose, owner, bank: to, link, currency, amount };
    state.put('credit', [deal, payment, payee], { ...due, status: create(call, `credit.${action}`, 'due') });
  }
  const owner = offerTerms.courier;
  const announced = create(call, `shipment.${action}`, 'announced');
  state.put('shipment', [deal], { v: 1, deal, owner, status: announced, h1: null });
  return 'done';
}

/** The pinned courier vouches for the delivery with the code whose hash the buyer signed. */
export function mustBeDelivered(call: ModelCommand, deal: string): void {
  const { recipientCodeHash } = dealTerms(call, deal);
  const h1 = call.state.row('shipment', deal)?.h1 ?? null;
  must(h1 !== null && sha256(Buffer.from(h1, 'hex')) === recipientCodeHash, 'NOT_DELIVERED');
}

function expireEmpty(call: ModelCommand, deal: string): 'done' {
  const { state, now: at } = call;
  const { status: from, cancelledBy } = phaseOf(call, deal);
  const status = take(call, 'phase.expire', 'expired', { from, allowed: ['paymentsClosed', 'cancelled'] });
  state.put('phase', [deal], { v: 1, deal, status, at, cancelledBy });
  const reservation = state.row('reservation', deal);
  if (reservation === null) return 'done';
  state.put('reservation', [deal], { ...reservation, released: true });
  const stock = found(state.row('stock', reservation.offer));
  const { available, taken } = stock;
  state.put('stock', [stock.offer], { ...stock, available: available + 1, taken: taken - 1 });
  return 'done';
}

export const DEAL_RULES: Rules = {
  submitPayment(call) {
    const params = signedBy(call, 'submitPayment');
    const { deal, amount, fee, currency, arrivedAt, termsHash, invitation } = params;
    const { id, person: payer } = intentOf(call).body;
    must(call.state.row('payment', deal, id) === null, 'EXISTS');
    const terms = mustBeSigned(call, deal, termsHash);
    const { status } = phaseOf(call, deal);
    must(status !== 'paymentsClosed' && status !== 'expired', 'TOO_LATE');
    must(status === 'open', 'WRONG_STATE');
    mustBeNear(call, arrivedAt, terms.offerTerms);
    must(arrivedAt <= terms.payDeadline, 'TOO_LATE');
    const { price, minimumPart } = terms.offerTerms;
    must(currency === terms.offerTerms.currency, 'CURRENCY');
    must(BigInt(amount) <= BigInt(price), 'OVERPAYMENT');
    const whole = BigInt(amount) > 0n && (BigInt(amount) >= BigInt(minimumPart) || amount === price);
    must(whole, 'MIN_PART');
    const link = signersLink(call, params.link, currency);
    mustMayPay(call, terms, params);
    const before = call.state.row('tally', deal, payer)?.payments ?? 0;
    must(before < MOST_OF_PAYER, 'TOO_MANY_PAYMENTS');
    const { owner, bank } = link;
    const from = { owner, bank, payer, link: link.id, currency, amount, fee, arrivedAt, termsHash };
    const submitted = create(call, 'payment.submitPayment', 'submitted');
    const open = { status: submitted, invitation, allocation: null };
    call.state.put('payment', [deal, id], { v: 1, id, deal, ...from, ...open });
    call.state.addPayment(deal, id);
    call.state.put('tally', [deal, payer], { v: 1, deal, payer, payments: before + 1 });
    return 'done';
  },

  admitPayment(call) {
    const { deal, payment: id } = machineOf(call, 'admitPayment');
    const { state } = call;
    const before = state.row('admission', deal, id)?.status ?? null;
    if (before === 'admitted' || before === 'refused') return 'repeated';
    const { offerTerms } = dealTerms(call, deal);
    const payment = found(state.row('payment', deal, id));
    must(payment.status === 'submitted', 'WRONG_STATE');
    const stock = state.row('stock', offerTerms.offer);
    const reason = refusal(call, payment, stock);
    const judged = reason === null ? ('admitted' as const) : ('refused' as const);
    const status = take(call, 'admission.admitPayment', judged, { from: before, allowed: [null] });
    const answerBy = call.now + offerTerms.answerTimeMs;
    state.put('admission', [deal, id], { v: 1, payment: id, deal, status, answerBy, reason });
    if (reason !== null) return 'done';
    const reservation = state.row('reservation', deal);
    const inside = reservation === null ? [] : reservedPayments(state, reservation);
    const payments = inside
      .filter((other) => other.id !== id && isAlive(state, other))
      .map((other) => other.id);
    const { offer } = offerTerms;
    state.put('reservation', [deal], { v: 1, deal, offer, payments: [...payments, id], released: false });
    if (reservation !== null) return 'done';
    const { available, taken, ...rest } = found(stock);
    state.put('stock', [offer], { ...rest, available: available - 1, taken: taken + 1 });
    return 'done';
  },

  closeAdmission(call) {
    const { deal, payment: id } = machineOf(call, 'closeAdmission');
    const admission: AdmissionRow | null = call.state.row('admission', deal, id);
    if (admission?.status === 'closed') return 'repeated';
    const { offerTerms } = dealTerms(call, deal);
    const payment = found(call.state.row('payment', deal, id));
    must(payment.status === 'submitted', 'ANSWERED');
    must(admission?.status !== 'refused', 'WRONG_STATE');
    const answerBy = admission?.answerBy ?? payment.arrivedAt + offerTerms.answerTimeMs;
    must(call.now >= answerBy + marginOf(offerTerms), 'TOO_EARLY');
    const from = admission?.status ?? null;
    const status = take(call, 'admission.closeAdmission', 'closed', { from, allowed: [null, 'admitted'] });
    call.state.put('admission', [deal, id], { v: 1, payment: id, deal, status, answerBy, reason: null });
    return 'done';
  },

  markPaid(call) {
    const { deal } = machineOf(call, 'markPaid');
    const { status } = phaseOf(call, deal);
    if (status === 'paid' || status === 'completed') return 'repeated';
    const { price } = dealTerms(call, deal).offerTerms;
    const reservation = call.state.row('reservation', deal);
    const inside = reservation === null ? [] : reservedPayments(call.state, reservation);
    const held = inside.filter((payment) => payment.status === 'held');
    must(total(held) === BigInt(price), 'NOT_FULL');
    return pay(call, 'markPaid', held);
  },

  closePayments(call) {
    const { deal } = machineOf(call, 'closePayments');
    const { status } = phaseOf(call, deal);
    if (status === 'paymentsClosed' || status === 'expired') return 'repeated';
    must(status === 'open', 'WRONG_STATE');
    const { payDeadline, offerTerms } = dealTerms(call, deal);
    must(call.now >= payDeadline + marginOf(offerTerms), 'TOO_EARLY');
    const closed = take(call, 'phase.closePayments', 'paymentsClosed', { from: status, allowed: ['open'] });
    call.state.put('phase', [deal], { v: 1, deal, status: closed, at: call.now, cancelledBy: null });
    return 'done';
  },

  cancelDeal(call) {
    const { deal, termsHash } = signedBy(call, 'cancelDeal');
    const { buyer, buyerLink, offerTerms } = mustBeSigned(call, deal, termsHash);
    const { person } = intentOf(call).body;
    must(person === buyer || person === offerTerms.seller, 'WRONG_ROLE');
    const cancelledBy = person === buyer ? 'buyer' : 'seller';
    signersLink(call, person === buyer ? buyerLink : offerTerms.sellerLink, offerTerms.currency);
    const from = phaseOf(call, deal).status;
    const status = take(call, 'phase.cancelDeal', 'cancelled', { from, allowed: ['open'] });
    call.state.put('phase', [deal], { v: 1, deal, status, at: call.now, cancelledBy });
    return 'done';
  },

  expire(call) {
    const { deal } = machineOf(call, 'expire');
    const { status } = phaseOf(call, deal);
    if (status === 'expired') return 'repeated';
    must(status === 'paymentsClosed' || status === 'cancelled', 'WRONG_STATE');
    const payments = paymentsIn(call.state, deal);
    for (const payment of payments) {
      const admission = call.state.row('admission', deal, payment.id)?.status ?? 'none';
      must(
        payment.status !== 'submitted' || admission === 'refused' || admission === 'closed',
        'PAYMENT_UNANSWERED',
      );
    }
    const held = payments.filter((payment) => payment.status === 'held');
    const full = total(held) === BigInt(dealTerms(call, deal).offerTerms.price);
    return full ? pay(call, 'expire', held) : expireEmpty(call, deal);
  },

  startInspection(call) {
    const { deal } = machineOf(call, 'startInspection');
    if (call.state.row('inspection', deal) !== null) return 'repeated';
    mustBeDelivered(call, deal);
    const status = create(call, 'inspection.startInspection', 'started');
    call.state.put('inspection', [deal], { v: 1, deal, status, startedAt: call.now, acceptance: null });
    return 'done';
  },

  acceptGoods(call) {
    const { deal, termsHash } = signedBy(call, 'acceptGoods');
    const intent = intentOf(call);
    const terms = mustBeSigned(call, deal, termsHash);
    must(intent.body.person === terms.buyer, 'WRONG_ROLE');
    signersLink(call, terms.buyerLink, terms.offerTerms.currency);
    mustBeDelivered(call, deal);
    must(call.state.row('concession', deal) === null, 'WRONG_STATE');
    const before = call.state.row('inspection', deal);
    const from = before?.status ?? null;
    const status = take(call, 'inspection.acceptGoods', 'accepted', { from, allowed: [null, 'started'] });
    const startedAt = before?.startedAt ?? call.now;
    const acceptance = namedSignatureOf(intent);
    call.state.put('inspection', [deal], { v: 1, deal, status, startedAt, acceptance });
    return 'done';
  },

  complete(call) {
    const { deal } = machineOf(call, 'complete');
    const { status } = phaseOf(call, deal);
    if (status === 'completed') return 'repeated';
    must(status === 'paid', 'WRONG_STATE');
    for (const { payment, payee } of found(call.state.row('plan', deal)).items) {
      const isBack = call.state.row('payment', deal, payment)?.status === 'voided';
      const credit = call.state.row('credit', deal, payment, payee);
      must(isBack || credit?.status === 'credited', 'NOT_CREDITED');
    }
    const ended = take(call, 'phase.complete', 'completed', { from: status, allowed: ['paid'] });
    call.state.put('phase', [deal], { v: 1, deal, status: ended, at: call.now, cancelledBy: null });
    return 'done';
  },
};
