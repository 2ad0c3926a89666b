// A deal as one viewer may see it: money, next step, people, history. Pure; what is not in here reaches no client.
import {
  isFullyHeld,
  isGoingBack,
  isHeldOrCaptured,
  type NextStep,
  nextStep,
} from '../../chaincode/protocol/deal-state.js';
import { answerBy } from '../../chaincode/protocol/deal-times.js';
import type { DealTerms, PhaseRow } from '../../chaincode/protocol/deal.js';
import type { Instant } from '../../chaincode/protocol/forms.js';
import { attestedOrNull } from '../../chaincode/protocol/owned.js';
import type { DealView } from '../../chaincode/protocol/queries.js';
import { isOwnedKind } from '../../chaincode/protocol/rows.js';
import { openShares } from '../../chaincode/protocol/shares.js';
import type { DealListItem, DealPage, DealStepInfo, PaymentInfo } from '../protocol/api/deals.js';
import type { PersonRef } from '../protocol/api/forms.js';
import type { StaffDeal } from '../protocol/api/labels.js';
import type { ProjectedEvent } from '../projection/block-changes.js';
import type { AwaitedSettlement } from '../store/deal-reads.js';
import { invitationInfos } from './invitations.js';
import { moneyOf, type PaymentView, placeOf, shownPayments } from './deal-money.js';
import { isStaff, type Names, personRef, shownPersonRef, type Observer } from './viewer.js';

export interface SeenDeal {
  readonly view: DealView;
  readonly events: readonly ProjectedEvent[];
  readonly title: string;
  readonly picture: string | null;
  /** Which settlement its payout waits for; null: none. */
  readonly settlement: AwaitedSettlement | null;
  /** Newest block of the projection. */
  readonly block: number;
}

interface Known {
  readonly seen: SeenDeal;
  readonly view: DealView;
  readonly terms: DealTerms;
  readonly termsHash: string;
  readonly phase: PhaseRow;
  readonly role: DealPage['role'];
  readonly viewer: Observer;
  readonly names: Names;
}

/** Null: there is no such deal for this viewer. */
export function dealPage(seen: SeenDeal, viewer: Observer, names: Names, now: Instant): DealPage | null {
  const known = knownDeal(seen, viewer, names);
  if (known === null) return null;
  const { view, terms } = known;
  return {
    ...headOf(known, now),
    offer: terms.offerTerms.offer,
    buyer: partyRef(terms.buyer, known),
    seller: partyRef(terms.offerTerms.seller, known),
    terms,
    termsHash: known.termsHash,
    payments: shownPayments(view).map((payment) => paymentInfo(payment, known)),
    invitations: invitationInfos({ view, viewer, names, now }),
    shipment: attestedOrNull(view.shipment)?.status ?? 'none',
    inspection: view.inspection?.status ?? 'none',
    inspectionUntil:
      view.inspection === null ? null : view.inspection.startedAt + terms.offerTerms.inspectionTimeMs,
    cancelledBy: known.phase.cancelledBy,
    settlement: seen.settlement,
    mayCancel: mayCancel(known),
    mayConcede: mayConcede(known, now),
    net: known.role === 'seller' ? (openShares(terms.offerTerms, view.shares)?.net ?? null) : null,
    timeline: seen.events.filter((event) => isShown(event, known)).map((event) => stepOf(event, known)),
    block: seen.block,
  };
}

/** The same deal in a list; null: not for this viewer. */
export function dealListItem(
  seen: SeenDeal,
  viewer: Observer,
  names: Names,
  now: Instant,
): DealListItem | null {
  const known = knownDeal(seen, viewer, names);
  if (known === null) return null;
  const { terms, role } = known;
  const other = role === 'seller' ? terms.buyer : terms.offerTerms.seller;
  return { ...headOf(known, now), boughtAt: terms.boughtAt, other: partyRef(other, known) };
}

/** How one viewer sees the people and events of a deal. */
export interface DealSight {
  readonly role: DealPage['role'];
  readonly refOf: (person: string) => PersonRef;
  readonly shows: (event: Pick<ProjectedEvent, 'kind' | 'ids'>) => boolean;
}

/** Null: there is no such deal for this viewer. */
export function dealSight(seen: Pick<SeenDeal, 'view'>, viewer: Observer, names: Names): DealSight | null {
  const known = knownDeal(
    { ...seen, events: [], title: '', picture: null, settlement: null, block: -1 },
    viewer,
    names,
  );
  if (known === null) return null;
  const { terms, role } = known;
  const parties = [terms.buyer, terms.offerTerms.seller];
  return {
    role,
    // Of further payers nobody but themselves learns who they are.
    refOf: (person) =>
      parties.includes(person)
        ? partyRef(person, known)
        : personRef(person, names, person === viewer.person || role === 'staff'),
    shows: (event) => isShown(event, known),
  };
}

/** As the marketplace's staff see it in the list of all deals; null: not for this viewer. */
export function staffDeal(seen: SeenDeal, viewer: Observer, names: Names): Omit<StaffDeal, 'labels'> | null {
  const { view, title, picture } = seen;
  if (!isStaff(viewer) || view.terms === null || view.phase === null) return null;
  const { terms } = view.terms;
  const ref = (person: string): PersonRef => personRef(person, names, true);
  return {
    ...{ id: terms.deal, title, picture },
    status: statusOf({ phase: view.phase, view }),
    money: moneyOf(view, terms, 'whole'),
    boughtAt: terms.boughtAt,
    buyer: ref(terms.buyer),
    seller: ref(terms.offerTerms.seller),
  };
}

function knownDeal(seen: SeenDeal, viewer: Observer, names: Names): Known | null {
  const { view } = seen;
  if (view.terms === null || view.phase === null) return null;
  const role = roleOf(view, view.terms.terms, viewer);
  if (role === null) return null;
  const { terms, termsHash } = view.terms;
  return { seen, view, terms, termsHash, phase: view.phase, role, viewer, names };
}

function roleOf(view: DealView, terms: DealTerms, viewer: Observer): DealPage['role'] | null {
  if (terms.buyer === viewer.person) return 'buyer';
  if (terms.offerTerms.seller === viewer.person) return 'seller';
  const isPayer = view.invitations.some(
    ({ status, accepted }) => status === 'accepted' && accepted?.person === viewer.person,
  );
  if (isPayer) return 'payer';
  return isStaff(viewer) ? 'staff' : null;
}

type Head = Pick<DealPage, 'id' | 'title' | 'picture' | 'status' | 'role' | 'money' | 'next'>;

function headOf(known: Known, now: Instant): Head {
  const { seen, view, terms, role } = known;
  return {
    id: terms.deal,
    title: seen.title,
    picture: seen.picture,
    status: statusOf(known),
    role,
    money: moneyOf(view, terms, role === 'seller' ? 'seller' : 'whole'),
    next: nextFor(known, now),
  };
}

function statusOf({ phase, view }: Pick<Known, 'phase' | 'view'>): DealPage['status'] {
  if (phase.cancelledBy !== null) return 'cancelled';
  const isPaid = phase.status === 'paid' || phase.status === 'completed';
  if (isPaid && isGoingBack(view)) return 'returned';
  if (phase.status !== 'open' && phase.status !== 'paymentsClosed') return phase.status;
  const isAnyHeld = shownPayments(view).some(({ row }) => isHeldOrCaptured(row));
  return isAnyHeld ? 'inProgress' : 'awaitingPayment';
}

/** Buyer and seller, until the deal is paid: what is held to the full is as good as paid. */
function mayCancel({ role, phase, view }: Known): boolean {
  return (role === 'buyer' || role === 'seller') && phase.status === 'open' && !isFullyHeld(view);
}

/** The seller, from "paid" until the buyer has accepted or the time for inspection is over. */
function mayConcede({ role, phase, view, terms }: Known, now: Instant): boolean {
  if (role !== 'seller' || phase.status !== 'paid' || isGoingBack(view)) return false;
  const { inspection } = view;
  if (inspection === null) return true;
  return inspection.acceptance === null && now < inspection.startedAt + terms.offerTerms.inspectionTimeMs;
}

function nextFor({ seen, view, role }: Known, now: Instant): DealPage['next'] {
  const next = awaiting(seen.settlement, nextStep(view, now));
  if (next === null) return null;
  const isPayers = next.who === 'payer' && (role === 'buyer' || role === 'payer');
  return { ...next, isMine: isPayers || next.who === role };
}

/** The ledger shows that money is captured and not credited; why it is not, the caps of the payee's bank say. */
function awaiting(settlement: AwaitedSettlement | null, next: NextStep | null): NextStep | null {
  return settlement !== null && next?.what === 'credit' ? { ...next, what: 'settle' } : next;
}

/** Buyer and seller know each other once the deal is paid; staff always, and everybody himself. */
function partyRef(person: string, { phase, role, viewer, names }: Known): PersonRef {
  const isPaid = phase.status === 'paid' || phase.status === 'completed';
  const isParty = role === 'buyer' || role === 'seller';
  const isKnown = person === viewer.person || role === 'staff' || (isPaid && isParty);
  const isModerators = role === 'staff' && !viewer.roles.includes('administrator');
  return isKnown && !isModerators ? shownPersonRef(person, names) : personRef(person, names, isKnown);
}

function paymentInfo({ row, admission }: PaymentView, known: Known): PaymentInfo {
  const { terms, viewer, role, names } = known;
  const isMine = row.payer === viewer.person;
  const place = placeOf(row, admission);
  const isOpen = place === 'asked' || place === 'admitted';
  return {
    id: row.id,
    payer: personRef(
      row.payer,
      names,
      isMine || role === 'staff' || (role === 'buyer' && row.invitation !== null),
    ),
    isMine,
    bank: row.bank,
    amount: row.amount,
    fee: row.fee,
    place,
    arrivedAt: row.arrivedAt,
    answerBy: isOpen ? answerBy(row, admission, terms) : null,
    link: isMine ? row.link : null,
  };
}

/** How the price is shared would show in credits to others than the seller. */
function isShown({ kind, ids }: Pick<ProjectedEvent, 'kind' | 'ids'>, { role }: Known): boolean {
  if (kind !== 'credit' || role === 'staff') return true;
  return role === 'seller' && ids[2] === 'seller';
}

function stepOf(event: ProjectedEvent, known: Known): DealStepInfo {
  const { name, ids, at, block, txId, person, creator, kind } = event;
  return {
    event: name,
    ids: [...ids],
    at,
    block,
    txId,
    by: person === null ? ownerOf(kind, creator) : partyRef(person, known).id,
    isSigned: person !== null,
  };
}

/** Of an owned row its owner speaks; of others the marketplace and one more member agree. */
function ownerOf(kind: string, creator: string): string | null {
  return isOwnedKind(kind) ? creator : null;
}
