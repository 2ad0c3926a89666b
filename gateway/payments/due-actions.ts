// What a bank has to do about its own payments and credits of a deal: answer, record, capture, give back, credit.
// Whether money may move is for the bank's own chaincode to find out again.
import { HAD_MONEY, isDelivered, sumOf } from '../../chaincode/protocol/deal-state.js';
import {
  inspectedFrom,
  longStopFrom,
  overdueFrom,
  unshippedFrom,
} from '../../chaincode/protocol/deal-times.js';
import type { ConcessionRow, DealTerms } from '../../chaincode/protocol/deal.js';
import type { Instant } from '../../chaincode/protocol/forms.js';
import { attestedOrNull } from '../../chaincode/protocol/owned.js';
import type { PaymentRow } from '../../chaincode/protocol/payment.js';
import type { CreditRow } from '../../chaincode/protocol/payout.js';
import type { DealView } from '../../chaincode/protocol/queries.js';
import type { InspectionRow } from '../../chaincode/protocol/shipment.js';
import {
  attestedPayments,
  due,
  dueFrom,
  type DuePart,
  type KnownDeal,
  NOTHING_DUE,
  type PaymentView,
  together,
  WAITING,
} from '../deals/due-actions.js';

/** What a bank can record of a deal now, as the ledger shows it. */
export interface DealFacts {
  readonly full: boolean;
  readonly moved: boolean;
  readonly delivered: boolean;
  readonly accepted: boolean;
  readonly conceded: boolean;
}

export type PaymentAction =
  /** Its payer is asked for the code at once, its answer follows the admission. */
  | { readonly action: 'answerPayment'; readonly payment: string }
  | {
      readonly action: 'recordDeal';
      readonly facts: DealFacts;
      /** Those that make up the price. */
      readonly payments: readonly string[];
      readonly acceptance: InspectionRow['acceptance'];
      readonly concession: ConcessionRow['signed'] | null;
    }
  | { readonly action: 'capture' | 'voidPayment'; readonly payment: string }
  | { readonly action: 'credit'; readonly payment: string; readonly payee: CreditRow['payee'] };

type Part = DuePart<PaymentAction>;

/** @param now milliseconds since 1970 UTC */
export function duePaymentActions(deal: KnownDeal, mspId: string, now: Instant): Part {
  const own = attestedPayments(deal.view).filter((payment) => payment.row.owner === mspId);
  const credits = deal.view.credits.filter((credit) => credit.row.owner === mspId);
  return together([
    ofRecord(deal, own),
    ...own.map((payment) => ofPayment(payment, deal, now)),
    ...credits.map((credit) => ofCredit(credit.row, credit.attested, deal.view)),
  ]);
}

function ofPayment(payment: PaymentView, deal: KnownDeal, now: Instant): Part {
  const { id, status } = payment.row;
  if (status === 'submitted') {
    // A closed admission still wants the core's answer: a late yes is recorded and given back.
    const isRefused = payment.admission?.status === 'refused';
    return isRefused ? NOTHING_DUE : due({ action: 'answerPayment', payment: id });
  }
  return status === 'held' ? ofHeld(id, deal, now) : NOTHING_DUE;
}

/** The end of a payment: by what happened, or at the long stop, which needs nobody else. */
function ofHeld(payment: string, deal: KnownDeal, now: Instant): Part {
  const { view, terms } = deal;
  const stop = longStopFrom(terms);
  const capture = { action: 'capture', payment } as const;
  const giveBack = { action: 'voidPayment', payment } as const;
  if (now >= stop) return due(isDelivered(view.shipment, terms) ? capture : giveBack);
  const back = giveBackFrom(deal);
  const end = back === null ? ofInspected(capture, deal, now) : dueFrom(back, now, giveBack);
  // Two members can write a concession that its seller never signed: then the other end is the one that is taken.
  const isConceded = view.concession !== null && view.inspection?.acceptance == null;
  const word = isConceded ? due(giveBack) : NOTHING_DUE;
  return together([word, end, { actions: [], wakeAt: stop, waiting: true }]);
}

/** When what is held goes back; null: not as things are. The whole price waits until nothing can be shipped for it. */
function giveBackFrom({ view, terms, phase }: KnownDeal): Instant | null {
  const isExpired = phase.status === 'expired';
  if (isExpired && !isWholePrice(view, terms)) return phase.at;
  if (!isExpired && (view.outcome === null || isDelivered(view.shipment, terms))) return null;
  if (!hasLeft(view)) return unshippedFrom(phase.at, terms);
  return view.outcome?.status === 'overdue' ? overdueFrom(phase.at, terms) : null;
}

/** Whether the courier says that he has, or had, the parcel. */
function hasLeft({ shipment }: DealView): boolean {
  const parcel = attestedOrNull(shipment);
  return parcel !== null && parcel.status !== 'announced';
}

function ofInspected(capture: PaymentAction, { view, terms }: KnownDeal, now: Instant): Part {
  const { inspection } = view;
  if (!isDelivered(view.shipment, terms) || inspection === null) return WAITING;
  if (inspection.status === 'accepted') return due(capture);
  return dueFrom(inspectedFrom(inspection.startedAt, terms), now, capture);
}

/** A bank that holds money records each fact as soon as the ledger shows it: others may take it back later. */
function ofRecord({ view, terms }: KnownDeal, own: readonly PaymentView[]): Part {
  if (!own.some(({ row }) => row.status === 'held')) return NOTHING_DUE;
  const delivered = isDelivered(view.shipment, terms);
  const acceptance = delivered ? (view.inspection?.acceptance ?? null) : null;
  const concession = view.concession?.signed ?? null;
  const facts = {
    full: isWholePrice(view, terms),
    moved: hasLeft(view),
    delivered,
    accepted: acceptance !== null,
    conceded: concession !== null,
  };
  if (!Object.values(facts).includes(true)) return NOTHING_DUE;
  const payments = facts.full ? moneyOf(view).map(({ id }) => id) : [];
  return due({ action: 'recordDeal', facts, payments, concession, acceptance });
}

function isWholePrice(view: DealView, terms: DealTerms): boolean {
  return sumOf(moneyOf(view)) === BigInt(terms.offerTerms.price);
}

/** Payments that banks hold or have held for the deal, as far as they are reserved. */
function moneyOf(view: DealView): readonly PaymentRow[] {
  const reserved = new Set(view.reservation?.payments);
  const rows = attestedPayments(view).map(({ row }) => row);
  return rows.filter(({ id, status }) => reserved.has(id) && HAD_MONEY.includes(status));
}

function ofCredit(credit: CreditRow, attested: boolean, view: DealView): Part {
  if (credit.status === 'credited' && attested) return NOTHING_DUE;
  const payment = attestedPayments(view).find(({ row }) => row.id === credit.payment);
  if (payment?.row.status !== 'captured') return WAITING;
  return due({ action: 'credit', payment: credit.payment, payee: credit.payee });
}
