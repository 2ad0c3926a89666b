// What each endpoint of a bank's partner door does, by the nouns that do it.
import { isDisplayName } from '../../../chaincode/protocol/display-name.js';
import type { BalanceQuestions } from '../../accounts/balance-questions.js';
import type { CustomerLinks } from '../../accounts/customer-links.js';
import type { PaymentAuthorisations } from '../../payments/authorisations.js';
import type { PartnerReads } from '../../payments/partner-reads.js';
import type { SellerNames } from '../../payments/payee-names.js';
import { type ApiCode } from '../../protocol/problem-codes.js';
import { Refused } from '../../refused.js';
import type { BankEndpointName } from '../../protocol/partner/endpoints.js';
import type { PartnerHandlers } from './partner-app.js';

export interface BankHandlersOptions {
  readonly links: CustomerLinks;
  readonly authorisations: PaymentAuthorisations;
  readonly balances: BalanceQuestions;
  readonly reads: PartnerReads;
  readonly sellers: SellerNames;
}

const LONGEST_NAME = 100;

export function bankHandlers(options: BankHandlersOptions): PartnerHandlers<BankEndpointName> {
  const { links, authorisations, balances, reads, sellers } = options;
  return {
    askLinkCode: (partner, { path, body }) => links.ask({ partner, link: path.link, ...body }),
    confirmLink: async (partner, { path: { link }, body }) => {
      const outcome = await links.confirmAsked({ partner, link, sealed: body.sealed });
      if (!outcome.ok) throw new Refused(outcome.code as ApiCode); // the ledger's own codes
      return { link, status: 'active', txId: outcome.txId };
    },
    authorise: (partner, { body: { refundKey = null, ...attempt } }) =>
      authorisations.authorise({ partner, refundKey, ...attempt }),
    getAuthorisation: (partner, { path, query }) =>
      authorisations.authorisation({ partner, deal: query.deal, payment: path.subject }),
    sendCode: (partner, { body: { deal, intent } }) =>
      deal === undefined
        ? balances.sendCode({ partner, intent })
        : authorisations.sendAgain({ partner, deal, intent }),
    askBalance: async (partner, { body }) => ({ sealed: await balances.answer({ partner, ...body }) }),
    getQuote: (_partner, { query }) => reads.quote(query),
    getPayment: (partner, { path, query }) =>
      reads.payment({ partner, deal: query.deal, payment: path.payment }),
    listOperations: async (partner, { path: { deal } }) => ({
      items: [...(await reads.operations({ partner, deal }))],
    }),
    listWaitingCredits: async (partner, { path: { deal } }) => ({
      items: [...(await reads.heldBack({ partner, deal }))],
    }),
    nameParties: async (partner, { path: { deal }, body: { seller } }) => {
      if (!isDisplayName(seller, LONGEST_NAME)) throw new Refused('BAD_INPUT', { where: 'body.seller' });
      await reads.requireDealOf(partner, deal);
      sellers.keep(deal, seller);
      return null;
    },
  };
}
