// The worked example as the seller's bank sees it once Bank A has captured its payment: what it proves before it
// credits.
import type { CreditInput } from '../../../chaincode/domain/payout/crediting.js';
import type { AllocationItem, PaymentRow } from '../../../chaincode/protocol/payment.js';
import type { CreditRow } from '../../../chaincode/protocol/payout.js';
import { allocationOf, planOf } from '../../../chaincode/protocol/plan.js';
import { workedPayees, workedSharesRow } from '../protocol/worked-example.js';
import { COMMISSION_LINK, DEAL, FREE_MONEY, owned } from './deal-rows.js';
import {
  ALICES_LINK_A,
  bankA,
  knownBanks,
  LISTING_USED_INTENT,
  PAYMENT_1,
  PAYMENT_2,
  PURCHASE_USED_INTENT,
  SELLERS_LINK,
  signedTermsRow,
  USED_INTENT_1,
} from './signed-deal.js';

const PLAN = planOf([PAYMENT_1, PAYMENT_2], workedPayees());

/** Payment 1 as Bank A has captured it, all of it for the seller. */
export function captured(allocation: AllocationItem[] = allocationOf(PLAN, PAYMENT_1.id)): PaymentRow {
  return { ...PAYMENT_1, status: 'captured', allocation };
}

/** The seller's part of payment 1, due at Bank B. */
export function dueCredit(changes: Partial<CreditRow> = {}): CreditRow {
  const item = { payee: 'seller', purpose: 'price', link: SELLERS_LINK.id, bank: '20' } as const;
  const of = { v: 1, deal: DEAL, payment: PAYMENT_1.id, owner: 'BankBMSP', currency: 'RUB' } as const;
  return { ...of, ...item, amount: '500000', status: 'due', ...changes };
}

/** Bank B credits its customer on the word of Bank A. */
export function crediting(changes: Partial<CreditInput> = {}): CreditInput {
  return {
    ...{ channel: 'escrow', owner: 'BankBMSP', deal: DEAL, payment: PAYMENT_1.id, guard: FREE_MONEY },
    credit: owned(dueCredit()),
    paidPayment: owned(captured()),
    dealProof: {
      ...{ terms: signedTermsRow(), shares: workedSharesRow() },
      ...{ listing: LISTING_USED_INTENT, purchase: PURCHASE_USED_INTENT },
      buyersLink: owned(ALICES_LINK_A),
      sellersLink: owned(SELLERS_LINK),
      commissionsLink: owned(COMMISSION_LINK),
    },
    payersProof: { usedIntent: USED_INTENT_1, link: owned(ALICES_LINK_A), invitation: null },
    creditedDeal: null,
    exposure: null,
    bank: owned(bankA({ id: '20', owner: 'BankBMSP', debitCaps: { RUB: '500000' } })),
    trusts: knownBanks,
    ...changes,
  };
}
