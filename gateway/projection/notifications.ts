// Who is notified of what a block has made happen. Pure, as all that blocks change. An event is somebody's word until
// the row that it names says the same by its owner's attestation, and did not say so before: no member makes a person
// believe what has not happened. A notification holds what its person may know on every page: nobody's name, no share
// of the price but the seller's own.
import type { DealTerms } from '../../chaincode/protocol/deal.js';
import { eventNameOf } from '../../chaincode/protocol/events.js';
import type { Instant } from '../../chaincode/protocol/forms.js';
import { type RowKind, rowKey, type Rows } from '../../chaincode/protocol/rows.js';
import { NOTIFIED, type Notified } from '../protocol/api/notifications.js';
import type { SeenRow } from './deal-view.js';
import { bodyOf } from './projected-row.js';

export type NotifiedRole = 'buyer' | 'seller' | 'payer';

/** An event as a block brings it. */
export interface Happened {
  readonly block: number;
  readonly transaction: number;
  readonly place: number;
  readonly name: string;
  readonly kind: string;
  readonly ids: readonly string[];
  readonly deal: string | null;
  readonly at: Instant;
  /** Who signed for it; null: a machine's doing, or not public. */
  readonly person: string | null;
}

export interface ProjectedNotification {
  readonly block: number;
  readonly transaction: number;
  readonly place: number;
  readonly person: string;
  readonly name: Notified;
  readonly role: NotifiedRole;
  /** Null: about an offer. */
  readonly deal: string | null;
  readonly offer: string | null;
  /** Minor units; null: no money moved. */
  readonly amount: string | null;
  readonly currency: string | null;
  /** By when the person has to act. */
  readonly until: Instant | null;
  readonly at: Instant;
}

export type RowsByKey = ReadonlyMap<string, SeenRow>;

/** Rows that must be known before `notificationsOf`. */
export interface WantedRows {
  readonly keys: readonly string[];
  /** Deals of which all invitations are wanted. */
  readonly invitationsOf: readonly string[];
}

export function rowsBehind(events: readonly Happened[]): WantedRows {
  const notifying = events.filter(({ name }) => isNotified(name));
  const keys = notifying.flatMap(({ kind, ids, deal }) => {
    const [, payment = ''] = ids;
    const ofDeal =
      deal === null ? [] : [rowKey('terms', deal), rowKey('plan', deal), rowKey('payment', deal, payment)];
    return [keyOf({ kind, ids }), ...ofDeal];
  });
  const ofAll = notifying.filter(({ kind }) => kind === 'phase');
  return {
    keys: [...new Set(keys)],
    invitationsOf: [...new Set(ofAll.flatMap(({ deal }) => deal ?? []))],
  };
}

/** `before` and `after` the block: the rows that `rowsBehind` names, and in `after` all that the block changed. */
export function notificationsOf(
  events: readonly Happened[],
  { before, after }: { readonly before: RowsByKey; readonly after: RowsByKey },
): ProjectedNotification[] {
  const done = new Set<string>();
  return events.flatMap((event) => {
    const { name, person } = event;
    const key = keyOf(event);
    if (!isNotified(name) || done.has(key) || !isNews(name, before.get(key), after.get(key))) return [];
    done.add(key);
    const notices = noticesOf(name, event, new Standing(after));
    return oneEach(notices)
      .filter((notice) => notice.person !== person)
      .map((notice) => notificationOf(name, event, notice));
  });
}

/** One person's part in what happened. */
interface Notice {
  readonly person: string;
  readonly role: NotifiedRole;
  readonly amount?: string;
  readonly currency?: string;
  readonly until?: Instant;
}

/** Rows that their owners stand behind, as they stand after the block. */
class Standing {
  constructor(private readonly rows: RowsByKey) {}

  find<K extends RowKind>(kind: K, ...ids: readonly string[]): Rows[K] | null {
    const row = this.rows.get(rowKey(kind, ...ids));
    return row?.isAttested === true ? bodyOf(row, kind) : null;
  }

  payersOf(deal: string): string[] {
    return [...this.rows.values()].flatMap((row) => {
      const invitation = bodyOf(row, 'invitation');
      const isTaken = invitation?.deal === deal && invitation.status === 'accepted';
      return isTaken && invitation.accepted !== null ? [invitation.accepted.person] : [];
    });
  }
}

interface InDeal {
  readonly terms: DealTerms;
  readonly ids: readonly string[];
  readonly rows: Standing;
}
type DealRule = (of: InDeal) => readonly Notice[];

const DEAL_RULES: {
  readonly [N in Exclude<Notified, 'OfferApproved' | 'OfferRejected'>]: DealRule;
} = {
  PaymentHeld: payerAndBuyer,
  PaymentRejected: payerAndBuyer,
  PaymentRefused: payerAndBuyer,
  AdmissionClosed: payerAndBuyer,
  PaymentArrivedLate: payerAndBuyer,
  PaymentVoided: payerAndBuyer,
  DealPaid: fullyPaid,
  ParcelAccepted: buyerAndSeller,
  ParcelDelivered: buyerAndSeller,
  InspectionStarted: inspecting,
  GoodsAccepted: ({ terms }) => [sellerOf(terms)],
  DealCompleted: paidOut,
  DealCancelled: everybody,
  DealConceded: everybody,
  DealUnshipped: everybody,
  DealOverdue: everybody,
  DealExpired: everybody,
  InvitationAccepted: invited,
  InvitationWithdrawn: invited,
};

function noticesOf(name: Notified, { ids, deal }: Happened, rows: Standing): readonly Notice[] {
  if (name === 'OfferApproved' || name === 'OfferRejected') {
    const offer = rows.find('offer', ids[0] ?? '');
    return offer === null ? [] : [{ person: offer.seller, role: 'seller' }];
  }
  const terms = rows.find('terms', deal ?? '')?.terms;
  return terms === undefined ? [] : DEAL_RULES[name]({ terms, ids, rows });
}

function payerAndBuyer({ terms, ids: [deal = '', id = ''], rows }: InDeal): readonly Notice[] {
  const payment = rows.find('payment', deal, id);
  if (payment === null) return [];
  const { amount, currency, payer } = payment;
  return [
    { ...buyerOf(terms), amount, currency },
    { person: payer, role: 'payer', amount, currency },
  ];
}

function buyerAndSeller({ terms }: InDeal): readonly Notice[] {
  return [buyerOf(terms), sellerOf(terms)];
}

function everybody({ terms, rows }: InDeal): readonly Notice[] {
  const payers = rows.payersOf(terms.deal);
  return [buyerOf(terms), sellerOf(terms), ...payers.map((person) => ({ person, role: 'payer' }) as const)];
}

/** The seller has to hand the goods to the courier. */
function fullyPaid(of: InDeal): readonly Notice[] {
  const { deal, offerTerms } = of.terms;
  const { price: amount, currency, shipTimeMs } = offerTerms;
  const paidAt = of.rows.find('phase', deal)?.at ?? 0;
  return everybody(of).map((notice) => ({
    ...{ ...notice, amount, currency },
    ...(notice.role === 'seller' ? { until: paidAt + shipTimeMs } : {}),
  }));
}

/** The seller hears what he received, nobody else how the price is shared. */
function paidOut(of: InDeal): readonly Notice[] {
  const { deal, offerTerms } = of.terms;
  const { price, currency } = offerTerms;
  const items = of.rows.find('plan', deal)?.items ?? [];
  const own = items.filter(({ payee }) => payee === 'seller');
  const received = own.reduce((sum, { amount }) => sum + BigInt(amount), 0n).toString();
  return everybody(of).map((notice) => ({
    ...{ ...notice, currency },
    amount: notice.role === 'seller' ? received : price,
  }));
}

function inspecting({ terms, rows }: InDeal): readonly Notice[] {
  const { inspectionTimeMs } = terms.offerTerms;
  const startedAt = rows.find('inspection', terms.deal)?.startedAt ?? 0;
  return inspectionTimeMs === 0 ? [] : [{ ...buyerOf(terms), until: startedAt + inspectionTimeMs }];
}

/** The buyer hears that it is taken, and who had taken it that it is withdrawn. */
function invited({ terms, ids: [deal = '', id = ''], rows }: InDeal): readonly Notice[] {
  const invitation = rows.find('invitation', deal, id);
  if (invitation?.accepted == null) return [];
  const { most: amount, accepted, status } = invitation;
  const { currency } = terms.offerTerms;
  const { person } = accepted;
  const notice = status === 'withdrawn' ? ({ person, role: 'payer' } as const) : buyerOf(terms);
  return [{ ...notice, amount, currency }];
}

function buyerOf({ buyer }: DealTerms): Notice {
  return { person: buyer, role: 'buyer' };
}

function sellerOf({ offerTerms }: DealTerms): Notice {
  return { person: offerTerms.seller, role: 'seller' };
}

/** Who has several parts in a deal is notified once, for the first. */
function oneEach(notices: readonly Notice[]): Notice[] {
  const first = new Map<string, Notice>();
  for (const notice of notices) if (!first.has(notice.person)) first.set(notice.person, notice);
  return [...first.values()];
}

function notificationOf(
  name: Notified,
  { block, transaction, place, at, kind, ids }: Happened,
  { person, role, amount, currency, until }: Notice,
): ProjectedNotification {
  const [id = null] = ids;
  const about = kind === 'offer' ? { deal: null, offer: id } : { deal: id, offer: null };
  return {
    ...{ block, transaction, place, person, name, role, ...about, at },
    amount: amount ?? null,
    currency: currency ?? null,
    until: until ?? null,
  };
}

function isNews(name: Notified, before: SeenRow | undefined, after: SeenRow | undefined): boolean {
  return eventOf(after) === name && eventOf(before) !== name;
}

/** What the row's standing in its status is called. */
function eventOf(row: SeenRow | undefined): string | null {
  if (row?.isAttested !== true || !('status' in row.body)) return null;
  return eventNameOf(row.kind, row.body.status);
}

function isNotified(name: string): name is Notified {
  return NOTIFIED.some((one) => one === name);
}

function keyOf({ kind, ids }: Pick<Happened, 'kind' | 'ids'>): string {
  return [kind, ...ids].join('/');
}
