// The model's rules for a deal in the agreement lane: payments, admissions, payment, expiry, inspection, completion.
// It must not import the product's rules or formulas.
import type {
  DealTerms,
  AdmissionRow,
  PaymentRow,
  PhaseRow,
  PlanItem,
  ReservationRow,
  StockRow,
} from '../../chaincode/protocol/rows.js';
import {
  found,
  intentOf,
  machineOf,
  must,
  parametersOf,
  sha256,
  signatureOf,
  signedBy,
  signersLink,
  take,
  total,
  type ModelCommand,
  type Rules,
} from './model-command.js';
import { mustBeNear } from './model-offers.js';
import type { ModelState } from './model-state.js';

export function dealTerms({ state }: Pick<ModelCommand, 'state'>, deal: string): DealTerms {
  return found(state.row('terms', deal)).terms;
}

function mustBeSigned(call: ModelCommand, deal: string, hash: string): DealTerms {
  const row = found(call.state.row('terms', deal));
  must(row.termsHash === hash, 'TERMS_DIFFER');
  return row.terms;
}

function phaseOf(call: ModelCommand, deal: string): PhaseRow {
  return found(call.state.row('phase', deal));
}

/** Held, or admitted and not answered. */
export function isAlive(state: ModelState, payment: PaymentRow): boolean {
  if (payment.status === 'held') return true;
  return payment.status === 'submitted' && state.row('admission', payment.id)?.status === 'admitted';
}

export function paymentsIn(state: ModelState, deal: string): PaymentRow[] {
  return state.paymentsOf(deal).map((id) => found(state.row('payment', deal, id)));
}

function reservedPayments(state: ModelState, { deal, payments }: ReservationRow): PaymentRow[] {
  return payments.map((id) => found(state.row('payment', deal, id)));
}

/** Why a payment is turned away at the admission; null: it is let in. */
function refusal(call: ModelCommand, payment: PaymentRow, stock: StockRow | null): string | null {
  const { status } = phaseOf(call, payment.deal);
  const { price, minimumPart } = dealTerms(call, payment.deal).offerTerms;
  const reservation = call.state.row('reservation', payment.deal);
  const inside = reservation === null ? [] : reservedPayments(call.state, reservation);
  const rest = BigInt(price) - BigInt(payment.amount) - total(inside.filter((it) => isAlive(call.state, it)));
  if (status === 'expired') return 'TOO_LATE';
  if (status === 'paid' || status === 'completed') return 'WRONG_STATE';
  if (rest < 0n) return 'OVERPAYMENT';
  if (rest > 0n && rest < BigInt(minimumPart)) return 'MIN_PART';
  return reservation === null && found(stock).available === 0 ? 'NO_STOCK' : null;
}

/** First net, then commission, filled by payments in the order of (arrival, id). */
export function allocate(payments: readonly PaymentRow[], terms: DealTerms): PlanItem[] {
  const { offerTerms } = terms;
  const queue = [...payments].sort((a, b) => a.arrivedAt - b.arrivedAt || (a.id < b.id ? -1 : 1));
  let before = 0n;
  return queue.flatMap((payment) => {
    const start = before;
    const end = start + BigInt(payment.amount);
    before = end;
    const net = BigInt(offerTerms.net);
    const toSeller = (end < net ? end : net) - (start < net ? start : net);
    const parts = [
      { payee: 'seller' as const, link: offerTerms.sellerLink, bank: offerTerms.sellerBank, sum: toSeller },
      {
        payee: 'commission' as const,
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
function pay(call: ModelCommand, action: 'markPaid' | 'expireFull', held: readonly PaymentRow[]): 'done' {
  const { state, now: at } = call;
  const terms = dealTerms(call, held[0]?.deal ?? '');
  const { deal, offerTerms } = terms;
  const before = phaseOf(call, deal).status;
  take(
    call,
    `phase.${action}`,
    before,
    action === 'markPaid' ? ['open', 'paymentsClosed'] : ['paymentsClosed'],
  );
  state.put('phase', [deal], { v: 1, deal, status: 'paid', at });
  const items = allocate(held, terms);
  state.put('plan', [deal], { v: 1, deal, items });
  const { currency } = offerTerms;
  for (const { payment, payee, link, bank: to, amount } of items) {
    const from = found(held.find(({ id }) => id === payment)).bank;
    const debt = { v: 1 as const, deal, payment, from, to, currency, amount };
    if (from !== to) state.put('obligation', [deal, payment, payee], debt);
    const { owner } = found(state.row('link', link));
    take(call, 'credit.markPaid', null, [null]);
    const due = { v: 1 as const, deal, payment, payee, owner, bank: to, link, currency, amount };
    state.put('credit', [deal, payment, payee], { ...due, status: 'due' });
  }
  take(call, `shipment.${action}`, null, [null]);
  const owner = offerTerms.courier;
  state.put('shipment', [deal], { v: 1, deal, owner, status: 'announced', h1: null });
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
  take(call, 'phase.expire', 'paymentsClosed', ['paymentsClosed']);
  state.put('phase', [deal], { v: 1, deal, status: 'expired', at });
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
    const { deal, amount, fee, currency, arrivedAt, termsHash } = params;
    const terms = mustBeSigned(call, deal, termsHash);
    const { status } = phaseOf(call, deal);
    must(status !== 'paymentsClosed' && status !== 'expired', 'TOO_LATE');
    must(status === 'open', 'WRONG_STATE');
    mustBeNear(call, arrivedAt);
    must(arrivedAt <= terms.payDeadline, 'TOO_LATE');
    const { price, minimumPart } = terms.offerTerms;
    must(currency === terms.offerTerms.currency, 'CURRENCY');
    must(BigInt(amount) <= BigInt(price), 'OVERPAYMENT');
    const whole = BigInt(amount) > 0n && (BigInt(amount) >= BigInt(minimumPart) || amount === price);
    must(whole, 'MIN_PART');
    const link = signersLink(call, params.link, currency);
    take(call, 'payment.submitPayment', null, [null]);
    const { id, person: payer } = intentOf(call).body;
    const { owner, bank } = link;
    const from = { owner, bank, payer, link: link.id, currency, amount, fee, arrivedAt, termsHash };
    const open = { status: 'submitted' as const, allocation: null };
    call.state.put('payment', [deal, id], { v: 1, id, deal, ...from, ...open });
    call.state.addPayment(deal, id);
    return 'done';
  },

  admitPayment(call) {
    const { deal, payment: id } = machineOf(call, 'admitPayment');
    const { state } = call;
    const before = state.row('admission', id)?.status ?? null;
    if (before === 'admitted' || before === 'refused') return 'repeated';
    const { offerTerms } = dealTerms(call, deal);
    const payment = found(state.row('payment', deal, id));
    must(payment.status === 'submitted', 'WRONG_STATE');
    const stock = state.row('stock', offerTerms.offer);
    const reason = refusal(call, payment, stock);
    take(call, reason === null ? 'admission.admitPayment' : 'admission.refusePayment', before, [null]);
    const status = reason === null ? ('admitted' as const) : ('refused' as const);
    const answerBy = call.now + offerTerms.answerTimeMs;
    state.put('admission', [id], { v: 1, payment: id, deal, status, answerBy, reason });
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
    const admission: AdmissionRow | null = call.state.row('admission', id);
    if (admission?.status === 'closed') return 'repeated';
    const { offerTerms } = dealTerms(call, deal);
    const payment = found(call.state.row('payment', deal, id));
    must(payment.status === 'submitted', 'ANSWERED');
    must(admission?.status !== 'refused', 'WRONG_STATE');
    const { windowMs, slackMs } = parametersOf(call);
    const answerBy = admission?.answerBy ?? payment.arrivedAt + offerTerms.answerTimeMs;
    must(call.now >= answerBy + 2 * windowMs + slackMs, 'TOO_EARLY');
    take(call, 'admission.closeAdmission', admission?.status ?? null, [null, 'admitted']);
    call.state.put('admission', [id], { v: 1, payment: id, deal, status: 'closed', answerBy, reason: null });
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
    const { windowMs, slackMs } = parametersOf(call);
    must(call.now >= dealTerms(call, deal).payDeadline + 2 * windowMs + slackMs, 'TOO_EARLY');
    take(call, 'phase.closePayments', status, ['open']);
    call.state.put('phase', [deal], { v: 1, deal, status: 'paymentsClosed', at: call.now });
    return 'done';
  },

  expire(call) {
    const { deal } = machineOf(call, 'expire');
    const { status } = phaseOf(call, deal);
    if (status === 'expired') return 'repeated';
    must(status === 'paymentsClosed', 'WRONG_STATE');
    const payments = paymentsIn(call.state, deal);
    for (const payment of payments) {
      const admission = call.state.row('admission', payment.id)?.status ?? 'none';
      must(
        payment.status !== 'submitted' || admission === 'refused' || admission === 'closed',
        'PAYMENT_UNANSWERED',
      );
    }
    const held = payments.filter((payment) => payment.status === 'held');
    const full = total(held) === BigInt(dealTerms(call, deal).offerTerms.price);
    return full ? pay(call, 'expireFull', held) : expireEmpty(call, deal);
  },

  startInspection(call) {
    const { deal } = machineOf(call, 'startInspection');
    if (call.state.row('inspection', deal) !== null) return 'repeated';
    mustBeDelivered(call, deal);
    take(call, 'inspection.startInspection', null, [null]);
    const row = { v: 1 as const, deal, startedAt: call.now, acceptance: null };
    call.state.put('inspection', [deal], { ...row, status: 'started' });
    return 'done';
  },

  acceptGoods(call) {
    const { deal, termsHash } = signedBy(call, 'acceptGoods');
    const intent = intentOf(call);
    const terms = mustBeSigned(call, deal, termsHash);
    must(intent.body.person === terms.buyer, 'WRONG_ROLE');
    signersLink(call, terms.buyerLink, terms.offerTerms.currency);
    mustBeDelivered(call, deal);
    const before = call.state.row('inspection', deal);
    take(call, 'inspection.acceptGoods', before?.status ?? null, [null, 'started']);
    const startedAt = before?.startedAt ?? call.now;
    call.state.put('inspection', [deal], {
      v: 1,
      deal,
      status: 'accepted',
      startedAt,
      acceptance: { id: intent.body.id, ...signatureOf(intent) },
    });
    return 'done';
  },

  complete(call) {
    const { deal } = machineOf(call, 'complete');
    const { status } = phaseOf(call, deal);
    if (status === 'completed') return 'repeated';
    must(status === 'paid', 'WRONG_STATE');
    for (const { payment, payee } of found(call.state.row('plan', deal)).items) {
      must(call.state.row('credit', deal, payment, payee)?.status === 'credited', 'NOT_CREDITED');
    }
    take(call, 'phase.complete', status, ['paid']);
    call.state.put('phase', [deal], { v: 1, deal, status: 'completed', at: call.now });
    return 'done';
  },
};
