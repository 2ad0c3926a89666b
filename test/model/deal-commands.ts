// What may be done next about a deal, given how it is meant to go.
// It must not judge: what is proposed may be refused.
import { createHash } from 'node:crypto';
import type { PaymentRow } from '../../chaincode/protocol/payment.js';
import {
  recipientCodeH1,
  recipientCodeH2,
  recipientCodeText,
} from '../../chaincode/protocol/recipient-code.js';
import { COURIER } from '../support/member-access.js';
import { machine, type Cast, type DealBook, type Fate, type GeneratedCommand } from './cast.js';
import type { Random } from './random.js';
import { paymentsIn } from './model-deal-rows.js';
import { total } from './model-command.js';
import { hashOfTerms, termsOfDeal } from './model-offers.js';
import { marginOf } from './model-times.js';
import { conceding, decisions, isGoingBack, oddByName } from './late-commands.js';
import { paying } from './payer-commands.js';
import { must } from './opening.js';

const FATES: readonly [Fate, number][] = [
  ['pay', 6],
  ['conceded', 7],
  ['neverShipped', 6],
  ['neverDelivered', 5],
  ['neverInspected', 8],
  ['closeThenPay', 19],
  ['closeThenExpireFull', 17],
  ['cancelFull', 11],
  ['cancel', 11],
  ['part', 3],
  ['silent', 6],
  ['nothing', 1],
];

const PAYING: readonly Fate[] = ['pay', 'conceded', 'neverShipped', 'neverDelivered', 'neverInspected'];

/** A client buys a listed offer; null: there is none, or nobody has a link. */
export function buying(cast: Cast, random: Random): GeneratedCommand | null {
  const offer = cast.fitting('offer', random, ({ status }) => status === 'listed');
  if (offer?.terms == null) return null;
  const { currency, price } = offer;
  // Sellers try to buy from themselves, and some buyers have no money, or money of another kind.
  const [bySeller, byAnybody] = [random.chance(4), random.chance(5)];
  const link = cast.fitting('link', random, (row) => {
    if (row.status !== 'active' || !cast.people.has(row.person)) return false;
    if (byAnybody) return true;
    const canPay = row.currency === currency && cast.fundsBehind(row.id) >= BigInt(price);
    return bySeller ? row.person === offer.seller : canPay && row.person !== offer.seller;
  });
  if (link === null) return null;
  const buyer = must(cast.people.get(link.person));
  const deal = random.id('deal');
  const h1 = recipientCodeH1(deal, recipientCodeText(Buffer.from(random.hex(32), 'hex')));
  const boughtAt = cast.consortium.now;
  const recipientCodeHash = recipientCodeH2(h1);
  const choice = { deal, buyer: buyer.id, buyerLink: link.id, recipientCodeHash, boughtAt };
  const termsHash = hashOfTerms(termsOfDeal(offer.terms, choice));
  const fate = fateOf(random);
  cast.deals.set(deal, { id: deal, fate, h1, offer: offer.id });
  const params = { offer: offer.id, termsHash, recipientCodeHash, link: link.id, boughtAt };
  return cast.signed(buyer, 'buy', params, { id: deal, topic: offer.id });
}

function fateOf(random: Random): Fate {
  let rest = random.below(100);
  for (const [fate, weight] of FATES) {
    rest -= weight;
    if (rest < 0) return fate;
  }
  return 'pay';
}

/** All that is due for the deal now; empty: nothing but waiting. */
export function dueSteps(cast: Cast, book: DealBook, random: Random): GeneratedCommand[] {
  const status = cast.row('phase', book.id)?.status;
  if (status === undefined) return [];
  if (status === 'expired') return expiredSteps(cast, book, random);
  const isPaid = status === 'paid' || status === 'completed';
  return isPaid ? paidSteps(cast, book, random) : unpaidSteps(cast, book, random);
}

/** Nothing will ever be due again. */
export function isOver(cast: Cast, { id }: DealBook): boolean {
  const status = cast.row('phase', id)?.status;
  if (status === 'completed') return true;
  if (status !== 'expired') return false;
  return paymentsIn(cast.consortium.model, id).every(
    (payment) =>
      payment.status !== 'held' &&
      (payment.status !== 'submitted' || admissionOf(cast, payment) !== 'closed'),
  );
}

function admissionOf(cast: Cast, payment: PaymentRow): string | null {
  return cast.row('admission', payment.deal, payment.id)?.status ?? null;
}

function unpaidSteps(cast: Cast, book: DealBook, random: Random): GeneratedCommand[] {
  const { offerTerms } = must(cast.row('terms', book.id)).terms;
  const payments = paymentsIn(cast.consortium.model, book.id);
  const steps = payments.flatMap((payment) => paymentSteps(cast, book, payment, random));
  const held = total(payments.filter(({ status }) => status === 'held'));
  const full = held === BigInt(offerTerms.price);
  const status = cast.row('phase', book.id)?.status;
  if (status === 'open') return [...steps, ...openSteps(cast, { book, payments, full }, random)];
  const marks = status === 'cancelled' ? random.chance(5) : book.fate !== 'closeThenExpireFull';
  if (full && marks) return [...steps, agreed(book, 'markPaid')];
  const waiting = payments.some(({ status }) => status === 'submitted');
  return waiting && steps.length > 0 ? steps : [...steps, agreed(book, 'expire')];
}

interface Payments {
  readonly book: DealBook;
  readonly payments: readonly PaymentRow[];
  readonly full: boolean;
}

function openSteps(cast: Cast, { book, payments, full }: Payments, random: Random): GeneratedCommand[] {
  const { payDeadline } = must(cast.row('terms', book.id)).terms;
  const { now } = cast.consortium;
  if (full && PAYING.includes(book.fate)) return [agreed(book, 'markPaid')];
  if (isToCancel(book, { payments, full }, random)) return [cancelling(cast, book.id, random)];
  if (now >= payDeadline + settling(cast, book.id)) return [agreed(book, 'closePayments')];
  return !full && now < payDeadline && book.fate !== 'nothing' ? paying(cast, book, payments, random) : [];
}

function isToCancel({ fate }: DealBook, { payments, full }: Omit<Payments, 'book'>, random: Random): boolean {
  if (fate === 'cancelFull') return full;
  return fate === 'cancel' ? payments.length > 0 || random.chance(20) : random.chance(1);
}

/** By either party, now and then by somebody else. */
export function cancelling(cast: Cast, deal: string, random: Random): GeneratedCommand {
  const { terms, termsHash } = must(cast.row('terms', deal));
  const { seller, offer } = terms.offerTerms;
  const party = cast.people.get(random.chance(50) ? terms.buyer : seller);
  const person = must(random.chance(4) ? random.pick([...cast.people.values()]) : party);
  return cast.signed(person, 'cancelDeal', { deal, termsHash }, { id: random.id('intent'), topic: offer });
}

/** What is still on its way has arrived after that time. */
function settling(cast: Cast, deal: string): number {
  return marginOf(must(cast.row('terms', deal)).terms.offerTerms);
}

function agreed(
  book: DealBook,
  action: 'markPaid' | 'closePayments' | 'expire' | 'startInspection' | 'complete',
): GeneratedCommand {
  return machine(null, action, { deal: book.id }, book.offer);
}

/** Admission, close or answer of a payment that waits. */
function paymentSteps(cast: Cast, book: DealBook, payment: PaymentRow, random: Random): GeneratedCommand[] {
  const admission = admissionOf(cast, payment);
  if (payment.status !== 'submitted' || admission === 'refused') return [];
  if (admission === 'closed') return lateAnswer(cast, payment, random);
  const names = { deal: book.id, payment: payment.id };
  if (cast.consortium.now >= answerDue(cast, payment) + settling(cast, book.id)) {
    return [machine(null, 'closeAdmission', names, book.offer)];
  }
  if (isIgnored(book, payment, admission)) return [];
  return admission === null
    ? [machine(null, 'admitPayment', names, book.offer)]
    : [timelyAnswer(cast, payment, random)];
}

/** Nobody admits every other payment of a silent deal, and no bank answers the rest. */
function isIgnored({ fate }: DealBook, { id }: PaymentRow, admission: string | null): boolean {
  if (admission === null) return fate === 'silent' && oddByName(id);
  return fate === 'silent' || isForgotten(id);
}

function answerDue(cast: Cast, payment: PaymentRow): number {
  const { answerTimeMs } = must(cast.row('terms', payment.deal)).terms.offerTerms;
  return cast.row('admission', payment.deal, payment.id)?.answerBy ?? payment.arrivedAt + answerTimeMs;
}

function timelyAnswer(cast: Cast, payment: PaymentRow, random: Random): GeneratedCommand {
  const willing = cast.refused.has(payment.id) ? 20 : 93;
  return answering(cast, payment, random.chance(willing) ? 'yes' : 'no', random);
}

/** One payment of sixteen is never answered before it is closed. */
function isForgotten(payment: string): boolean {
  return payment.endsWith('7');
}

export function answering(
  cast: Cast,
  payment: PaymentRow,
  verdict: 'yes' | 'no',
  random: Random,
): GeneratedCommand {
  const { deal, id, owner } = payment;
  const params = {
    deal,
    payment: id,
    verdict,
    codeBinding: random.hex(64),
    reason: verdict === 'no' ? 'CODE' : null,
    holdOperation: random.operation('hold', deal, id),
    voidOperation: random.operation('void', deal, id),
    refundKey: cast.refundKey(deal, owner, random),
  };
  return machine(owner, 'answerPayment', params, cast.accountOf.get(payment.link)?.number ?? deal);
}

function expiredSteps(cast: Cast, book: DealBook, random: Random): GeneratedCommand[] {
  return paymentsIn(cast.consortium.model, book.id).flatMap((payment) => {
    if (payment.status === 'held') return [givingBack(cast, payment, random)];
    const late = payment.status === 'submitted' && admissionOf(cast, payment) === 'closed';
    return late ? lateAnswer(cast, payment, random) : [];
  });
}

function lateAnswer(cast: Cast, payment: PaymentRow, random: Random): GeneratedCommand[] {
  return random.chance(50) ? [answering(cast, payment, random.chance(75) ? 'yes' : 'no', random)] : [];
}

export function givingBack(
  cast: Cast,
  { deal, id: payment, owner, link }: PaymentRow,
  random: Random,
): GeneratedCommand {
  const refundKey = cast.refundKey(deal, owner, random);
  const params = { deal, payment, operation: random.operation('void', deal, payment), refundKey };
  return machine(owner, 'voidPayment', params, cast.accountOf.get(link)?.number ?? deal);
}

/** How the buyer's inspection goes: accepted at once, started and waited out, or started and then accepted. */
type Inspection = 'accept' | 'wait' | 'startThenAccept';
const WAYS = [
  ...['accept', 'accept', 'accept', 'wait', 'wait'],
  ...['startThenAccept', 'startThenAccept', 'startThenAccept'],
] as readonly Inspection[];
function inspectionOf({ id }: DealBook): Inspection {
  const byte = createHash('sha256').update(id).digest()[0] ?? 0;
  return WAYS[byte % WAYS.length] ?? 'accept';
}

function paidSteps(cast: Cast, book: DealBook, random: Random): GeneratedCommand[] {
  const { id: deal } = book;
  const shipment = must(cast.row('shipment', deal));
  const more = { id: random.id('intent'), msp: COURIER, topic: deal };
  const dan = must(random.pick(cast.agents));
  if (cast.row('concession', deal) !== null) return stoppedSteps(cast, book, random);
  if (book.fate === 'conceded' && random.chance(60)) return [conceding(cast, deal, random)];
  if (isAbandoned(cast, book, shipment.status)) return stoppedSteps(cast, book, random);
  if (shipment.status === 'announced') return [cast.signed(dan, 'acceptParcel', { deal }, more)];
  if (shipment.status === 'accepted') return [cast.signed(dan, 'deliver', { deal, h1: book.h1 }, more)];
  const payments = paymentsIn(cast.consortium.model, deal);
  return [
    ...inspectionSteps(cast, book, random),
    ...recordSteps(cast, book, payments, random),
    ...payments
      .filter(({ status }) => status === 'held')
      .flatMap((payment) => capturing(cast, book, payment, random)),
    ...creditSteps(cast, book, payments, random),
  ];
}

/** Nobody ships, hands over or inspects some of them: what is held waits for the long stop. */
function isAbandoned(cast: Cast, { id, fate }: DealBook, parcel: string): boolean {
  const at = { neverShipped: 'announced', neverDelivered: 'accepted', neverInspected: 'delivered' } as const;
  return fate in at && at[fate as keyof typeof at] === parcel && cast.row('inspection', id) === null; // one of them
}

/** Banks record what there is and end by themselves what they hold, now and then too early. */
function stoppedSteps(cast: Cast, book: DealBook, random: Random): GeneratedCommand[] {
  const payments = paymentsIn(cast.consortium.model, book.id);
  const records = recordSteps(cast, book, payments, random);
  if (records.length > 0) return records;
  const held = payments.filter(({ status }) => status === 'held');
  const { longStopAt, offerTerms } = must(cast.row('terms', book.id)).terms;
  const due = cast.consortium.now >= longStopAt + marginOf(offerTerms);
  if (held.length === 0) return creditSteps(cast, book, payments, random);
  const late = decisions(cast, book, random);
  if (late.length > 0) return late;
  if (!due && !isGoingBack(cast, book.id) && !random.chance(1)) return [];
  const ends = book.fate === 'neverInspected' ? captureOf : givingBack;
  return held.map((payment) => ends(cast, payment, random));
}

/** What each bank with money in the deal has not recorded yet, or now and then again. */
function recordSteps(
  cast: Cast,
  book: DealBook,
  payments: readonly PaymentRow[],
  random: Random,
): GeneratedCommand[] {
  const { id: deal } = book;
  const parcel = cast.row('shipment', deal)?.status ?? 'announced';
  const isSaid = cast.row('concession', deal) !== null || cast.row('inspection', deal)?.status === 'accepted';
  const there = {
    full: true,
    moved: parcel !== 'announced',
    delivered: parcel === 'delivered',
    word: isSaid,
  };
  const facts = (Object.keys(there) as (keyof typeof there)[]).filter((fact) => there[fact]); // of this literal
  return [...new Set(payments.map(({ owner }) => owner))].flatMap((owner) => {
    const known = cast.consortium.model.secret(owner, 'dealRecord', deal);
    if (known === null) return [];
    const isNew = facts.some((fact) => known[fact] === null);
    return isNew || random.chance(1) ? [recording(cast, owner, deal, random)] : [];
  });
}

export function recording(cast: Cast, owner: string, deal: string, random: Random): GeneratedCommand {
  const payments = paymentsIn(cast.consortium.model, deal).map(({ id }) => id);
  const accepted = cast.row('inspection', deal)?.acceptance ?? null;
  const isAltered = accepted !== null && random.chance(3);
  const acceptance = isAltered ? { ...accepted, expiresAt: accepted.expiresAt + 1 } : accepted;
  const concession = cast.row('concession', deal)?.signed ?? null;
  return machine(owner, 'recordDeal', { deal, payments, acceptance, concession }, deal);
}

function inspectionSteps(cast: Cast, book: DealBook, random: Random): GeneratedCommand[] {
  const { id: deal } = book;
  const way = inspectionOf(book);
  const inspection = cast.row('inspection', deal);
  const steps: GeneratedCommand[] = [];
  if (inspection === null && way !== 'accept') steps.push(agreed(book, 'startInspection'));
  const due = way === 'accept' ? inspection === null : inspection?.status === 'started';
  if (way !== 'wait' && due) steps.push(accepting(cast, deal, random));
  return steps;
}

export function accepting(cast: Cast, deal: string, random: Random): GeneratedCommand {
  const { terms, termsHash } = must(cast.row('terms', deal));
  const buyer = must(cast.people.get(terms.buyer));
  const topic = terms.offerTerms.offer;
  return cast.signed(buyer, 'acceptGoods', { deal, termsHash }, { id: random.id('intent'), topic });
}

function capturing(cast: Cast, book: DealBook, payment: PaymentRow, random: Random): GeneratedCommand[] {
  const inspection = cast.row('inspection', book.id);
  if (inspection === null) return [];
  const seenAt = cast.consortium.model.secret(payment.owner, 'dealRecord', book.id)?.delivered;
  const { inspectionTimeMs } = must(cast.row('terms', book.id)).terms.offerTerms;
  const since = Math.max(inspection.startedAt, seenAt ?? cast.consortium.now);
  const due = inspection.status === 'accepted' || cast.consortium.now >= since + inspectionTimeMs;
  if (!due && !random.chance(5)) return [];
  return [captureOf(cast, payment, random)];
}

export function captureOf(
  cast: Cast,
  { deal, id: payment, owner, link }: PaymentRow,
  random: Random,
): GeneratedCommand {
  const refundKey = cast.refundKey(deal, owner, random);
  const params = { deal, payment, operation: random.operation('capture', deal, payment), refundKey };
  return machine(owner, 'capture', params, cast.accountOf.get(link)?.number ?? deal);
}

function creditSteps(
  cast: Cast,
  book: DealBook,
  payments: readonly PaymentRow[],
  random: Random,
): GeneratedCommand[] {
  const items = cast.row('plan', book.id)?.items ?? [];
  const isBack = (id: string) => payments.some((payment) => payment.id === id && payment.status === 'voided');
  const open = items.filter(
    ({ payment, payee }) =>
      !isBack(payment) && cast.row('credit', book.id, payment, payee)?.status !== 'credited',
  );
  if (items.length > 0 && open.length === 0) return [agreed(book, 'complete')];
  return open.flatMap(({ payment, payee }) => {
    const captured = payments.find(({ id }) => id === payment)?.status === 'captured';
    return captured ? [creditOf(cast, book.id, payment, payee, random)] : [];
  });
}

export function creditOf(
  cast: Cast,
  deal: string,
  payment: string,
  payee: string,
  random: Random,
): GeneratedCommand {
  const owner = cast.row('credit', deal, payment, payee)?.owner ?? COURIER;
  const operation = random.operation('credit', deal, payment, payee);
  return machine(owner, 'credit', { deal, payment, payee, operation }, deal);
}
