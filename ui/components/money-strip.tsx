// The money strip: payer's banks, held, courier, seller's bank, and where the money is between them right now.
import type { CSSProperties, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { DealListItem } from '../../gateway/protocol/api/deals.js';
import { useBankName } from '../app/gateway.js';
import { useTexts } from '../app/use-texts.js';
import { Amount } from './amount.js';
import { Icon, type IconName } from './icon.js';
import {
  type Line,
  type Part,
  smallStretches,
  type Station,
  type StationName,
  stationsOf,
  type StripDeal,
} from './money-stations.js';

const SIGNS = { payer: 'bank', held: 'lock', courier: 'truck', payee: 'shop' } as const satisfies {
  readonly [S in StationName]: IconName;
};

export function MoneyStrip({ deal }: { readonly deal: StripDeal }): ReactNode {
  const { t } = useTranslation();
  const stations = stationsOf(deal);
  return (
    <figure className="card p-5 sm:p-6" aria-label={t('strip.label')}>
      <div className="strip">
        {stations.map((station, index) => (
          <StationView
            key={station.name}
            station={station}
            deal={deal}
            isLast={index === stations.length - 1}
          />
        ))}
      </div>
    </figure>
  );
}

interface StationProps {
  readonly station: Station;
  readonly deal: StripDeal;
  readonly isLast: boolean;
}

function StationView({ station, deal, isLast }: StationProps): ReactNode {
  const { name, at, lines, rail } = station;
  return (
    <div className="strip-station">
      <span className={`strip-node ${at === null ? '' : `at-${at}`}`} aria-hidden="true">
        <Icon name={at === 'done' || at === 'paid' ? 'check' : SIGNS[name]} size={19} />
      </span>
      {!isLast && <Rail parts={rail} className="strip-rail" />}
      <StationName name={name} deal={deal} />
      <StationLines lines={lines} currency={deal.money.currency} />
    </div>
  );
}

/** The banks that payments come from, or the payee's; else what the station is called. */
function StationName({ name, deal }: { readonly name: StationName; readonly deal: StripDeal }): ReactNode {
  const { t } = useTranslation();
  const bankName = useBankName();
  const payers = [...new Set(deal.payments.filter((p) => p.place !== 'refused').map(({ bank }) => bank))];
  const banks = name === 'payer' ? payers : name === 'payee' ? [deal.money.payeeBank] : [];
  return (
    <p className="text-sm">
      <span className="font-semibold">{t(`strip.${name}`)}</span>
      {banks.length > 0 && <span className="block text-quiet">{banks.map(bankName).join(', ')}</span>}
    </p>
  );
}

function StationLines({
  lines,
  currency,
}: {
  readonly lines: readonly Line[];
  readonly currency: string;
}): ReactNode {
  const { t } = useTranslation();
  const bankName = useBankName();
  const isSplit = new Set(lines.map(({ bank }) => bank)).size > 1;
  return (
    <ul className="mt-1 grid gap-1 text-sm">
      {lines.map(({ words, amount, bank }, index) => (
        <li key={index}>
          {amount !== null && (
            <span className="block font-semibold">
              <Amount of={amount} currency={currency} />
            </span>
          )}
          <span className="text-quiet">
            {t(`strip.line.${words}`)}
            {isSplit && bank !== null && ` · ${bankName(bank)}`}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Rail({
  parts,
  className = '',
}: {
  readonly parts: readonly Part[];
  readonly className?: string;
}): ReactNode {
  return (
    <span className={className} aria-hidden="true">
      {parts.map(({ share, tint }, index) => (
        <span key={index} className={`strip-part is-${tint}`} style={{ '--share': share } as CSSProperties} />
      ))}
    </span>
  );
}

/** For lists: the three stretches alone, with their text for those who do not see them. */
export function SmallMoneyStrip({
  deal,
}: {
  readonly deal: Pick<DealListItem, 'money' | 'status'>;
}): ReactNode {
  return (
    <span>
      <span className="strip-small" aria-hidden="true">
        {smallStretches(deal).map((parts, index) => (
          <Rail key={index} parts={parts} />
        ))}
      </span>
      <span className="sr-only">
        <MoneyWords deal={deal} />
      </span>
    </span>
  );
}

/** The strip in words. */
function MoneyWords({ deal }: { readonly deal: Pick<DealListItem, 'money'> }): ReactNode {
  const { t } = useTranslation();
  const { money } = useTexts();
  const { currency, ...sums } = deal.money;
  const said = (['held', 'asked', 'missing', 'captured', 'returned'] as const).filter(
    (name) => sums[name] !== '0',
  );
  return said.map((name) => t(`strip.said.${name}`, { amount: money(sums[name], currency) })).join(' ');
}
