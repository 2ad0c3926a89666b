// Questions about an organisation's private rows and about one deal, their strict forms and the shapes of the answers.
import type { ConcessionRow, InvitationRow, OutcomeRow, PhaseRow, ReservationRow, TermsRow } from './deal.js';
import { account, type Amount, id, type Instant } from './forms.js';
import type { SharesRow } from './offer.js';
import { exactly, membersOf, oneOf, type Parser } from './parse.js';
import type { AdmissionRow, PaymentRow } from './payment.js';
import type { CreditRow, ObligationRow, PlanRow } from './payout.js';
import type { InspectionRow, ShipmentRow } from './shipment.js';

/** Questions that only the owner's own members may ask its own peer. */
export type PrivateQuery =
  | { readonly about: 'balance'; readonly account: string }
  | { readonly about: 'statement'; readonly account: string }
  | { readonly about: 'pending'; readonly account: string }
  | { readonly about: 'operations'; readonly deal: string }
  | { readonly about: 'trialBalance' }
  | { readonly about: 'exposures' }
  | { readonly about: 'link'; readonly link: string }
  | { readonly about: 'dealRecord'; readonly deal: string }
  | { readonly about: 'usedIntent'; readonly person: string; readonly intent: string };

export interface BalanceView {
  readonly account: string;
  readonly holder: string;
  readonly currency: string;
  readonly available: Amount;
  readonly held: Amount;
  /** Credited but not posted yet: not spendable until posted. */
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

/** What a bank has credited on another bank's word and is not settled; what it still takes follows from its caps. */
export interface ExposureView {
  readonly bank: string;
  readonly currency: string;
  readonly used: Amount;
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
  readonly concession: ConcessionRow | null;
  readonly outcome: OutcomeRow | null;
  /** How the price is shared; null where `terms` names no such row. */
  readonly shares: SharesRow | null;
  readonly invitations: readonly InvitationRow[];
}

const about = <const N extends string>(name: N): Parser<N> => oneOf([name]);

const FORMS: { readonly [A in PrivateQuery['about']]: Parser<Extract<PrivateQuery, { readonly about: A }>> } =
  {
    balance: exactly({ about: about('balance'), account }),
    statement: exactly({ about: about('statement'), account }),
    pending: exactly({ about: about('pending'), account }),
    operations: exactly({ about: about('operations'), deal: id }),
    trialBalance: exactly({ about: about('trialBalance') }),
    exposures: exactly({ about: about('exposures') }),
    link: exactly({ about: about('link'), link: id }),
    dealRecord: exactly({ about: about('dealRecord'), deal: id }),
    usedIntent: exactly({ about: about('usedIntent'), person: id, intent: id }),
  };
const NAMES = Object.keys(FORMS) as (keyof typeof FORMS)[]; // the names of a total record are exactly its keys
const name = oneOf(NAMES);

/** Rejects: BAD_INPUT. */
export const privateQueryForm: Parser<PrivateQuery> = (value, at) => {
  const named = name(membersOf(value, at)['about'] ?? null, `${at}.about`);
  return FORMS[named](value, at);
};
