// Payouts in the lanes of payees' banks and couriers: credits that the plan names, parcels that were paid.
import { provenSum } from '../chaincode/protocol/deal-state.js';
import { recipientCodeH2 } from '../chaincode/protocol/recipient-code.js';
import { firstBroken, sameJson, writesOf, type CheckScope } from './check.js';
import type { EscrowTransaction, LedgerRows, RowWrite } from './escrow-transaction.js';

const NEEDED = {
  credits: 'what the plan names, credited once captured',
  shipments: 'a parcel of the courier in the terms, accepted once paid, delivered by the code',
} as const;

export function checkPayout(transaction: EscrowTransaction, { findings, ledger }: CheckScope): void {
  const checks: readonly (readonly [keyof typeof NEEDED, string, string | null])[] = [
    ...writesOf(transaction, 'credit').map(
      (write) => ['credits', write.key, creditFault(write, ledger)] as const,
    ),
    ...writesOf(transaction, 'shipment').map(
      (write) => ['shipments', write.key, shipmentFault(write, ledger)] as const,
    ),
  ];
  for (const [check, key, fault] of checks) {
    findings.expect(check, transaction.place, fault === null, () => ({
      found: `${key}: ${fault ?? ''}`,
      needed: NEEDED[check],
    }));
  }
}

/** Created by an agreement, of which the replay says that it is due. */
function creditFault({ before, after }: RowWrite<'credit'>, ledger: LedgerRows): string | null {
  const { deal, payment, status } = after;
  return firstBroken(
    [() => before !== null && sameJson({ ...before, status }, after), 'another credit than was due'],
    [
      () => ledger.attested('payment', deal, payment)?.status === 'captured',
      'credited before it was captured',
    ],
  );
}

/** Accepted once the price is held for it, delivered with the code whose hash the buyer signed. */
function shipmentFault({ before, after }: RowWrite<'shipment'>, ledger: LedgerRows): string | null {
  const { deal, status, h1 } = after;
  const terms = ledger.row('terms', deal)?.terms;
  return firstBroken(
    [
      () => before !== null && sameJson({ ...before, status, h1 }, after),
      'another parcel than was announced',
    ],
    [() => status !== 'accepted' || isPriceHeld(deal, ledger), 'accepted before it was paid'],
    [
      () => status !== 'delivered' || recipientCodeH2(h1 ?? '') === terms?.recipientCodeHash,
      "delivered without the recipient's code",
    ],
  );
}

/** Whether the planned payments are held, or paid out, for the very terms of the deal. */
function isPriceHeld(deal: string, ledger: LedgerRows): boolean {
  const terms = ledger.row('terms', deal);
  const planned = new Set(ledger.row('plan', deal)?.items.map(({ payment }) => payment));
  const payments = [...planned].map((id) => {
    const row = ledger.attested('payment', deal, id);
    return row === null ? null : { row, attested: true };
  });
  if (terms === null) return false;
  return provenSum({ terms, payments, trusts: () => true }) === BigInt(terms.terms.offerTerms.price);
}
