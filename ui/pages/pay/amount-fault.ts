// Which amounts may be paid into a deal, or be the most that somebody else may pay.
import { useTranslation } from 'react-i18next';
import type { DealPage } from '../../../gateway/protocol/api/deals.js';
import { readAmount } from '../../app/texts.js';
import { useTexts } from '../../app/use-texts.js';

/** The smallest part, or what is missing if that is less. */
export function leastOf({ terms, money }: DealPage): string {
  const { minimumPart } = terms.offerTerms;
  return BigInt(minimumPart) < BigInt(money.missing) ? minimumPart : money.missing;
}

/** Why an amount cannot be paid; null: it can. */
export function useAmountFault(deal: DealPage): (typed: string) => string | null {
  const { t } = useTranslation();
  const { money } = useTexts();
  const { currency, missing } = deal.money;
  return (typed) => {
    const amount = readAmount(typed, currency);
    if (amount === null || amount === '0') return t('pay.fault.form');
    if (BigInt(amount) > BigInt(missing)) return t('pay.fault.most', { most: money(missing, currency) });
    const least = leastOf(deal);
    return BigInt(amount) < BigInt(least) ? t('pay.fault.least', { least: money(least, currency) }) : null;
  };
}
