// Where the money of a deal is: each payment's place, and the sums of the money strip.
import { attestedOrNull } from '../../chaincode/protocol/owned.js';
import type { AdmissionRow, PaymentRow } from '../../chaincode/protocol/payment.js';
import type { DealView } from '../../chaincode/protocol/queries.js';
import type { DealTerms } from '../../chaincode/protocol/deal.js';
import type { DealPage, PaymentInfo } from '../protocol/api/deals.js';

export type PaymentView = DealView['payments'][number];

/** Payments that their bank stands behind, one for each id, in the order of arrival. */
export function shownPayments({ payments }: Pick<DealView, 'payments'>): readonly PaymentView[] {
  const shown = new Map<string, PaymentView>();
  for (const payment of payments) if (payment.attested) shown.set(payment.row.id, payment);
  return [...shown.values()].sort(
    (left, right) => left.row.arrivedAt - right.row.arrivedAt || (left.row.id < right.row.id ? -1 : 1),
  );
}

export function placeOf({ status }: PaymentRow, admission: AdmissionRow | null): PaymentInfo['place'] {
  switch (status) {
    case 'submitted':
      if (admission === null) return 'asked';
      return admission.status === 'admitted' ? 'admitted' : 'refused';
    case 'held':
    case 'captured':
    case 'late':
      return status;
    case 'rejected':
      return 'refused';
    case 'voided':
      return 'returned';
  }
}

/** What the viewer may know of where the money went. */
export type PaidOutShown =
  /** To the seller: what he received. */
  | 'seller'
  /** To everybody else: all or nothing, since a part would show how the price is shared. */
  | 'whole';

export function moneyOf(view: DealView, terms: DealTerms, shown: PaidOutShown): DealPage['money'] {
  const { price, currency, sellerBank } = terms.offerTerms;
  const payments = shownPayments(view).map(({ row, admission }) => ({
    amount: BigInt(row.amount),
    place: placeOf(row, admission),
  }));
  const at = (...places: readonly PaymentInfo['place'][]): bigint =>
    payments.reduce((sum, { amount, place }) => (places.includes(place) ? sum + amount : sum), 0n);
  const counted = at('asked', 'admitted', 'held', 'captured');
  const missing = BigInt(price) - counted;
  return {
    price,
    currency,
    asked: at('asked', 'admitted').toString(),
    held: at('held').toString(),
    captured: at('captured').toString(),
    credited: credited(view, price, shown),
    returned: at('returned').toString(),
    missing: (missing < 0n ? 0n : missing).toString(),
    payeeBank: sellerBank,
  };
}

function credited({ credits, plan }: DealView, price: string, shown: PaidOutShown): string {
  const done = credits.flatMap((credit) => {
    const row = attestedOrNull(credit);
    return row?.status === 'credited' ? [row] : [];
  });
  if (shown === 'whole') return plan !== null && done.length === plan.items.length ? price : '0';
  const own = done.filter(({ payee }) => payee === 'seller');
  return own.reduce((sum, { amount }) => sum + BigInt(amount), 0n).toString();
}
