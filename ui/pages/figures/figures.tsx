// All deals together, for the marketplace's staff: turnover, money held, how far deals come, how long money waits. Days
// are days of UTC.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Figures as FiguresInfo } from '../../../gateway/protocol/api/figures.js';
import { useAnswer } from '../../app/answers.js';
import { useTexts } from '../../app/use-texts.js';
import { Amount } from '../../components/amount.js';
import { Chart, Steps } from '../../components/chart.js';
import { Loaded } from '../../components/loaded.js';
import { Page, Section } from '../../components/page.js';
import { Table } from '../../components/table.js';
import { FilterTabs, useFilter } from '../../components/tabs.js';

const DAY_MS = 86_400_000;
const RANGES = { '7': 7, '90': 90, '365': 365 } as const;
const USUAL_DAYS = 30;

export function Figures(): ReactNode {
  const { t } = useTranslation();
  const named = useFilter('days');
  const days = Object.hasOwn(RANGES, named) ? RANGES[named as keyof typeof RANGES] : USUAL_DAYS; // one of its keys
  const now = Date.now();
  const query = { from: dayOf(now - (days - 1) * DAY_MS), until: dayOf(now) };
  const figures = useAnswer('getFigures', { query }, { everyMs: 60_000 });
  return (
    <Page title={t('figures.title')} isWide>
      <p className="hint -mt-3">{t('figures.about')}</p>
      <FilterTabs
        label={t('figures.range')}
        name="days"
        choices={['7', '', '90', '365'].map((value) => ({
          value,
          words: t('figures.days', { count: value === '' ? USUAL_DAYS : Number(value) }),
        }))}
      />
      <Loaded from={figures}>{(found) => <All figures={found} />}</Loaded>
    </Page>
  );
}

function dayOf(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}

function All({ figures }: { readonly figures: FiguresInfo }): ReactNode {
  const { t } = useTranslation();
  const { currencies } = figures;
  const named = useFilter('currency');
  const main = mostUsed(currencies);
  const chosen = currencies.find(({ currency }) => currency === named) ?? main;
  return (
    <div className="grid min-w-0 gap-10">
      {currencies.length > 1 && (
        <FilterTabs
          label={t('figures.currency')}
          name="currency"
          choices={currencies.map(({ currency }) => ({
            value: currency === main?.currency ? '' : currency,
            words: currency,
          }))}
        />
      )}
      <ByDay of={chosen ?? { currency: 'RUB', days: [] }} />
      <Funnel figures={figures} />
      <Release figures={figures} />
    </div>
  );
}

function mostUsed(currencies: FiguresInfo['currencies']): FiguresInfo['currencies'][number] | undefined {
  const paid = ({ days }: FiguresInfo['currencies'][number]): number =>
    days.reduce((sum, day) => sum + day.paid, 0);
  return [...currencies].sort((left, right) => paid(right) - paid(left))[0];
}

function ByDay({ of: { currency, days } }: { readonly of: FiguresInfo['currencies'][number] }): ReactNode {
  const { t } = useTranslation();
  const { money, day } = useTexts();
  const rows = [...days].reverse();
  const bar = (amount: string, key: string) => ({
    ...{ key, label: day(key), value: Number(amount), words: money(amount, currency, { isShort: true }) },
  });
  const dayColumn = { name: t('figures.day'), cell: (row: { readonly day: string }) => day(row.day) };
  return (
    <>
      <Chart
        title={t('figures.turnover')}
        about={t('figures.turnoverAbout')}
        meaning="paid"
        bars={days.map((one) => bar(one.turnover, one.day))}
        rows={rows}
        keyOf={(row) => row.day}
        columns={[
          dayColumn,
          {
            name: t('figures.turnover'),
            isEnd: true,
            cell: ({ turnover }) => <Amount of={turnover} currency={currency} />,
          },
          { name: t('figures.paidDeals'), isEnd: true, cell: ({ paid }) => paid },
        ]}
        csv={[
          ['day', `turnover_minor_${currency}`, 'deals'],
          ...days.map((one) => [one.day, one.turnover, one.paid]),
        ]}
        fileName={`turnover-${currency}.csv`}
      />
      <Chart
        title={t('figures.held')}
        about={t('figures.heldAbout')}
        meaning="held"
        bars={days.map((one) => bar(one.held, one.day))}
        rows={rows}
        keyOf={(row) => row.day}
        columns={[
          dayColumn,
          {
            name: t('figures.held'),
            isEnd: true,
            cell: ({ held }) => <Amount of={held} currency={currency} />,
          },
        ]}
        csv={[['day', `held_minor_${currency}`], ...days.map((one) => [one.day, one.held])]}
        fileName={`held-${currency}.csv`}
      />
    </>
  );
}

const STEPS = ['bought', 'partPaid', 'paid', 'delivered', 'completed', 'expired', 'cancelled'] as const;

function Funnel({ figures: { funnel } }: { readonly figures: FiguresInfo }): ReactNode {
  const { t } = useTranslation();
  const { number, rate } = useTexts();
  const share = (count: number): string =>
    funnel.bought === 0 ? '—' : rate(Math.round((10_000 * count) / funnel.bought));
  const steps = STEPS.map((step) => ({ step, label: t(`figures.step.${step}`), value: funnel[step] }));
  return (
    <Section title={t('figures.funnel')}>
      <p className="hint -mt-2">{t('figures.funnelAbout')}</p>
      <div className="grid min-w-0 items-start gap-4 lg:grid-cols-[3fr_2fr]">
        <Steps steps={steps.map(({ label, value }) => ({ label, value, words: number(value) }))} />
        <Table
          caption={t('figures.funnel')}
          rows={steps}
          keyOf={({ step }) => step}
          columns={[
            { name: t('figures.stepName'), cell: ({ label }) => label },
            { name: t('figures.deals'), isEnd: true, cell: ({ value }) => number(value) },
            { name: t('figures.share'), isEnd: true, cell: ({ value }) => share(value) },
          ]}
        />
      </div>
    </Section>
  );
}

function Release({ figures: { release } }: { readonly figures: FiguresInfo }): ReactNode {
  const { t } = useTranslation();
  const { span, day } = useTexts();
  return (
    <Chart
      title={t('figures.release')}
      about={t('figures.releaseAbout')}
      bars={release.map((one) => ({
        ...{ key: one.day, label: day(one.day), value: one.medianMs, words: span(one.medianMs) },
      }))}
      rows={[...release].reverse()}
      keyOf={(row) => row.day}
      columns={[
        { name: t('figures.day'), cell: (row) => day(row.day) },
        { name: t('figures.median'), isEnd: true, cell: ({ medianMs }) => span(medianMs) },
        { name: t('figures.slowest'), isEnd: true, cell: ({ slowestMs }) => span(slowestMs) },
        { name: t('figures.deals'), isEnd: true, cell: ({ completed }) => completed },
      ]}
      csv={[
        ['day', 'median_ms', 'slowest_ms', 'deals'],
        ...release.map((one) => [one.day, one.medianMs, one.slowestMs, one.completed]),
      ]}
      fileName="time-to-release.csv"
    />
  );
}
