// Secrets for a bank, sealed so that no carrier can read them, each for its one purpose and subject.
import type { Intent } from '../../chaincode/protocol/intent.js';
import type { BankRow } from '../../chaincode/protocol/member.js';
import { seal, sealingContext, type SealingPurpose } from '../protocol/sealed-code.js';
import { BankNotPublished } from './errors.js';

/** The bank's row: its id, and the key that it has published, which the SDK takes from nowhere else. */
export type SealingBank = Pick<BankRow, 'id' | 'sealingKey'>;

/** The code that the payer's bank sent him for this payment. Rejects: BankNotPublished. */
export function sealPaymentCode(
  bank: SealingBank,
  of: { readonly payment: string; readonly code: string },
): Promise<string> {
  return sealFor(bank, { purpose: 'code', subject: of.payment, text: of.code });
}

/** The number of the account that a link shall stand for. Rejects: BankNotPublished. */
export function sealAccountNumber(
  bank: SealingBank,
  of: { readonly link: string; readonly account: string },
): Promise<string> {
  return sealFor(bank, {
    purpose: 'link',
    subject: of.link,
    text: JSON.stringify({ account: of.account }),
  });
}

/** The confirmation of a link with the code that its bank sent. Rejects: BankNotPublished. */
export function sealConfirmation(
  bank: SealingBank,
  of: {
    readonly link: string;
    readonly intent: Intent;
    readonly code: string;
    /** Of the code; needed at the web API, unknown at the admin API. */
    readonly challenge?: string;
  },
): Promise<string> {
  const text = JSON.stringify({ intent: of.intent, code: of.code });
  const { link: subject, challenge } = of;
  return sealFor(bank, {
    ...{ purpose: 'confirmation', subject, text },
    ...(challenge === undefined ? {} : { challenge }),
  });
}

/** `challenge`: of the code that is answered. Rejects: BankNotPublished. */
export async function sealFor(
  { id, sealingKey }: SealingBank,
  of: {
    readonly purpose: SealingPurpose;
    readonly subject: string;
    readonly challenge?: string;
    readonly text: string;
  },
): Promise<string> {
  if (sealingKey === null) throw new BankNotPublished(id);
  return seal(sealingKey, sealingContext(of.purpose, id, of.subject, of.challenge), of.text);
}
