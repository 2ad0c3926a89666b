// Duty: the words in which due steps are told, and what both kinds of steps reckon with.
// Must not: decide that anything is due.
import type { DealView } from '../../chaincode/protocol/commands.js';
import type { DealTerms, Instant, PaymentRow, MemberKind, PhaseRow } from '../../chaincode/protocol/rows.js';

export interface KnownDeal {
  readonly view: DealView;
  readonly terms: DealTerms;
  readonly phase: PhaseRow;
}

/** Whose worker asks. `agreementWorker`: it also sends agreement steps, as any member may (ledger-plan rule 32). */
export interface WorkerOrganisation {
  readonly mspId: string;
  readonly kind: MemberKind;
  readonly agreementWorker: boolean;
}

/** From the ledger's parameters, milliseconds. */
export interface Timing {
  readonly windowMs: number;
  readonly slackMs: number;
}

export type AgreementStep =
  | { readonly step: 'admitPayment' | 'closeAdmission'; readonly payment: string }
  | { readonly step: 'markPaid' | 'closePayments' | 'expire' | 'startInspection' | 'complete' };

export type BankStep =
  | { readonly step: 'answerPayment'; readonly payment: string }
  | { readonly step: 'voidPayment'; readonly payment: string }
  /** `othersFirst`: another bank's turn comes before; both at once would conflict, since each reads all payments. */
  | { readonly step: 'capture'; readonly payment: string; readonly othersFirst: boolean }
  | { readonly step: 'credit'; readonly payment: string; readonly payee: 'seller' | 'commission' }
  | { readonly step: 'recordDelivery' };

export interface DueSteps {
  readonly agreement: readonly AgreementStep[];
  readonly bank: readonly BankStep[];
  /** Next instant at which time alone makes something due; null: only an event can. */
  readonly wakeAt: Instant | null;
  /** Nothing will ever be due for this organisation again. */
  readonly finished: boolean;
}

/** A part's answer; `waiting`: something of this organisation's is still open. */
export interface PartSteps<Step> {
  readonly steps: readonly Step[];
  readonly wakeAt: Instant | null;
  readonly waiting: boolean;
}

export type PaymentView = DealView['payments'][number];

/** Facts that a worker may act on: a row without its owner's attestation is not one (architecture §4). */
export function attestedPayments(view: DealView): readonly PaymentView[] {
  return view.payments.filter((payment) => payment.attested);
}

export function heldSum(payments: readonly PaymentView[]): bigint {
  return payments.reduce((sum, { row }) => (isHeld(row) ? sum + BigInt(row.amount) : sum), 0n);
}

function isHeld(row: PaymentRow): boolean {
  return row.status === 'held' || row.status === 'captured';
}

export function earliest(instants: readonly (Instant | null)[]): Instant | null {
  return instants.reduce<Instant | null>(
    (found, instant) => (instant === null ? found : Math.min(found ?? instant, instant)),
    null,
  );
}
