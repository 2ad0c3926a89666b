// The model's rules for a deal in the agreement lane: legs, gates, payment, expiry, inspection, completion.
// It must not import the product's rules or formulas.
import type {
  DealTerms,
  GateRow,
  LegRow,
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
  type ModelCall,
  type Rules,
} from './model-call.js';
import { mustBeNear } from './model-offers.js';
import type { ModelState } from './model-state.js';

export function dealTerms({ state }: Pick<ModelCall, 'state'>, deal: string): DealTerms {
  return found(state.row('terms', deal)).terms;
}

function mustBeSigned(call: ModelCall, deal: string, hash: string): DealTerms {
  const row = found(call.state.row('terms', deal));
  must(row.termsHash === hash, 'TERMS_DIFFER');
  return row.terms;
}

function phaseOf(call: ModelCall, deal: string): PhaseRow {
  return found(call.state.row('phase', deal));
}

/** Held, or admitted and not answered. */
export function isAlive(state: ModelState, leg: LegRow): boolean {
  if (leg.status === 'held') return true;
  return leg.status === 'submitted' && state.row('gate', leg.id)?.status === 'admitted';
}

export function legsIn(state: ModelState, deal: string): LegRow[] {
  return state.legsOf(deal).map((id) => found(state.row('leg', deal, id)));
}

function reservedLegs(state: ModelState, { deal, legs }: ReservationRow): LegRow[] {
  return legs.map((id) => found(state.row('leg', deal, id)));
}

/** Why a leg is turned away at the gate; null: it is let in. */
function refusal(call: ModelCall, leg: LegRow, stock: StockRow | null): string | null {
  const { status } = phaseOf(call, leg.deal);
  const { price, minimumPart } = dealTerms(call, leg.deal).offerTerms;
  const reservation = call.state.row('reservation', leg.deal);
  const inside = reservation === null ? [] : reservedLegs(call.state, reservation);
  const rest = BigInt(price) - BigInt(leg.amount) - total(inside.filter((it) => isAlive(call.state, it)));
  if (status === 'expired') return 'TOO_LATE';
  if (status === 'paid' || status === 'completed') return 'WRONG_STATE';
  if (rest < 0n) return 'OVERPAYMENT';
  if (rest > 0n && rest < BigInt(minimumPart)) return 'MIN_PART';
  return reservation === null && found(stock).available === 0 ? 'NO_STOCK' : null;
}

/** First net, then commission, filled by legs in the order of (arrival, id). */
export function allocate(legs: readonly LegRow[], terms: DealTerms): PlanItem[] {
  const { offerTerms } = terms;
  const queue = [...legs].sort((a, b) => a.arrivedAt - b.arrivedAt || (a.id < b.id ? -1 : 1));
  let before = 0n;
  return queue.flatMap((leg) => {
    const start = before;
    const end = start + BigInt(leg.amount);
    before = end;
    const net = BigInt(offerTerms.net);
    const toSeller = (end < net ? end : net) - (start < net ? start : net);
    const parts = [
      { payee: 'seller' as const, link: offerTerms.sellerLink, bank: offerTerms.sellerBank, sum: toSeller },
      {
        payee: 'commission' as const,
        link: offerTerms.commissionLink,
        bank: offerTerms.commissionBank,
        sum: BigInt(leg.amount) - toSeller,
      },
    ];
    return parts
      .filter(({ sum }) => sum > 0n)
      .map(({ sum, ...item }) => ({ leg: leg.id, ...item, amount: sum.toString() }));
  });
}

/** All that the payout of a fully held deal needs is created at once. */
function pay(call: ModelCall, action: 'markPaid' | 'expireFull', held: readonly LegRow[]): 'done' {
  const { state, now: at } = call;
  const terms = dealTerms(call, held[0]?.deal ?? '');
  const { deal, offerTerms } = terms;
  const before = phaseOf(call, deal).status;
  take(call, `phase.${action}`, before, action === 'markPaid' ? ['open', 'sealed'] : ['sealed']);
  state.put('phase', [deal], { v: 1, deal, status: 'paid', at });
  const items = allocate(held, terms);
  state.put('plan', [deal], { v: 1, deal, items });
  const { currency } = offerTerms;
  for (const { leg, payee, link, bank: to, amount } of items) {
    const from = found(held.find(({ id }) => id === leg)).bank;
    const debt = { v: 1 as const, deal, leg, from, to, currency, amount };
    if (from !== to) state.put('obligation', [deal, leg, payee], debt);
    const { owner } = found(state.row('link', link));
    take(call, 'credit.markPaid', null, [null]);
    const due = { v: 1 as const, deal, leg, payee, owner, bank: to, link, currency, amount };
    state.put('credit', [deal, leg, payee], { ...due, status: 'due' });
  }
  take(call, `shipment.${action}`, null, [null]);
  const owner = offerTerms.courier;
  state.put('shipment', [deal], { v: 1, deal, owner, status: 'announced', h1: null });
  return 'done';
}

/** The pinned courier vouches for the delivery with the code whose hash the buyer signed. */
export function mustBeDelivered(call: ModelCall, deal: string): void {
  const { recipientCodeHash } = dealTerms(call, deal);
  const h1 = call.state.row('shipment', deal)?.h1 ?? null;
  must(h1 !== null && sha256(Buffer.from(h1, 'hex')) === recipientCodeHash, 'NOT_DELIVERED');
}

function expireEmpty(call: ModelCall, deal: string): 'done' {
  const { state, now: at } = call;
  take(call, 'phase.expire', 'sealed', ['sealed']);
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
  submitLeg(call) {
    const params = signedBy(call, 'submitLeg');
    const { deal, amount, fee, currency, arrivedAt, termsHash } = params;
    const terms = mustBeSigned(call, deal, termsHash);
    const { status } = phaseOf(call, deal);
    must(status !== 'sealed' && status !== 'expired', 'TOO_LATE');
    must(status === 'open', 'WRONG_STATE');
    mustBeNear(call, arrivedAt);
    must(arrivedAt <= terms.payDeadline, 'TOO_LATE');
    const { price, minimumPart } = terms.offerTerms;
    must(currency === terms.offerTerms.currency, 'CURRENCY');
    must(BigInt(amount) <= BigInt(price), 'OVERPAYMENT');
    const whole = BigInt(amount) > 0n && (BigInt(amount) >= BigInt(minimumPart) || amount === price);
    must(whole, 'MIN_PART');
    const link = signersLink(call, params.link, currency);
    take(call, 'leg.submitLeg', null, [null]);
    const { id, person: payer } = intentOf(call).body;
    const { owner, bank } = link;
    const from = { owner, bank, payer, link: link.id, currency, amount, fee, arrivedAt, termsHash };
    const open = { status: 'submitted' as const, allocation: null };
    call.state.put('leg', [deal, id], { v: 1, id, deal, ...from, ...open });
    call.state.addLeg(deal, id);
    return 'done';
  },

  admitLeg(call) {
    const { deal, leg: id } = machineOf(call, 'admitLeg');
    const { state } = call;
    const before = state.row('gate', id)?.status ?? null;
    if (before === 'admitted' || before === 'refused') return 'repeated';
    const { offerTerms } = dealTerms(call, deal);
    const leg = found(state.row('leg', deal, id));
    must(leg.status === 'submitted', 'WRONG_STATE');
    const stock = state.row('stock', offerTerms.offer);
    const reason = refusal(call, leg, stock);
    take(call, reason === null ? 'gate.admitLeg' : 'gate.refuseLeg', before, [null]);
    const status = reason === null ? ('admitted' as const) : ('refused' as const);
    const answerBy = call.now + offerTerms.answerTimeMs;
    state.put('gate', [id], { v: 1, leg: id, deal, status, answerBy, reason });
    if (reason !== null) return 'done';
    const reservation = state.row('reservation', deal);
    const inside = reservation === null ? [] : reservedLegs(state, reservation);
    const legs = inside.filter((other) => other.id !== id && isAlive(state, other)).map((other) => other.id);
    const { offer } = offerTerms;
    state.put('reservation', [deal], { v: 1, deal, offer, legs: [...legs, id], released: false });
    if (reservation !== null) return 'done';
    const { available, taken, ...rest } = found(stock);
    state.put('stock', [offer], { ...rest, available: available - 1, taken: taken + 1 });
    return 'done';
  },

  closeLeg(call) {
    const { deal, leg: id } = machineOf(call, 'closeLeg');
    const gate: GateRow | null = call.state.row('gate', id);
    if (gate?.status === 'closed') return 'repeated';
    const { offerTerms } = dealTerms(call, deal);
    const leg = found(call.state.row('leg', deal, id));
    must(leg.status === 'submitted', 'ANSWERED');
    must(gate?.status !== 'refused', 'WRONG_STATE');
    const { windowMs, slackMs } = parametersOf(call);
    const answerBy = gate?.answerBy ?? leg.arrivedAt + offerTerms.answerTimeMs;
    must(call.now >= answerBy + 2 * windowMs + slackMs, 'TOO_EARLY');
    take(call, 'gate.closeLeg', gate?.status ?? null, [null, 'admitted']);
    call.state.put('gate', [id], { v: 1, leg: id, deal, status: 'closed', answerBy, reason: null });
    return 'done';
  },

  markPaid(call) {
    const { deal } = machineOf(call, 'markPaid');
    const { status } = phaseOf(call, deal);
    if (status === 'paid' || status === 'completed') return 'repeated';
    const { price } = dealTerms(call, deal).offerTerms;
    const reservation = call.state.row('reservation', deal);
    const inside = reservation === null ? [] : reservedLegs(call.state, reservation);
    const held = inside.filter((leg) => leg.status === 'held');
    must(total(held) === BigInt(price), 'NOT_FULL');
    return pay(call, 'markPaid', held);
  },

  seal(call) {
    const { deal } = machineOf(call, 'seal');
    const { status } = phaseOf(call, deal);
    if (status === 'sealed' || status === 'expired') return 'repeated';
    must(status === 'open', 'WRONG_STATE');
    const { windowMs, slackMs } = parametersOf(call);
    must(call.now >= dealTerms(call, deal).payDeadline + 2 * windowMs + slackMs, 'TOO_EARLY');
    take(call, 'phase.seal', status, ['open']);
    call.state.put('phase', [deal], { v: 1, deal, status: 'sealed', at: call.now });
    return 'done';
  },

  expire(call) {
    const { deal } = machineOf(call, 'expire');
    const { status } = phaseOf(call, deal);
    if (status === 'expired') return 'repeated';
    must(status === 'sealed', 'WRONG_STATE');
    const legs = legsIn(call.state, deal);
    for (const leg of legs) {
      const gate = call.state.row('gate', leg.id)?.status ?? 'none';
      must(leg.status !== 'submitted' || gate === 'refused' || gate === 'closed', 'LEG_OPEN');
    }
    const held = legs.filter((leg) => leg.status === 'held');
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
    for (const { leg, payee } of found(call.state.row('plan', deal)).items) {
      must(call.state.row('credit', deal, leg, payee)?.status === 'credited', 'NOT_CREDITED');
    }
    take(call, 'phase.complete', status, ['paid']);
    call.state.put('phase', [deal], { v: 1, deal, status: 'completed', at: call.now });
    return 'done';
  },
};
