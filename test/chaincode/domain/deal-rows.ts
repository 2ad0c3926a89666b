// Rows of the worked example as the domain takes them, without signatures.
import type { MoneyGuard } from '../../../chaincode/domain/deal/money-guard.js';
import type { Owned } from '../../../chaincode/protocol/owned.js';
import type { Intent } from '../../../chaincode/protocol/intent.js';
import type { AdmissionRow, PaymentRow } from '../../../chaincode/protocol/payment.js';
import type { LinkRow } from '../../../chaincode/protocol/account.js';
import type { PhaseRow, ReservationRow, TermsRow } from '../../../chaincode/protocol/deal.js';
import type { ShipmentRow } from '../../../chaincode/protocol/shipment.js';
import type { StockRow } from '../../../chaincode/protocol/offer.js';
import { termsHash } from '../../../chaincode/protocol/terms.js';
import { BOUGHT_AT, workedDealTerms } from '../protocol/worked-example.js';

export const DEAL = 'deal_00000001';
export const THUMBPRINT = 'a'.repeat(64);

export const owned = <R>(row: R): Owned<R> => ({ row, attested: true });
/** A row that its owner does not vouch for. */
export const forged = <R>(row: R): Owned<R> => ({ row, attested: false });

export function unsignedIntent(id: string, person: string, action: string): Intent {
  const body = { version: 1, channel: 'escrow', id, person, action, params: {}, expiresAt: 0 } as const;
  return { body, key: '', signature: '' };
}

export function termsRow(changes: Partial<ReturnType<typeof workedDealTerms>> = {}): TermsRow {
  const terms = { ...workedDealTerms(), ...changes };
  return {
    v: 1,
    deal: DEAL,
    terms,
    termsHash: termsHash(terms),
    listing: 'listing_00000001',
    buyersLink: link({ id: terms.buyerLink, person: terms.buyer }),
    sellersLink: SELLER_LINK,
    commissionsLink: COMMISSION_LINK,
  };
}

export function phase(status: PhaseRow['status']): PhaseRow {
  return { v: 1, deal: DEAL, status, at: BOUGHT_AT, cancelledBy: null };
}

export function link(changes: Partial<LinkRow> = {}): LinkRow {
  return {
    v: 1,
    id: 'link_alice000',
    owner: 'BankAMSP',
    bank: '10',
    person: 'person_alice000',
    currency: 'RUB',
    keyThumbprint: THUMBPRINT,
    status: 'active',
    ...changes,
  };
}

export const SELLER_LINK = link({
  id: 'link_seller00',
  owner: 'BankBMSP',
  bank: '20',
  person: 'person_bob00000',
});
export const COMMISSION_LINK = link({ id: 'link_market00', person: 'person_admin000' });

/** The money of the worked deal may move. */
export const FREE_MONEY: MoneyGuard = { deal: DEAL, frozenBy: null };
/** The money of the worked deal must stay where it is. */
export const FROZEN_MONEY: MoneyGuard = { deal: DEAL, frozenBy: 'dispute' };

/** Payment 1 of the worked example, 5 000.00 from Bank A with 75.00 fee, arrived a minute after the purchase. */
export function payment(changes: Partial<PaymentRow> = {}): PaymentRow {
  const id = changes.id ?? 'payment_00000001';
  return {
    v: 1,
    id,
    deal: DEAL,
    owner: 'BankAMSP',
    bank: '10',
    status: 'submitted',
    payer: 'person_alice000',
    link: 'link_alice000',
    currency: 'RUB',
    amount: '500000',
    fee: '7500',
    arrivedAt: BOUGHT_AT + 60_000,
    termsHash: termsHash(workedDealTerms()),
    invitation: null,
    allocation: null,
    ...changes,
  };
}

/** Payment 2 of the worked example: 7 400.00 from Bank B, no fee. */
export function payment2(changes: Partial<PaymentRow> = {}): PaymentRow {
  const own = { id: 'payment_00000002', owner: 'BankBMSP', bank: '20', amount: '740000', fee: '0' };
  return payment({ ...own, arrivedAt: BOUGHT_AT + 61_000, ...changes });
}

export function admissionRow(
  of: PaymentRow,
  status: AdmissionRow['status'],
  answerBy = BOUGHT_AT + 70_000,
): AdmissionRow {
  return { v: 1, payment: of.id, deal: DEAL, status, answerBy, reason: null };
}

export function reservation(payments: readonly string[], released = false): ReservationRow {
  return { v: 1, deal: DEAL, offer: 'offer_00000001', payments, released };
}

export function stock(available: number, taken = 0): StockRow {
  return { v: 1, offer: 'offer_00000001', total: available + taken, available, taken };
}

export function shipment(changes: Partial<ShipmentRow> = {}): ShipmentRow {
  return { v: 1, deal: DEAL, owner: 'CourierMSP', status: 'announced', h1: null, ...changes };
}
