// Duty: the one table of what may follow what; every status changes through `transition`.
// Must not: know reasons; the domain decides whether an allowed step may be taken now.
import type {
  BankRow,
  CreditRow,
  AdmissionRow,
  InspectionRow,
  PaymentRow,
  LinkRow,
  OfferRow,
  PersonRow,
  PhaseRow,
  ShipmentRow,
} from './rows.js';
import { RuleViolation } from './violation.js';

interface StatusOf {
  person: PersonRow['status'];
  bank: BankRow['status'];
  link: LinkRow['status'];
  offer: OfferRow['status'];
  phase: PhaseRow['status'];
  payment: PaymentRow['status'];
  admission: AdmissionRow['status'];
  shipment: ShipmentRow['status'];
  inspection: InspectionRow['status'];
  credit: CreditRow['status'];
}
export type Living = keyof StatusOf;

interface Step<S> {
  /** Null: the row does not exist yet. */
  readonly from: readonly (S | null)[];
  readonly to: S;
}

export const LIFE_CYCLE = {
  person: {
    registerPerson: { from: [null], to: 'new' },
    confirmPerson: { from: ['new'], to: 'active' },
  },
  bank: {
    registerBank: { from: [null], to: 'new' },
    publishBank: { from: ['new', 'active'], to: 'active' },
  },
  link: {
    askLink: { from: [null], to: 'asked' },
    confirmLink: { from: ['asked'], to: 'active' },
  },
  offer: {
    draftOffer: { from: [null], to: 'draft' },
    editOffer: { from: ['draft', 'approved', 'rejected', 'listed'], to: 'draft' },
    approveOffer: { from: ['draft'], to: 'approved' },
    rejectOffer: { from: ['draft'], to: 'rejected' },
    listOffer: { from: ['approved', 'listed'], to: 'listed' },
  },
  phase: {
    buy: { from: [null], to: 'open' },
    closePayments: { from: ['open'], to: 'paymentsClosed' },
    markPaid: { from: ['open', 'paymentsClosed'], to: 'paid' },
    expireFull: { from: ['paymentsClosed'], to: 'paid' },
    expire: { from: ['paymentsClosed'], to: 'expired' },
    complete: { from: ['paid'], to: 'completed' },
  },
  payment: {
    submitPayment: { from: [null], to: 'submitted' },
    answerYes: { from: ['submitted'], to: 'held' },
    answerNo: { from: ['submitted'], to: 'rejected' },
    answerLate: { from: ['submitted'], to: 'late' },
    capture: { from: ['held'], to: 'captured' },
    voidPayment: { from: ['held'], to: 'voided' },
  },
  admission: {
    admitPayment: { from: [null], to: 'admitted' },
    refusePayment: { from: [null], to: 'refused' },
    closeAdmission: { from: [null, 'admitted'], to: 'closed' },
  },
  shipment: {
    markPaid: { from: [null], to: 'announced' },
    expireFull: { from: [null], to: 'announced' },
    acceptParcel: { from: ['announced'], to: 'accepted' },
    deliver: { from: ['accepted'], to: 'delivered' },
  },
  inspection: {
    startInspection: { from: [null], to: 'started' },
    acceptGoods: { from: [null, 'started'], to: 'accepted' },
  },
  credit: {
    markPaid: { from: [null], to: 'due' },
    credit: { from: ['due'], to: 'credited' },
  },
} as const satisfies { readonly [K in Living]: { readonly [action: string]: Step<StatusOf[K]> } };

type Table = typeof LIFE_CYCLE;
type Target<K extends Living, A extends keyof Table[K]> = Table[K][A] extends { readonly to: infer To }
  ? To
  : never;

/** The status after a step. Rejects: WRONG_STATE with what was found and what is needed. */
export function transition<K extends Living, A extends keyof Table[K] & string>(
  kind: K,
  action: A,
  from: StatusOf[K] | null,
): Target<K, A> {
  // The table's type is checked above; indexing it by two type parameters hides that from the compiler.
  const step = LIFE_CYCLE[kind][action] as Step<StatusOf[K]>;
  if (!step.from.includes(from)) {
    throw new RuleViolation('WRONG_STATE', { kind, action, found: from, needed: step.from });
  }
  return step.to as Target<K, A>; // `to` of that very entry
}
