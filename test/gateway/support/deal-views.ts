// Builds the ledger's view of one deal in any state, with the worked example's sums where a sketch says nothing.
import type { DealView } from '../../../chaincode/protocol/queries.js';
import type { AdmissionRow, PaymentRow } from '../../../chaincode/protocol/payment.js';
import type { CreditRow } from '../../../chaincode/protocol/payout.js';
import type { ConcessionRow, DealTerms, OutcomeRow, PhaseRow } from '../../../chaincode/protocol/deal.js';
import type { InspectionRow, ShipmentRow } from '../../../chaincode/protocol/shipment.js';
import type { LinkRow } from '../../../chaincode/protocol/account.js';
import type { OfferTerms } from '../../../chaincode/protocol/offer.js';
import { recipientCodeH2 } from '../../../chaincode/protocol/recipient-code.js';

export const DEAL = 'deal_00000001';
export const BOUGHT_AT = 1_000_000;
export const PAY_DEADLINE = BOUGHT_AT + 60_000;
export const ANSWER_TIME_MS = 10_000;
export const LONG_STOP_MS = 30_000_000;
/** Of the deal's terms. */
const TIMING = { windowMs: 3_000, slackMs: 1_000 };

/** The buyer's, as far as anybody looks at it here. */
export const ACCEPTANCE = {
  ...{ id: 'intent_00000001', expiresAt: BOUGHT_AT, key: '0'.repeat(182), signature: 'A'.repeat(86) },
};

export const CONCESSION: ConcessionRow = {
  ...{ v: 1, deal: DEAL, status: 'given', at: BOUGHT_AT, signed: ACCEPTANCE },
};

/** Proves the delivery. */
const H1 = '1'.repeat(64);

const BUYERS_LINK: LinkRow = {
  v: 1,
  id: 'link_alice000',
  owner: 'BankAMSP',
  bank: '10',
  person: 'person_alice000',
  currency: 'RUB',
  keyThumbprint: '0'.repeat(64),
  status: 'active',
};
const SELLERS_LINK: LinkRow = { ...BUYERS_LINK, id: 'link_bob0000', person: 'person_bob0000' };
const COMMISSIONS_LINK: LinkRow = { ...BUYERS_LINK, id: 'link_market00', person: 'person_admin000' };

export function offerTerms(change: Partial<OfferTerms> = {}): OfferTerms {
  return {
    v: 1,
    process: 2,
    offer: 'offer_00000001',
    offerVersion: 1,
    contentHash: '0'.repeat(64),
    seller: 'person_bob00000',
    sellerLink: 'link_bob00000',
    sellerBank: '20',
    commissionLink: 'link_market00',
    commissionBank: '10',
    marketplace: 'MarketplaceMSP',
    courier: 'CourierMSP',
    currency: 'RUB',
    price: '1240000',
    sharesHash: '0'.repeat(64),
    minimumPart: '1000',
    payTimeMs: PAY_DEADLINE - BOUGHT_AT,
    answerTimeMs: ANSWER_TIME_MS,
    inspectionTimeMs: 0,
    shipTimeMs: 3_600_000,
    deliverTimeMs: 3_600_000,
    stepTimeMs: 60_000,
    creditTimeMs: 60_000,
    ...TIMING,
    longStopMs: LONG_STOP_MS,
    ...change,
  };
}

export function dealTerms(change: Partial<OfferTerms> = {}): DealTerms {
  return {
    v: 1,
    deal: DEAL,
    offerTerms: offerTerms(change),
    buyer: 'person_alice000',
    buyerLink: 'link_alice000',
    recipientCodeHash: recipientCodeH2(H1),
    boughtAt: BOUGHT_AT,
    payDeadline: PAY_DEADLINE,
    longStopAt: BOUGHT_AT + LONG_STOP_MS,
  };
}

export interface PaymentSketch {
  readonly id: string;
  readonly owner?: string;
  readonly status?: PaymentRow['status'];
  readonly amount?: string;
  readonly fee?: string;
  readonly admission?: AdmissionRow['status'] | null;
  readonly answerBy?: number;
  readonly arrivedAt?: number;
  readonly attested?: boolean;
}

const USUAL_PAYMENT = {
  owner: 'BankAMSP',
  status: 'submitted',
  amount: '1240000',
  fee: '0',
  admission: 'admitted',
  arrivedAt: BOUGHT_AT + 1_000,
  attested: true,
} as const;

export function paymentView(sketch: PaymentSketch): DealView['payments'][number] {
  const whole = { ...USUAL_PAYMENT, ...sketch };
  const { id, owner, status, amount, fee, arrivedAt, attested } = whole;
  const row: PaymentRow = {
    v: 1,
    id,
    deal: DEAL,
    owner,
    bank: owner === 'BankAMSP' ? '10' : '20',
    status,
    payer: 'person_alice000',
    link: 'link_alice000',
    currency: 'RUB',
    amount,
    fee,
    arrivedAt,
    termsHash: '0'.repeat(64),
    invitation: null,
    allocation: null,
  };
  return { row, attested, admission: admissionRow(whole) };
}

function admissionRow(payment: PaymentSketch & { readonly arrivedAt: number }): AdmissionRow | null {
  const answerBy = payment.answerBy ?? payment.arrivedAt + ANSWER_TIME_MS;
  const status = payment.admission ?? null;
  return status === null ? null : { v: 1, payment: payment.id, deal: DEAL, status, answerBy, reason: null };
}

export interface ViewSketch {
  readonly phase?: PhaseRow['status'];
  readonly payments?: readonly PaymentSketch[];
  readonly credits?: readonly (Partial<CreditRow> & { readonly attested?: boolean })[];
  readonly shipment?: ShipmentRow['status'];
  readonly shipmentAttestation?: boolean;
  readonly inspection?: InspectionRow['status'];
  readonly inspectionStartedAt?: number;
  readonly isConceded?: boolean;
  readonly outcome?: OutcomeRow['status'];
  readonly terms?: Partial<OfferTerms>;
}

/** Phase open and no payments where the sketch says nothing; reserved are the payments that were admitted. */
export function dealView(sketch: ViewSketch = {}): DealView {
  const payments = (sketch.payments ?? []).map(paymentView);
  const credits = (sketch.credits ?? []).map(({ attested, ...change }) =>
    creditView(change, attested ?? true),
  );
  const reserved = payments
    .filter(({ admission }) => admission?.status === 'admitted')
    .map(({ row }) => row.id);
  return {
    terms: {
      v: 1,
      deal: DEAL,
      terms: dealTerms(sketch.terms),
      termsHash: '0'.repeat(64),
      listing: 'listing_00000001',
      buyersLink: BUYERS_LINK,
      sellersLink: SELLERS_LINK,
      commissionsLink: COMMISSIONS_LINK,
    },
    phase: { v: 1, deal: DEAL, status: sketch.phase ?? 'open', at: BOUGHT_AT, cancelledBy: null },
    payments,
    reservation: { v: 1, deal: DEAL, offer: 'offer_00000001', payments: reserved, released: false },
    plan: credits.length === 0 ? null : { v: 1, deal: DEAL, items: credits.map(({ row }) => planItem(row)) },
    credits,
    obligations: [],
    shipment: shipmentView(sketch),
    inspection: inspectionRow(sketch),
    concession: sketch.isConceded === true ? CONCESSION : null,
    outcome:
      sketch.outcome === undefined ? null : { v: 1, deal: DEAL, status: sketch.outcome, at: BOUGHT_AT },
    shares: null,
    invitations: [],
  };
}

function creditView(change: Partial<CreditRow>, attested: boolean): { row: CreditRow; attested: boolean } {
  const row: CreditRow = {
    v: 1,
    deal: DEAL,
    payment: 'payment_00000001',
    payee: 'seller',
    purpose: 'price',
    owner: 'BankBMSP',
    bank: '20',
    link: 'link_bob00000',
    currency: 'RUB',
    amount: '1178000',
    status: 'due',
    ...change,
  };
  return { row, attested };
}

function planItem({ payment, payee, purpose, link, bank, amount }: CreditRow) {
  return { payment, payee, purpose, link, bank, amount };
}

function shipmentView(sketch: ViewSketch): DealView['shipment'] {
  if (sketch.shipment === undefined) return null;
  const h1 = sketch.shipment === 'delivered' ? H1 : null;
  const row: ShipmentRow = { v: 1, deal: DEAL, owner: 'CourierMSP', status: sketch.shipment, h1 };
  return { row, attested: sketch.shipmentAttestation ?? true };
}

function inspectionRow(sketch: ViewSketch): InspectionRow | null {
  if (sketch.inspection === undefined) return null;
  const startedAt = sketch.inspectionStartedAt ?? BOUGHT_AT;
  const acceptance = sketch.inspection === 'accepted' ? ACCEPTANCE : null;
  return { v: 1, deal: DEAL, status: sketch.inspection, startedAt, acceptance };
}
