// Invented deals in every state, for the fake gateway: money, steps and times fit together as the ledger's would.
import type { DealPage, DealStepInfo, PaymentInfo } from '../../../gateway/protocol/api/deals.js';
import { dealTermsOf, termsHash } from '../../../chaincode/protocol/terms.js';
import type { OfferTerms } from '../../../chaincode/protocol/offer.js';
import { workedOfferTerms } from '../../chaincode/protocol/worked-example.js';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

export const MARINA = { id: 'person_marina0001', name: 'Марина Калинина', isMasked: false } as const;
export const TIMOFEY = {
  ...{ id: 'person_timofey001', name: 'Тимофей Чернов', isMasked: false },
  picture: '71'.repeat(32),
} as const;
export const MASKED_SELLER = { id: 'person_timofey001', name: 'Продавец 4F2A', isMasked: true } as const;
export const MASKED_BUYER = { id: 'person_vasilisa01', name: 'Покупатель 91C0', isMasked: true } as const;

export function offerTerms(of: Partial<OfferTerms> & Pick<OfferTerms, 'offer' | 'price'>): OfferTerms {
  const times = { payTimeMs: HOUR_MS, answerTimeMs: 10 * MINUTE_MS, inspectionTimeMs: DAY_MS };
  const ways = { shipTimeMs: 3 * DAY_MS, deliverTimeMs: 7 * DAY_MS, windowMs: 30_000, slackMs: 10_000 };
  const minimumPart = (BigInt(of.price) / 10n).toString();
  return { ...workedOfferTerms(), ...times, ...ways, seller: TIMOFEY.id, minimumPart, ...of };
}

export interface DealDraft {
  readonly id: string;
  readonly title: string;
  readonly terms: OfferTerms;
  readonly boughtAgoMs: number;
  readonly status?: DealPage['status'];
  readonly role?: DealPage['role'];
  readonly payments?: readonly PaymentInfo[];
  readonly shipment?: DealPage['shipment'];
  readonly inspection?: DealPage['inspection'];
  readonly credited?: string;
  readonly settlement?: DealPage['settlement'];
  readonly next: DealPage['next'];
  readonly events: readonly (readonly [
    event: string,
    agoMs: number,
    by: string | null,
    ids?: readonly string[],
  ])[];
}

export function payment(of: {
  readonly id: string;
  readonly bank: '10' | '20';
  readonly amount: string;
  readonly fee?: string;
  readonly place: PaymentInfo['place'];
  readonly agoMs?: number;
  readonly isMine?: boolean;
}): PaymentInfo {
  const { id, bank, amount, fee = '0', place, agoMs = MINUTE_MS, isMine = true } = of;
  const arrivedAt = Date.now() - agoMs;
  const isOpen = place === 'asked' || place === 'admitted';
  return {
    id,
    payer: isMine ? MARINA : MASKED_BUYER,
    isMine,
    bank,
    amount,
    fee,
    place,
    arrivedAt,
    answerBy: isOpen ? arrivedAt + 10 * MINUTE_MS : null,
    link: isMine ? `link_marina${bank}00` : null,
  };
}

const sumAt = (payments: readonly PaymentInfo[], ...places: readonly PaymentInfo['place'][]): bigint =>
  payments.reduce((sum, { place, amount }) => (places.includes(place) ? sum + BigInt(amount) : sum), 0n);

export function moneyOf(
  terms: OfferTerms,
  payments: readonly PaymentInfo[],
  credited = '0',
): DealPage['money'] {
  const [asked, held, captured] = [
    sumAt(payments, 'asked', 'admitted'),
    sumAt(payments, 'held'),
    sumAt(payments, 'captured'),
  ];
  return {
    price: terms.price,
    currency: terms.currency,
    asked: asked.toString(),
    held: held.toString(),
    captured: captured.toString(),
    credited,
    returned: sumAt(payments, 'returned', 'late').toString(),
    missing: (BigInt(terms.price) - asked - held - captured).toString(),
    payeeBank: terms.sellerBank,
  };
}

let block = 1_840;
export function step(
  event: string,
  at: number,
  by: string | null,
  ids: readonly string[] = [],
): DealStepInfo {
  block += 1;
  const txId = Array.from({ length: 64 }, (_, place) => ((block * 7 + place * 13) % 16).toString(16)).join(
    '',
  );
  return { event, ids: [...ids], at, block, txId, by, isSigned: by?.startsWith('person_') ?? false };
}

const USUAL = {
  status: 'awaitingPayment',
  role: 'buyer',
  payments: [],
  shipment: 'none',
  inspection: 'none',
  credited: '0',
  settlement: null,
} as const satisfies Partial<DealDraft>;

export function deal(draft: DealDraft): DealPage {
  const {
    id,
    title,
    terms: signed,
    payments,
    status,
    role,
    shipment,
    inspection,
    credited,
    settlement,
    next,
    events,
  } = {
    ...USUAL,
    ...draft,
  };
  const now = Date.now();
  const { buyer, seller } = partiesOf(status, role);
  const terms = dealTermsOf({
    deal: id,
    offerTerms: signed,
    buyer: buyer.id,
    buyerLink: 'link_marina1000',
    recipientCodeHash: 'b'.repeat(64),
    boughtAt: now - draft.boughtAgoMs,
  });
  return {
    ...{ id, title, status, role, terms, shipment, inspection, next, buyer, seller },
    offer: signed.offer,
    picture: null,
    termsHash: termsHash(terms),
    money: moneyOf(signed, payments, credited),
    payments: [...payments],
    invitations: [],
    inspectionUntil: inspection === 'started' ? now + 22 * HOUR_MS : null,
    cancelledBy: null,
    settlement,
    mayCancel: isOpen(status) && (role === 'buyer' || role === 'seller'),
    mayConcede: status === 'paid' && role === 'seller' && inspection !== 'accepted',
    net: role === 'seller' ? ((BigInt(signed.price) * 95n) / 100n).toString() : null,
    timeline: events.map(([event, agoMs, by, ids]) => step(event, now - agoMs, by, ids)),
    block,
  };
}

/** Names open when the deal is paid; the person who looks sees her own always. */
function partiesOf(status: DealPage['status'], role: DealPage['role']): Pick<DealPage, 'buyer' | 'seller'> {
  if (role === 'seller') return { buyer: MASKED_BUYER, seller: MARINA };
  return { buyer: MARINA, seller: isOpen(status) ? MASKED_SELLER : TIMOFEY };
}

function isOpen(status: DealPage['status']): boolean {
  return status === 'awaitingPayment' || status === 'inProgress';
}
