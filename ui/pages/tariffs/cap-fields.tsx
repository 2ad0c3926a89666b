// How much the bank credits on another bank's word, by currency: fields of the form that publishes it.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CURRENCIES } from '../../../chaincode/protocol/currency.js';
import type { BankInfo } from '../../../gateway/protocol/api/consortium.js';
import { currencySign, readAmount, typedAmount } from '../../app/texts.js';
import { Field, Select } from '../../components/field.js';
import { useTexts } from '../../app/use-texts.js';

export type DebitCaps = BankInfo['debitCaps'];
export type CapFieldName = `cap${string}` | 'otherCurrency' | 'otherCap';

const USUAL_CURRENCY = 'RUB';
const NO_OTHER = '';

/** Those that are published, and the usual one. */
function fieldsOf(published: DebitCaps): readonly string[] {
  return [...new Set([USUAL_CURRENCY, ...Object.keys(published)])].sort();
}

/** What was typed, or the faulty fields. An empty one is no cap: nothing is credited in that currency. */
export function readCaps(
  published: DebitCaps,
  typed: (name: CapFieldName) => string,
): { readonly caps: { readonly [currency: string]: string } } | { readonly faulty: readonly CapFieldName[] } {
  const other = typed('otherCurrency');
  const entries: readonly { readonly name: CapFieldName; readonly currency: string }[] = [
    ...fieldsOf(published).map((currency) => ({ name: `cap${currency}` as const, currency })),
    ...(other === NO_OTHER ? [] : [{ name: 'otherCap' as const, currency: other }]),
  ];
  const read = entries
    .filter(({ name }) => typed(name) !== '')
    .map(({ name, currency }) => ({ name, currency, amount: readAmount(typed(name), currency) }));
  const faulty = read.filter(({ amount }) => amount === null).map(({ name }) => name);
  if (faulty.length > 0) return { faulty };
  return { caps: Object.fromEntries(read.map(({ currency, amount }) => [currency, amount ?? '0'])) };
}

interface CapFieldsProps {
  readonly published: DebitCaps;
  readonly faultOf: (name: CapFieldName) => string | null;
}

export function CapFields({ published, faultOf }: CapFieldsProps): ReactNode {
  const { t } = useTranslation();
  const { language } = useTexts();
  const shown = fieldsOf(published);
  const others = CURRENCIES.filter((currency) => !shown.includes(currency));
  const usual = { inputMode: 'decimal', autoComplete: 'off', className: 'amount' } as const;
  return (
    <fieldset className="grid gap-5">
      <legend className="font-semibold">{t('tariffs.caps')}</legend>
      <p className="hint">{t('tariffs.capsAbout')}</p>
      {shown.map((currency) => (
        <Field
          key={currency}
          {...usual}
          label={t('tariffs.cap', { currency })}
          hint={t('tariffs.capHint')}
          name={`cap${currency}`}
          unit={currencySign(currency, language)}
          defaultValue={capText(published[currency], currency, language)}
          fault={faultOf(`cap${currency}`)}
        />
      ))}
      <Select
        label={t('tariffs.otherCurrency')}
        name="otherCurrency"
        defaultValue={NO_OTHER}
        choices={[
          { value: NO_OTHER, words: t('tariffs.noOther') },
          ...others.map((code) => ({ value: code, words: code })),
        ]}
      />
      <Field {...usual} label={t('tariffs.otherCap')} name="otherCap" fault={faultOf('otherCap')} />
    </fieldset>
  );
}

function capText(
  cap: string | undefined,
  currency: string,
  language: Parameters<typeof typedAmount>[2],
): string {
  return cap === undefined ? '' : typedAmount(cap, currency, language);
}
