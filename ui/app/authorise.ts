// Questions to a bank that a payer or holder signs, and the secrets that go with them, sealed so that no carrier reads
// them.
import type { BankInfo } from '../../gateway/protocol/api/consortium.js';
import type { Authorisation } from '../../gateway/protocol/api/payments.js';
import type { BalanceAnswer } from '../../gateway/protocol/authorise.js';
import { confirmLink } from '../../gateway/sdk/commands/accounts.js';
import * as questions from '../../gateway/sdk/commands/authorise.js';
import { sealConfirmation } from '../../gateway/sdk/sealing.js';
import { callOf } from './answers.js';
import type { PersonSession } from './session.js';

export interface PaymentCode {
  readonly bank: BankInfo;
  readonly deal: string;
  readonly payment: string;
  /** Of the code that is answered; null: none was sent. */
  readonly challenge: string | null;
  readonly code: string;
}

export async function authorisePayment(session: PersonSession, of: PaymentCode): Promise<Authorisation> {
  const { bank, deal, payment, challenge, code } = of;
  const answer = { payment, challenge: challenge ?? '', code };
  const { request, sealed } = await questions.authorisePayment(bank, answer);
  const intent = await session.sign(request);
  return callOf(session.api)('authorisePayment', { path: { deal, payment }, body: { intent, sealed } });
}

export async function resendCode(
  session: PersonSession,
  of: Pick<PaymentCode, 'bank' | 'deal' | 'payment' | 'challenge'>,
): Promise<Authorisation> {
  const { bank, deal, payment, challenge } = of;
  const intent = await session.sign(questions.askCode(bank, { subject: payment, challenge }));
  return callOf(session.api)('resendCode', { path: { deal, payment }, body: { intent } });
}

/** Names the account to its bank, sealed; the bank sends its holder a code, if there is such an account. */
export async function askLinkCode(
  session: PersonSession,
  of: { readonly bank: BankInfo; readonly link: string; readonly account: string },
): Promise<Authorisation> {
  const { bank, link, account } = of;
  const { request, sealed } = await questions.askLinkCode(bank, { link, account });
  const intent = await session.sign(request);
  return callOf(session.api)('sendLinkCode', { path: { link }, body: { intent, sealed } });
}

export async function confirmLinkByCode(
  session: PersonSession,
  of: {
    readonly bank: BankInfo;
    readonly link: string;
    readonly account: string;
    readonly challenge: string | null;
    readonly code: string;
  },
) {
  const { bank, link, account, challenge, code } = of;
  const intent = await session.sign(confirmLink({ link, account, code }));
  const sealed = await sealConfirmation(bank, {
    ...{ link, intent, code },
    ...(challenge === null ? {} : { challenge }),
  });
  return callOf(session.api)('confirmLink', { path: { link }, body: { sealed } });
}

/** Has the bank send the code of a balance question. */
export async function askBalanceCode(
  session: PersonSession,
  of: { readonly bank: BankInfo; readonly link: string },
): Promise<Authorisation> {
  const { bank, link } = of;
  const intent = await session.sign(questions.askCode(bank, { subject: link, challenge: null }));
  return callOf(session.api)('askBalanceCode', { path: { link }, body: { intent } });
}

/** The bank's answer, sealed to a key that is made here and forgotten. */
export async function askBalance(
  session: PersonSession,
  of: {
    readonly bank: BankInfo;
    readonly link: string;
    readonly challenge: string;
    readonly code: string;
  },
): Promise<BalanceAnswer> {
  const { bank, link, challenge, code } = of;
  const { request, sealed, answerKey } = await questions.askBalance(bank, { link, challenge, code });
  const question = await session.sign(request);
  const body = { intent: question, sealed };
  const answer = await callOf(session.api)('askBalance', { path: { link }, body });
  return questions.openBalance(bank, { answerKey, question, sealed: answer.sealed });
}
