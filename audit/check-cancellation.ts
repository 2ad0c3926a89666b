// A deal counts as cancelled by the buyer or the seller only if that person signed so, while it was open.
import type { PhaseRow, TermsRow } from '../chaincode/protocol/deal.js';
import { type Intent, keyThumbprint } from '../chaincode/protocol/intent.js';
import { isSigned } from '../chaincode/signatures/intent-signatures.js';
import type { CheckScope } from './check.js';
import type { EscrowTransaction, RowWrite } from './escrow-transaction.js';

/** Null: nobody cancelled the deal, or who did signed it in this transaction or is named as before. */
export function cancellationFault(
  { before, after }: RowWrite<'phase'>,
  transaction: EscrowTransaction,
  { ledger }: Pick<CheckScope, 'ledger'>,
): string | null {
  const { deal, status, cancelledBy } = after;
  if (cancelledBy === null) return status === 'cancelled' ? 'cancelled by nobody' : null;
  if (status !== 'cancelled' && status !== 'expired') return `${status} though it was cancelled`;
  if (before !== null && before.cancelledBy === cancelledBy) return null;
  const terms = ledger.row('terms', deal);
  const isSaid = transaction.commands.some(
    ({ intent }) => terms !== null && intent !== undefined && isWordOf(cancelledBy, intent, terms),
  );
  return isSaid ? null : `cancelled without the signature of the ${cancelledBy}`;
}

/** The party's own word on just these terms, with the key of the link that the deal keeps. */
function isWordOf(
  party: NonNullable<PhaseRow['cancelledBy']>,
  { body, key, ...signed }: Intent,
  { deal, termsHash, buyersLink, sellersLink }: TermsRow,
): boolean {
  const { person, keyThumbprint: needed } = party === 'buyer' ? buyersLink : sellersLink;
  const { action, params } = body;
  const isThis = action === 'cancelDeal' && params['deal'] === deal && params['termsHash'] === termsHash;
  return (
    isThis && body.person === person && keyThumbprint(key) === needed && isSigned({ body, key, ...signed })
  );
}
