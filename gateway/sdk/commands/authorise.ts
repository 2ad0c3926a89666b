// What a person signs and seals for a bank beside the ledger: the answer to a one-time code, and questions to the bank.
// Each request goes with its sealed text; no rule of the ledger accepts it.
import type { Intent } from '../../../chaincode/protocol/intent.js';
import { bodyHash, keyThumbprint } from '../../../chaincode/protocol/intent.js';
import type {
  AuthorisePurpose,
  AuthoriseRequest,
  BalanceAnswer,
  ParamsOf,
} from '../../protocol/authorise.js';
import {
  answerContext,
  makeAnswerKey,
  NO_CHALLENGE,
  open,
  type PlatformSealingKey,
  sealedHash,
  type SealingPurpose,
} from '../../protocol/sealed-code.js';
import { BankNotPublished } from '../errors.js';
import { newId } from '../ids.js';
import { sealFor, type SealingBank } from '../sealing.js';

/** To be signed with the link's key, and the text that goes with it. */
export interface SealedRequest<P extends AuthorisePurpose> {
  readonly request: AuthoriseRequest<P>;
  readonly sealed: string;
}

/** The code that the payer's bank sent for this payment; `challenge` as its authorisation names it. */
export async function authorisePayment(
  bank: SealingBank,
  of: { readonly payment: string; readonly challenge: string; readonly code: string },
): Promise<SealedRequest<'payment'>> {
  const { payment: subject, challenge, code: text } = of;
  const { sealed, sealing } = await sealedFor(bank, { purpose: 'code', subject, challenge, text });
  const params = {
    purpose: 'payment',
    bank: bank.id,
    subject,
    challenge,
    ...newAttempt(),
    ...sealing,
  } as const;
  return { request: requestOf<'payment'>(params), sealed };
}

/** The account that a link shall stand for: its bank sends the holder a code. */
export async function askLinkCode(
  bank: SealingBank,
  of: { readonly link: string; readonly account: string },
): Promise<SealedRequest<'link'>> {
  const { link: subject, account } = of;
  const text = JSON.stringify({ account });
  const asked = { purpose: 'link', subject, challenge: NO_CHALLENGE, text } as const;
  const { sealed, sealing } = await sealedFor(bank, asked);
  const params = {
    purpose: 'link',
    bank: bank.id,
    subject,
    challenge: null,
    ...newAttempt(),
    ...sealing,
  } as const;
  return { request: requestOf<'link'>(params), sealed };
}

/** Asks a bank for a code: again for a payment, or for the balance behind a link. */
export function askCode(
  bank: Pick<SealingBank, 'id'>,
  of: { readonly subject: string; readonly challenge: string | null },
): AuthoriseRequest<'resend'> {
  return requestOf<'resend'>({ purpose: 'resend', bank: bank.id, ...of, ...newAttempt() });
}

/** The code for a balance question; the answer comes sealed to a key that is made here and forgotten after it. */
export async function askBalance(
  bank: SealingBank,
  of: { readonly link: string; readonly challenge: string; readonly code: string },
): Promise<SealedRequest<'balance'> & { readonly answerKey: PlatformSealingKey }> {
  const { link: subject, challenge, code: text } = of;
  const answerKey = await makeAnswerKey();
  const { sealed, sealing } = await sealedFor(bank, { purpose: 'balance', subject, challenge, text });
  const params = {
    purpose: 'balance' as const,
    ...{ bank: bank.id, subject, challenge, answerKey: answerKey.publicKey },
    ...newAttempt(),
    ...sealing,
  };
  return { request: requestOf<'balance'>(params), sealed, answerKey };
}

/**
 * The bank's answer to the signed question, proved to be the bank's by the key that it has published.
 * Rejects: SealBroken, BankNotPublished.
 */
export async function openBalance(
  bank: SealingBank,
  of: { readonly answerKey: PlatformSealingKey; readonly question: Intent; readonly sealed: string },
): Promise<BalanceAnswer> {
  const { answerKey, question, sealed } = of;
  if (bank.sealingKey === null) throw new BankNotPublished(bank.id);
  const text = await open(answerKey, answerContext(bodyHash(question.body)), sealed, bank.sealingKey);
  return JSON.parse(text) as BalanceAnswer; // sealed by the bank itself
}

async function sealedFor(
  bank: SealingBank,
  of: {
    readonly purpose: SealingPurpose;
    readonly subject: string;
    readonly challenge: string;
    readonly text: string;
  },
) {
  if (bank.sealingKey === null) throw new BankNotPublished(bank.id);
  const sealed = await sealFor(bank, of);
  return { sealed, sealing: { sealingKey: keyThumbprint(bank.sealingKey), sealed: sealedHash(sealed) } };
}

function requestOf<P extends AuthorisePurpose>(params: ParamsOf<P>): AuthoriseRequest<P> {
  return { action: 'authorise', id: newId('intent'), params };
}

function newAttempt(): { readonly attempt: string } {
  return { attempt: newId('attempt') };
}
