// How much a bank credits on another bank's word before that bank has settled: up to the cap that it has published in
// the currency. A settlement takes what was settled off `used`; until there is one, a higher cap makes room.
import type { Amount } from '../../protocol/forms.js';
import type { BankRow } from '../../protocol/member.js';
import { RuleViolation } from '../../protocol/violation.js';
import type { ExposureRow } from '../account/private-rows.js';

/** What a bank is about to credit on the word of `bank`. */
export interface CreditOnWord {
  readonly bank: string;
  readonly currency: string;
  readonly amount: Amount;
}

/** The same for each pair of bank and currency; an id holds no account and no customer. */
export function exposureId({ bank, currency }: Pick<CreditOnWord, 'bank' | 'currency'>): string {
  return `${bank}/${currency}`;
}

/** Rejects: CAP_REACHED; nothing is spent then. */
export function spendCap(
  { bank, currency, amount }: CreditOnWord,
  found: ExposureRow | null,
  { debitCaps }: Pick<BankRow, 'debitCaps'>,
): ExposureRow {
  const used = BigInt(found?.used ?? '0') + BigInt(amount);
  const cap = debitCaps[currency] ?? '0';
  if (used > BigInt(cap)) {
    throw new RuleViolation('CAP_REACHED', { bank, currency, found: used.toString(), most: cap });
  }
  return { v: 1, bank, currency, used: used.toString() };
}
