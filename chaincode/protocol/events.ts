// What happened, by name: each change of a row's status is one event. Total over the statuses that rows can have.
import type { CommandRecord } from './commands.js';
import { isRowKind, type LivingKind, type StatusOf } from './rows.js';

/** Name of the event by kind and status; a new status without a name does not compile. */
const EVENT_OF = {
  parametersProposal: {
    proposed: 'ParametersProposed',
    accepted: 'ParametersAccepted',
    applied: 'ParametersApplied',
    withdrawn: 'ParametersProposalWithdrawn',
  },
  person: { new: 'PersonRegistered', active: 'PersonConfirmed' },
  bank: { new: 'BankRegistered', active: 'BankPublished' },
  link: { asked: 'LinkAsked', active: 'LinkConfirmed' },
  offer: {
    draft: 'OfferDrafted',
    approved: 'OfferApproved',
    rejected: 'OfferRejected',
    listed: 'OfferListed',
  },
  phase: {
    open: 'DealOpened',
    cancelled: 'DealCancelled',
    paymentsClosed: 'PaymentsClosed',
    paid: 'DealPaid',
    expired: 'DealExpired',
    completed: 'DealCompleted',
  },
  invitation: { open: 'PayerInvited', accepted: 'InvitationAccepted', withdrawn: 'InvitationWithdrawn' },
  payment: {
    submitted: 'PaymentSubmitted',
    held: 'PaymentHeld',
    rejected: 'PaymentRejected',
    late: 'PaymentArrivedLate',
    captured: 'PaymentCaptured',
    voided: 'PaymentVoided',
  },
  admission: { admitted: 'PaymentAdmitted', refused: 'PaymentRefused', closed: 'AdmissionClosed' },
  credit: { due: 'CreditDue', credited: 'PayeeCredited' },
  shipment: { announced: 'ParcelAnnounced', accepted: 'ParcelAccepted', delivered: 'ParcelDelivered' },
  concession: { given: 'DealConceded' },
  outcome: { unshipped: 'DealUnshipped', overdue: 'DealOverdue' },
  inspection: { started: 'InspectionStarted', accepted: 'GoodsAccepted' },
} as const satisfies { readonly [K in LivingKind]: { readonly [S in StatusOf<K>]: string } };

type Named = typeof EVENT_OF;
export type EventName = { [K in keyof Named]: Named[K][keyof Named[K]] }[keyof Named];

/** Something that happened to one row. */
export interface DomainEvent {
  readonly name: EventName;
  readonly kind: LivingKind;
  /** Ids of the row's key, in its order: of a payment its deal and its own. */
  readonly ids: readonly string[];
}

/** The events of one command, in the order of its rows; none if it was refused or had been carried out before. */
export function eventsOf({ result, rows }: Pick<CommandRecord, 'result' | 'rows'>): DomainEvent[] {
  if (!result.ok || result.repeated === true) return [];
  return Object.entries(rows).flatMap(([key, status]) => {
    const [kind = '', ...ids] = key.split('/');
    const name = status === null ? null : nameOf(kind, status);
    return name === null ? [] : [{ ...name, ids }];
  });
}

/** The event that a row's coming into this status is; null: it has no name here. */
export function eventNameOf(kind: string, status: string): EventName | null {
  return nameOf(kind, status)?.name ?? null;
}

/** Events come from other members' chaincode as well: a kind or status of another version has no name here. */
function nameOf(kind: string, status: string): Pick<DomainEvent, 'name' | 'kind'> | null {
  if (!isRowKind(kind) || !Object.hasOwn(EVENT_OF, kind)) return null;
  const living = kind as LivingKind; // the table has exactly the kinds with a status
  const names: { readonly [status: string]: EventName } = EVENT_OF[living];
  const name = Object.hasOwn(names, status) ? names[status] : undefined;
  return name === undefined ? null : { name, kind: living };
}
