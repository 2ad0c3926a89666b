// The model's rules for what a bank records of a deal and how it ends a payment: paid out or given back.
// It must not import the product's rules or formulas.
import { createHmac } from 'node:crypto';
import type { DealTerms } from '../../chaincode/protocol/deal.js';
import type { PaymentRow } from '../../chaincode/protocol/payment.js';
import { enter, payersAccount, payOut, release, saveAccount } from './model-books.js';
import {
  found,
  machineOf,
  must,
  sha256,
  sortedJson,
  take,
  total,
  type ModelCommand,
  type Rules,
} from './model-command.js';
import { paymentsIn } from './model-deal-rows.js';
import { allocate } from './model-deal.js';
import type { SecretRows } from './model-state.js';
import { marginOf } from './model-times.js';

type DealRecord = SecretRows['dealRecord'];

/** Own money, or a bank that this organisation knows under that MSP. */
export function trusts(
  call: ModelCommand,
  { bank, owner }: { readonly bank: string; readonly owner: string },
): boolean {
  const known = call.state.secret(call.msp, 'correspondents', '')?.banks ?? [];
  return owner === call.msp || known.some((it) => it.bank === bank && it.msp === owner);
}

/** The deal's key at this bank: HMAC-SHA-256 of the deal under the bank's secret. */
export function mustBeRefundKey({ state, msp }: ModelCommand, deal: string, refundKey: string): void {
  const { secret } = found(state.secret(msp, 'secret', ''));
  const key = createHmac('sha256', Buffer.from(secret, 'base64url')).update(`refund key|${deal}`);
  must(key.digest('base64url') === refundKey, 'REFUND_KEY');
}

/** What the bank proves of a deal the first time that it holds money for it. */
export function provenDeal(call: ModelCommand, deal: string): Omit<DealRecord, 'own'> {
  const { state } = call;
  const known = state.secret(call.msp, 'dealRecord', deal);
  if (known !== null) return known;
  const terms = found(state.row('terms', deal));
  const { buyer, buyerLink, offerTerms } = terms.terms;
  for (const id of [buyerLink, offerTerms.sellerLink, offerTerms.commissionLink]) {
    must(trusts(call, found(state.row('link', id))), 'UNKNOWN_BANK');
  }
  const listing = found(state.row('usedIntent', offerTerms.seller, terms.listing)?.signed);
  const purchase = found(state.row('usedIntent', buyer, deal)?.signed);
  const shares = found(state.row('shares', offerTerms.sharesHash));
  const nothing = { full: null, moved: null, delivered: null, word: null };
  return { v: 1, deal, terms, shares, listing, purchase, ...nothing };
}

/** One more payment of the bank's own is held from now on. */
export function recordHeld(call: ModelCommand, payment: PaymentRow, proven: Omit<DealRecord, 'own'>): void {
  const { state, msp, now: at } = call;
  const earlier = state.secret(msp, 'dealRecord', payment.deal)?.own ?? [];
  const own = [...earlier, { payment, status: 'held' as const, at }];
  state.putSecret(msp, 'dealRecord', payment.deal, { ...proven, own });
}

function hadMoney(call: ModelCommand, payment: PaymentRow): boolean {
  return trusts(call, payment) && ['held', 'captured', 'voided'].includes(payment.status);
}

/** The courier has handed the parcel over for the code whose hash the buyer signed. */
function isHandedOver({ state }: ModelCommand, { deal, recipientCodeHash }: DealTerms): boolean {
  const h1 = state.row('shipment', deal)?.h1 ?? null;
  return h1 !== null && sha256(Buffer.from(h1, 'hex')) === recipientCodeHash;
}

function hasLeft({ state }: ModelCommand, deal: string): boolean {
  const status = state.row('shipment', deal)?.status ?? 'announced';
  return status !== 'announced';
}

function priceSeen(call: ModelCommand, { deal, offerTerms }: DealTerms): DealRecord['full'] {
  const named = machineOf(call, 'recordDeal').payments.map((id) => call.state.row('payment', deal, id));
  const money = named.filter((payment) => payment !== null).filter((payment) => hadMoney(call, payment));
  if (total(money) !== BigInt(offerTerms.price)) return null;
  const payments = money.map(({ id, bank, amount, arrivedAt }) => ({ id, bank, amount, arrivedAt }));
  return { at: call.now, payments };
}

/** Honest generators hand in what the ledger has; anything else was not signed by the party. */
function wordSeen(call: ModelCommand, deal: string, delivered: number | null): DealRecord['word'] {
  const { acceptance, concession } = machineOf(call, 'recordDeal');
  const { state, now: at } = call;
  const same = (said: object | null, genuine: object | null | undefined) =>
    said !== null && genuine != null && sortedJson(said) === sortedJson(genuine);
  const accepted = same(acceptance, state.row('inspection', deal)?.acceptance);
  if (acceptance !== null && delivered !== null && accepted)
    return { kind: 'acceptance', at, signed: acceptance };
  const conceded = same(concession, state.row('concession', deal)?.signed);
  return concession !== null && conceded ? { kind: 'concession', at, signed: concession } : null;
}

interface Ending {
  readonly record: DealRecord;
  readonly own: DealRecord['own'][number];
  readonly phase: string | null;
}

function endingOf(call: ModelCommand, deal: string, id: string): Ending {
  const record = found(call.state.secret(call.msp, 'dealRecord', deal));
  const own = found(record.own.find(({ payment }) => payment.id === id));
  return { record, own, phase: call.state.row('phase', deal)?.status ?? null };
}

/** Why a payment ends as it does. */
export const ENDS = {
  conceded: 'void',
  overdue: 'void',
  accepted: 'capture',
  inspected: 'capture',
  neverFull: 'void',
  neverShipped: 'void',
  deliveredAtStop: 'capture',
  stopped: 'void',
} as const;
type EndName = keyof typeof ENDS;

/** Why it ends, or the code of the refusal. */
type Verdict = EndName | 'NOT_DUE' | 'NOT_FULL' | 'FULLY_HELD';

/** The first reason for which the payment ends, if need be at the long stop, or the code of the refusal. */
function endOf(call: ModelCommand, ending: Ending): Verdict {
  const { record, own } = ending;
  const counts = record.full?.payments.some(({ id }) => id === own.payment.id) === true;
  const earlier =
    endByWord(record, counts) ??
    endOfExpired(call, ending) ??
    endOfDelay(call, record) ??
    endOfInspection(call, record, counts);
  if (earlier !== null && earlier in ENDS) return earlier;
  const last = endAtStop(call, record, counts);
  return last in ENDS ? last : (earlier ?? last);
}

function endByWord(record: DealRecord, counts: boolean): Verdict | null {
  if (record.word === null) return null;
  if (record.word.kind === 'concession') return 'conceded';
  if (record.full === null) return 'NOT_FULL';
  return counts ? 'accepted' : null;
}

function endOfExpired(call: ModelCommand, { record, phase }: Ending): Verdict | null {
  const { terms } = record.terms;
  const isLate = record.full !== null && call.state.row('outcome', terms.deal) !== null;
  if ((phase !== 'expired' && !isLate) || record.moved !== null || hasLeft(call, terms.deal)) return null;
  const { shipTimeMs, price } = terms.offerTerms;
  if (record.full !== null) {
    const gone = record.full.at + shipTimeMs + marginOf(terms.offerTerms);
    return call.now >= gone ? 'neverShipped' : 'NOT_DUE';
  }
  const money = paymentsIn(call.state, terms.deal).filter((payment) => hadMoney(call, payment));
  return total(money) < BigInt(price) ? 'neverFull' : 'FULLY_HELD';
}

function endOfDelay(call: ModelCommand, { full, moved, delivered, terms: row }: DealRecord): Verdict | null {
  const { terms } = row;
  if (call.state.row('outcome', terms.deal)?.status !== 'overdue') return null;
  if (full === null || moved === null || delivered !== null || isHandedOver(call, terms)) return null;
  const { shipTimeMs, deliverTimeMs, inspectionTimeMs, stepTimeMs } = terms.offerTerms;
  const had = Math.max(full.at + shipTimeMs, moved) + deliverTimeMs + Math.max(inspectionTimeMs, stepTimeMs);
  return call.now >= had + marginOf(terms.offerTerms) ? 'overdue' : 'NOT_DUE';
}

function endOfInspection({ state, now }: ModelCommand, record: DealRecord, counts: boolean): Verdict | null {
  const { deal, offerTerms } = record.terms.terms;
  const since = state.row('inspection', deal)?.startedAt ?? null;
  if (since === null || !counts || record.delivered === null) return null;
  const { inspectionTimeMs } = offerTerms;
  const needed = inspectionTimeMs === 0 ? 0 : inspectionTimeMs + marginOf(offerTerms);
  if (now < since + needed || now < record.delivered + needed) return null;
  return state.row('concession', deal) === null ? 'inspected' : 'NOT_DUE';
}

function endAtStop(call: ModelCommand, record: DealRecord, counts: boolean): Verdict {
  const { now } = call;
  const { full, delivered } = record;
  const { terms } = record.terms;
  const { inspectionTimeMs, stepTimeMs } = terms.offerTerms;
  const stop = terms.longStopAt + marginOf(terms.offerTerms);
  if (now < stop || (full !== null && now < full.at + stepTimeMs)) return 'NOT_DUE';
  if (!counts) return 'stopped';
  if (delivered === null) return isHandedOver(call, terms) ? 'NOT_DUE' : 'stopped';
  return now >= delivered + inspectionTimeMs + stepTimeMs ? 'deliveredAtStop' : 'NOT_DUE';
}

function mustEnd(call: ModelCommand, ending: Ending, needed: 'capture' | 'void'): void {
  const end = endOf(call, ending);
  must(end in ENDS, end);
  const name = end as EndName; // it is one of them
  must(ENDS[name] === needed, 'NOT_DUE');
  call.state.ends.push(name);
}

function saveEnd(call: ModelCommand, { record, own }: Ending, status: 'captured' | 'voided'): void {
  const { state, msp, now: at } = call;
  const others = record.own.map((one) => (one === own ? { ...one, status, at } : one));
  state.putSecret(msp, 'dealRecord', record.deal, { ...record, own: others });
}

export const FINISH_RULES: Rules = {
  recordDeal(call) {
    const { deal } = machineOf(call, 'recordDeal');
    const { state, msp, now } = call;
    const before = found(state.secret(msp, 'dealRecord', deal));
    const { terms } = before.terms;
    const full = before.full ?? priceSeen(call, terms);
    const moved = before.moved ?? (hasLeft(call, deal) ? now : null);
    const delivered = before.delivered ?? (isHandedOver(call, terms) ? now : null);
    const word = before.word ?? wordSeen(call, deal, delivered);
    const after = { ...before, full, moved, delivered, word };
    if (sortedJson(after) === sortedJson(before)) return 'repeated';
    state.putSecret(msp, 'dealRecord', deal, after);
    return 'done';
  },

  capture(call) {
    const { deal, payment: id, operation, refundKey } = machineOf(call, 'capture');
    const ending = endingOf(call, deal, id);
    const { own, record } = ending;
    if (own.status === 'captured') return 'repeated';
    must(own.status === 'held', 'WRONG_STATE');
    mustEnd(call, ending, 'capture');
    mustBeRefundKey(call, deal, refundKey);
    const paid = allocate(found(record.full).payments, record.terms.terms, BigInt(record.shares.net));
    const items = paid.filter((item) => item.payment === id);
    const allocation = items.map(({ payee, purpose, link, bank, amount }) => ({
      ...{ payee, purpose, link, bank, amount },
    }));
    payOut(call, payersAccount(call, own.payment), { payment: own.payment, shares: allocation }, operation);
    const status = take(call, 'payment.capture', 'captured', { from: 'held', allowed: ['held'] });
    call.state.put('payment', [deal, id], { ...own.payment, status, allocation });
    saveEnd(call, ending, 'captured');
    return 'done';
  },

  voidPayment(call) {
    const { deal, payment: id, operation, refundKey } = machineOf(call, 'voidPayment');
    const ending = endingOf(call, deal, id);
    const { own } = ending;
    if (own.status === 'voided') return 'repeated';
    must(own.status === 'held', 'WRONG_STATE');
    mustEnd(call, ending, 'void');
    mustBeRefundKey(call, deal, refundKey);
    const back = release(call, payersAccount(call, own.payment), own.payment, operation);
    saveAccount(call, back.account);
    enter(call, [back.entry]);
    const status = take(call, 'payment.voidPayment', 'voided', { from: 'held', allowed: ['held'] });
    call.state.put('payment', [deal, id], { ...own.payment, status });
    saveEnd(call, ending, 'voided');
    return 'done';
  },
};
