// Duty: build the ledger's view of one deal in any state, with the worked example's sums unless told otherwise.
// Must not: be taken for what a ledger would allow; it only fills shapes.
import type { DealView } from '../../../chaincode/protocol/commands.js';
import type {
  CreditRow,
  DealTerms,
  GateRow,
  InspectionRow,
  LegRow,
  LinkRow,
  OfferTerms,
  PhaseRow,
  ShipmentRow,
} from '../../../chaincode/protocol/rows.js';

export const DEAL = 'deal_00000001';
export const BOUGHT_AT = 1_000_000;
export const PAY_DEADLINE = BOUGHT_AT + 60_000;
export const ANSWER_TIME_MS = 10_000;
export const TIMING = { windowMs: 3_000, slackMs: 1_000 };

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

export function offerTerms(change: Partial<OfferTerms> = {}): OfferTerms {
  return {
    v: 1,
    process: 1,
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
    commission: '62000',
    net: '1178000',
    minimumPart: '1000',
    payTimeMs: PAY_DEADLINE - BOUGHT_AT,
    answerTimeMs: ANSWER_TIME_MS,
    inspectionTimeMs: 0,
    longStopMs: 1_000_000,
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
    recipientCodeHash: '0'.repeat(64),
    boughtAt: BOUGHT_AT,
    payDeadline: PAY_DEADLINE,
    longStopAt: BOUGHT_AT + 1_000_000,
  };
}

export interface LegSketch {
  readonly id: string;
  readonly owner?: string;
  readonly status?: LegRow['status'];
  readonly amount?: string;
  readonly fee?: string;
  readonly gate?: GateRow['status'] | null;
  readonly answerBy?: number;
  readonly arrivedAt?: number;
  readonly evidence?: boolean;
}

const USUAL_LEG = {
  owner: 'BankAMSP',
  status: 'submitted',
  amount: '1240000',
  fee: '0',
  gate: 'admitted',
  arrivedAt: BOUGHT_AT + 1_000,
  evidence: true,
} as const;

export function legView(sketch: LegSketch): DealView['legs'][number] {
  const whole = { ...USUAL_LEG, ...sketch };
  const { id, owner, status, amount, fee, arrivedAt, evidence } = whole;
  const row: LegRow = {
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
    allocation: null,
  };
  return { row, evidence, gate: gateRow(whole) };
}

function gateRow(leg: LegSketch & { readonly arrivedAt: number }): GateRow | null {
  const answerBy = leg.answerBy ?? leg.arrivedAt + ANSWER_TIME_MS;
  const status = leg.gate ?? null;
  return status === null ? null : { v: 1, leg: leg.id, deal: DEAL, status, answerBy, reason: null };
}

export interface ViewSketch {
  readonly phase?: PhaseRow['status'];
  readonly legs?: readonly LegSketch[];
  readonly credits?: readonly (Partial<CreditRow> & { readonly evidence?: boolean })[];
  readonly shipment?: ShipmentRow['status'];
  readonly shipmentEvidence?: boolean;
  readonly inspection?: InspectionRow['status'];
  readonly inspectionStartedAt?: number;
  readonly terms?: Partial<OfferTerms>;
}

/** Phase open and no legs unless told otherwise; reserved are the legs that were admitted. */
export function dealView(sketch: ViewSketch = {}): DealView {
  const legs = (sketch.legs ?? []).map(legView);
  const credits = (sketch.credits ?? []).map(({ evidence, ...change }) =>
    creditView(change, evidence ?? true),
  );
  const reserved = legs.filter(({ gate }) => gate?.status === 'admitted').map(({ row }) => row.id);
  return {
    terms: {
      v: 1,
      deal: DEAL,
      terms: dealTerms(sketch.terms),
      termsHash: '0'.repeat(64),
      listing: 'listing_00000001',
      buyersLink: BUYERS_LINK,
    },
    phase: { v: 1, deal: DEAL, status: sketch.phase ?? 'open', at: BOUGHT_AT },
    legs,
    reservation: { v: 1, deal: DEAL, offer: 'offer_00000001', legs: reserved, released: false },
    plan: credits.length === 0 ? null : { v: 1, deal: DEAL, items: credits.map(({ row }) => planItem(row)) },
    credits,
    obligations: [],
    shipment: shipmentView(sketch),
    inspection: inspectionRow(sketch),
  };
}

function creditView(change: Partial<CreditRow>, evidence: boolean): { row: CreditRow; evidence: boolean } {
  const row: CreditRow = {
    v: 1,
    deal: DEAL,
    leg: 'leg_00000001',
    payee: 'seller',
    owner: 'BankBMSP',
    bank: '20',
    link: 'link_bob00000',
    currency: 'RUB',
    amount: '1178000',
    status: 'due',
    ...change,
  };
  return { row, evidence };
}

function planItem({ leg, payee, link, bank, amount }: CreditRow) {
  return { leg, payee, link, bank, amount };
}

function shipmentView(sketch: ViewSketch): DealView['shipment'] {
  if (sketch.shipment === undefined) return null;
  const row: ShipmentRow = { v: 1, deal: DEAL, owner: 'CourierMSP', status: sketch.shipment, h1: null };
  return { row, evidence: sketch.shipmentEvidence ?? true };
}

function inspectionRow(sketch: ViewSketch): InspectionRow | null {
  if (sketch.inspection === undefined) return null;
  const startedAt = sketch.inspectionStartedAt ?? BOUGHT_AT;
  return { v: 1, deal: DEAL, status: sketch.inspection, startedAt, acceptance: null };
}
