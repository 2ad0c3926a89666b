// Rows that several rules of a deal read alike.
import type { ReservedPayment } from '../domain/payment/admission.js';
import type { MoneyGuard } from '../domain/deal/money-guard.js';
import type { Payout } from '../domain/payout/payout.js';
import type { InvitationRow, TermsRow } from '../protocol/deal.js';
import type { SharesRow } from '../protocol/offer.js';
import type { PaymentRow } from '../protocol/payment.js';
import type { AgreementWriter, OwnerRowReader, RowReader } from '../state/sessions.js';

/** What says whether the money of a deal may move now: no row yet, later those of a dispute. */
export function moneyGuard(_: RowReader, deal: string): MoneyGuard {
  return { deal, frozenBy: null };
}

/** The opening of the shares that the terms hide. */
export function sharesOf(rows: RowReader, terms: TermsRow | null): SharesRow | null {
  return terms === null ? null : rows.row('shares', terms.terms.offerTerms.sharesHash);
}

/** These payments with their admissions. */
export function reservedPayments(rows: RowReader, deal: string, ids: readonly string[]): ReservedPayment[] {
  return ids.map((id) => ({
    payment: rows.owned('payment', deal, id),
    admission: rows.row('admission', deal, id),
  }));
}

/** The invitation by which a payment was made; null: none, or there is no such payment. */
export function invitationOf(
  rows: RowReader,
  payment: Pick<PaymentRow, 'deal' | 'invitation'> | null,
): InvitationRow | null {
  const id = payment?.invitation ?? null;
  return id === null || payment === null ? null : rows.row('invitation', payment.deal, id);
}

/** The rows of a payout are created together. */
export async function savePayout(write: AgreementWriter, payout: Payout): Promise<void> {
  const { phase, plan, obligations, credits, shipment } = payout;
  write.put('phase', [phase.deal], phase);
  write.put('plan', [plan.deal], plan);
  for (const owed of obligations) write.put('obligation', [owed.deal, owed.payment, owed.payee], owed);
  for (const credit of credits) {
    await write.createOwned('credit', [credit.deal, credit.payment, credit.payee], credit);
  }
  await write.createOwned('shipment', [shipment.deal], shipment);
}

/** Own attestations, and those of correspondents for their own money. */
export function trustOf(rows: OwnerRowReader): (bank: string, msp: string) => boolean {
  const banks = rows.privateRow('correspondents', '')?.banks ?? [];
  return (bank, msp) => msp === rows.owner || banks.some((known) => known.bank === bank && known.msp === msp);
}
