// Duty: every command of the ledger: its lane, who gives it, and its parameters.
// Must not: parse or decide; `parse.ts` reads untrusted input, the contracts decide.
import type { Json } from './canonical-json.js';
import type { Intent } from './intent.js';
import type {
  Amount,
  CreditRow,
  AdmissionRow,
  Hash,
  InspectionRow,
  Instant,
  PaymentRow,
  MemberKind,
  ObligationRow,
  PhaseRow,
  PlanRow,
  Range,
  ReservationRow,
  Role,
  ShipmentRow,
  Tariff,
  TermsRow,
} from './rows.js';
import type { RowChanges } from './row-changes.js';

export type Lane = 'agreement' | 'owner';

/**
 * One command of a list. A person's command carries the intent, whose `action` and `params` count; what a worker
 * adds beside it, or a machine's whole command, stands in `params`.
 */
export interface Command {
  readonly action: string;
  readonly intent?: Intent;
  readonly params?: { readonly [name: string]: Json };
}

/** Person's parameters (`body.params` of the intent). Row created = intent id unless a parameter names another. */
export interface IntentParams {
  registerBank: { bank: string; owner: string; name: string; bic: string };
  registerPerson: Record<string, never>;
  confirmPerson: { person: string; key: string; roles: readonly Role[] };
  publishBank: { bank: string; tariff: Tariff; sealingKey: string; debitCap: Amount | null };
  openAccount: { bank: string; account: string; holder: string; currency: string };
  deposit: { bank: string; account: string; amount: Amount; currency: string };
  withdraw: { bank: string; account: string; amount: Amount; currency: string };
  askLink: { bank: string; currency: string; keyThumbprint: Hash };
  confirmLink: { link: string; account: string; codeHash: Hash };
  setCommissionAccount: { link: string };
  draftOffer: OfferContent;
  editOffer: OfferContent & { offer: string };
  moderateOffer: {
    offer: string;
    version: number;
    verdict: 'approve' | 'reject';
    commissionBasisPoints: number | null;
    reasonHash: Hash | null;
  };
  listOffer: { offer: string; termsHash: Hash; net: Amount; link: string };
  buy: { offer: string; termsHash: Hash; recipientCodeHash: Hash; link: string; boughtAt: Instant };
  submitPayment: {
    deal: string;
    termsHash: Hash;
    amount: Amount;
    fee: Amount;
    currency: string;
    link: string;
    arrivedAt: Instant;
  };
  acceptParcel: { deal: string };
  deliver: { deal: string; h1: Hash };
  acceptGoods: { deal: string; termsHash: Hash };
}

export type OfferContent = {
  contentHash: Hash;
  price: Amount;
  currency: string;
  stock: number;
  courier: string;
  payTimeMs: number;
  answerTimeMs: number;
  inspectionTimeMs: number;
};

/** Parameters that a machine gives, alone or beside a person's intent. */
export interface MachineParams {
  setParameters: {
    members: readonly { msp: string; kind: MemberKind }[];
    commissionBasisPoints: number;
    commissionCapBasisPoints: number;
    minimumPartBasisPoints: number;
    windowMs: number;
    slackMs: number;
    payTimeMs: Range;
    answerTimeMs: Range;
    inspectionTimeMs: Range;
    longStopMs: number;
  };
  /** By X.509 (attribute administrator): only persons who will be administrators. */
  registerPerson: { person: string };
  confirmPerson: { person: string; key: string; roles: readonly Role[] };
  /** secret: 32 bytes, base64url; set once. */
  setSecret: { secret: string };
  trustBanks: { banks: readonly { bank: string; msp: string; debitCap: Amount | null }[] };
  deposit: { operation: string };
  withdraw: { operation: string };
  /** The bank's gateway has authenticated `holder` by the code whose hash this is. */
  confirmLink: { holder: string; expectedCodeHash: Hash };
  admitPayment: { deal: string; payment: string };
  closeAdmission: { deal: string; payment: string };
  /**
   * `verdict` is the bank's word on the code and its core; its worker makes and keeps the operation ids. Ids of
   * operations on a deal's money, here and below: `operation-id.ts`; the deal's refund key: `refund-key.ts`.
   */
  answerPayment: {
    deal: string;
    payment: string;
    verdict: 'yes' | 'no';
    codeBinding: Hash;
    reason: string | null;
    holdOperation: string;
    voidOperation: string;
    refundKey: string;
  };
  markPaid: { deal: string };
  startInspection: { deal: string };
  recordDelivery: { deal: string };
  capture: { deal: string; payment: string; operation: string; refundKey: string };
  credit: { deal: string; payment: string; payee: string; operation: string };
  postCredits: { account: string; operation: string; credits: readonly string[] };
  complete: { deal: string };
  closePayments: { deal: string };
  expire: { deal: string };
  voidPayment: { deal: string; payment: string; operation: string; refundKey: string };
}

export type PersonAction = keyof IntentParams;
export type MachineAction = keyof MachineParams;
export type Action = PersonAction | MachineAction;

/** The lane of each action; the other lane refuses it with WRONG_LANE. */
export const LANE_OF: { readonly [A in Action]: Lane } = {
  setParameters: 'agreement',
  registerBank: 'agreement',
  registerPerson: 'agreement',
  askLink: 'agreement',
  setCommissionAccount: 'agreement',
  draftOffer: 'agreement',
  editOffer: 'agreement',
  moderateOffer: 'agreement',
  listOffer: 'agreement',
  buy: 'agreement',
  submitPayment: 'agreement',
  admitPayment: 'agreement',
  closeAdmission: 'agreement',
  markPaid: 'agreement',
  acceptGoods: 'agreement',
  startInspection: 'agreement',
  complete: 'agreement',
  closePayments: 'agreement',
  expire: 'agreement',
  setSecret: 'owner',
  trustBanks: 'owner',
  publishBank: 'owner',
  confirmPerson: 'owner',
  openAccount: 'owner',
  deposit: 'owner',
  withdraw: 'owner',
  confirmLink: 'owner',
  answerPayment: 'owner',
  acceptParcel: 'owner',
  deliver: 'owner',
  recordDelivery: 'owner',
  capture: 'owner',
  credit: 'owner',
  postCredits: 'owner',
  voidPayment: 'owner',
};

/**
 * Answer to one command, in the order of the list. `repeated`: it had been carried out before, and nothing was written.
 * `values` are absent where they could tell a secret.
 */
export type CommandResult =
  | { readonly ok: true; readonly id: string; readonly repeated?: true }
  | {
      readonly ok: false;
      readonly id: string;
      readonly code: string;
      readonly values?: { readonly [name: string]: Json };
    };

/** One command as events tell it. */
export interface CommandRecord extends RowChanges {
  readonly action: string;
  readonly result: CommandResult;
}

/** Payload of the one event per transaction, named EVENT_NAME. */
export interface LedgerEvent {
  readonly v: 1;
  readonly lane: Lane;
  readonly results: readonly CommandRecord[];
}
export const EVENT_NAME = 'forescrow.commands';

/** Names of the contract's functions, as clients call them. */
export const FUNCTIONS = {
  /** submit; one argument: canonical JSON list of commands. Response: list of results. */
  agree: 'agreement:apply',
  /**
   * submit at the owner alone; transient `commands` (canonical JSON list) and `owner` (MSP id). Response: list of
   * results, private codes masked as REFUSED, refusals without values. If nothing is left to write the endorsement
   * fails with NOTHING_WRITTEN, whose value `results` holds the true results.
   */
  own: 'owner:apply',
  /** evaluate; as `own` without writing, with the true codes. */
  tryOwn: 'owner:try',
  /** evaluate; arguments: row keys as a JSON list. Response: {key: row | null}. */
  rows: 'query:rows',
  /** evaluate; argument: kind, first id or ''. Response: rows of that kind in key order, at most 1,000. */
  list: 'query:list',
  /** evaluate; argument: deal id. Response: DealView. */
  deal: 'query:deal',
  /** evaluate at the owner by its own members; transient `owner`, `query` (JSON). */
  privately: 'owner:query',
} as const;

/** Questions that only the owner's own members may ask its own peer. */
export type PrivateQuery =
  | { readonly about: 'balance'; readonly account: string }
  | { readonly about: 'statement'; readonly account: string }
  | { readonly about: 'pending'; readonly account: string }
  | { readonly about: 'operations'; readonly deal: string }
  | { readonly about: 'trialBalance' }
  | { readonly about: 'link'; readonly link: string }
  | { readonly about: 'delivery'; readonly deal: string }
  | { readonly about: 'usedIntent'; readonly intent: string };

export interface BalanceView {
  readonly account: string;
  readonly holder: string;
  readonly currency: string;
  readonly available: Amount;
  readonly held: Amount;
  /** Credited but not posted yet: not spendable until posted (ledger-plan rule 23). */
  readonly pending: Amount;
}
export interface OperationView {
  readonly operation: string;
  readonly kind: 'deposit' | 'withdrawal' | 'hold' | 'capture' | 'void' | 'credit' | 'posting';
  readonly at: Instant;
  readonly deal: string | null;
  readonly payment: string | null;
  readonly currency: string;
  /** Lines sum to zero per operation; positive is owed by the bank, negative is owed to it. Signed decimal digits. */
  readonly lines: readonly { readonly account: string; readonly amount: string }[];
}
export interface TrialBalanceView {
  readonly bank: string;
  readonly currency: string;
  /** Ledger account → signed sum: available/<number>, held/<number>, pending/<number>, fees, bank/<id>, cash. */
  readonly accounts: { readonly [account: string]: string };
  readonly sum: string;
  readonly operations: number;
}

/** All that is public about one deal. Owned rows are shown as attested: `attestation` false means: do not believe. */
export interface DealView {
  readonly terms: TermsRow | null;
  readonly phase: PhaseRow | null;
  readonly payments: readonly {
    readonly row: PaymentRow;
    readonly attested: boolean;
    readonly admission: AdmissionRow | null;
  }[];
  readonly reservation: ReservationRow | null;
  readonly plan: PlanRow | null;
  readonly credits: readonly { readonly row: CreditRow; readonly attested: boolean }[];
  readonly obligations: readonly ObligationRow[];
  readonly shipment: { readonly row: ShipmentRow; readonly attested: boolean } | null;
  readonly inspection: InspectionRow | null;
}
