// Receipts of deals for their parties, and what this member says of one that somebody shows.
import type { Clock } from '../../../clock.js';
import { MOST_INTENTS, MOST_ROWS, type receiptEndpoints } from '../../../protocol/api/receipts.js';
import { checkReceipt } from '../../../receipts/receipt-check.js';
import type { MemberSigner, SignatureChecker } from '../../../receipts/member-signatures.js';
import { Refused } from '../../../refused.js';
import type { DealReads } from '../../../store/deal-reads.js';
import type { LedgerReads } from '../../../store/ledger-reads.js';
import { receiptOf } from '../../../views/receipt.js';
import type { Names } from '../../../views/viewer.js';
import type { HandlersOf } from '../binding.js';
import { found, observer } from './answers.js';
import { peopleOf, seenDeal } from './deals.js';

export interface ReceiptHandlersOptions {
  /** MSP id of this member. */
  readonly member: string;
  readonly channel: string;
  readonly ledger: LedgerReads;
  readonly deals: DealReads;
  readonly names: (people: readonly string[]) => Promise<Names>;
  readonly sign: MemberSigner;
  readonly isSigned: SignatureChecker;
  readonly clock: Clock;
}

export function receiptHandlers(options: ReceiptHandlersOptions): HandlersOf<keyof typeof receiptEndpoints> {
  const { member, channel, ledger, deals, names, sign, isSigned, clock } = options;
  return {
    getReceipt: async ({ path: { deal } }, context) => {
      const viewer = observer(context.viewer);
      const seen = seenDeal(await deals.find(deal));
      const beside = seen.view.terms?.listing ?? deal;
      const intents = await ledger.intentsOf(viewer.person, { deal, beside });
      const versions = await ledger.versions(deal);
      const sources = { channel, seen, versions, intents, now: clock.now() };
      const receipt = found(receiptOf(sources, viewer, await names(peopleOf(seen))));
      if (receipt.rows.length > MOST_ROWS || receipt.intents.length > MOST_INTENTS) {
        throw new Refused('RECEIPT_TOO_LONG', { found: receipt.rows.length, most: MOST_ROWS });
      }
      return { receipt, signature: sign(receipt) };
    },
    verifyReceipt: async ({ body }) => {
      const check = await checkReceipt({ member, channel, ledger, isSigned }, body, clock.now());
      return { check, signature: sign(check) };
    },
  };
}
