// What payers and holders of accounts ask at a marketplace and it carries to their banks.
import type { OwnLinks } from '../../../accounts/own-links.js';
import type { OwnPayments } from '../../../payments/own-payments.js';
import type { HandlersOf } from '../binding.js';

/** Endpoints that `payerHandlers` serves. */
export type PayerEndpoint =
  | 'getQuote'
  | 'submitPayment'
  | 'getAuthorisation'
  | 'authorisePayment'
  | 'resendCode'
  | 'sendLinkCode'
  | 'confirmLink'
  | 'askBalanceCode'
  | 'askBalance';

export function payerHandlers(of: {
  readonly payments: OwnPayments;
  readonly links: OwnLinks;
  /** What submits the payment itself. */
  readonly submit: HandlersOf<'submitPayment'>['submitPayment'];
}): HandlersOf<PayerEndpoint> {
  const { payments, links, submit } = of;
  return {
    submitPayment: (input, context) => {
      const person = context.viewer.person.id;
      const link = input.body.intent.body.params['link'];
      // While the payment is on its way to the ledger, where the bank sees it; a bank that is away holds nobody up.
      if (typeof link === 'string') void payments.nameSeller({ deal: input.path.deal, link, person });
      return submit(input, context);
    },
    getQuote: ({ path, query }, { viewer }) =>
      payments.quote({ person: viewer.person.id, ...path, ...query }),
    getAuthorisation: ({ path }, { viewer }) => payments.authorisation({ person: viewer.person.id, ...path }),
    authorisePayment: ({ path, body }, { viewer }) =>
      payments.authorise({ person: viewer.person.id, ...path, ...body }),
    resendCode: ({ path, body }, { viewer }) =>
      payments.sendCodeAgain({ person: viewer.person.id, ...path, ...body }),
    sendLinkCode: ({ path, body }, { viewer }) =>
      links.sendCode({ person: viewer.person.id, ...path, ...body }),
    confirmLink: ({ path, body }, { viewer }) =>
      links.confirm({ person: viewer.person.id, ...path, ...body }),
    askBalanceCode: ({ path, body }, { viewer }) =>
      links.askBalanceCode({ person: viewer.person.id, ...path, ...body }),
    askBalance: async ({ path, body }, { viewer }) => ({
      sealed: await links.askBalance({ person: viewer.person.id, ...path, ...body }),
    }),
  };
}
