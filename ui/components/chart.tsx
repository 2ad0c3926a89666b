// Bars from zero, with the table of their values beside them: the table is the truth, the picture says the same at a
// glance and is described in one sentence to who does not see it.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { saveCsv } from '../app/save-as-file.js';
import { Button } from './button.js';
import { type Column, Table } from './table.js';

export interface Bar {
  readonly key: string;
  /** Under the first and the last bar. */
  readonly label: string;
  readonly value: number;
  readonly words: string;
}

interface ChartProps<Row> {
  readonly title: string;
  readonly about: string;
  readonly bars: readonly Bar[];
  readonly meaning?: 'accent' | 'held' | 'paid';
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
  /** Lines of the file, its head first. */
  readonly csv: readonly (readonly (string | number)[])[];
  readonly fileName: string;
}

export function Chart<Row>(props: ChartProps<Row>): ReactNode {
  const { title, about, rows, columns, keyOf, csv, fileName } = props;
  const { t } = useTranslation();
  return (
    <section className="grid min-w-0 gap-3">
      <div className="flex flex-wrap items-baseline justify-between gap-3">
        <h2>{title}</h2>
        <Button
          look="plain"
          isSmall
          onClick={() => {
            saveCsv(fileName, csv);
          }}
        >
          {t('chart.csv')}
        </Button>
      </div>
      <p className="hint -mt-2">{about}</p>
      <div className="grid min-w-0 items-start gap-4 lg:grid-cols-[3fr_2fr]">
        <Bars {...props} />
        <div className="chart-table" role="region" aria-label={title} tabIndex={0}>
          <Table caption={title} rows={rows} columns={columns} keyOf={keyOf} />
        </div>
      </div>
    </section>
  );
}

const WIDTH = 1_000;
const HEIGHT = 400;
const GAP = 0.25;

function Bars<Row>({ title, bars, meaning = 'accent' }: ChartProps<Row>): ReactNode {
  const { t } = useTranslation();
  const most = bars.reduce<Bar | null>(
    (best, bar) => (best === null || bar.value > best.value ? bar : best),
    null,
  );
  const first = bars[0];
  const last = bars[bars.length - 1];
  if (most === null || most.value <= 0 || first === undefined || last === undefined) {
    return <p className="card grid min-h-40 place-items-center p-5 text-quiet">{t('chart.nothing')}</p>;
  }
  const step = WIDTH / bars.length;
  const said = t('chart.said', {
    ...{ title, from: first.label, until: last.label },
    ...{ most: most.words, when: most.label, last: last.words },
  });
  return (
    <figure className="card grid min-w-0 gap-1 p-4">
      <p className="text-xs text-quiet" aria-hidden="true">
        <span className="amount font-semibold text-ink">{most.words}</span> · {most.label}
      </p>
      <svg
        className={`chart chart-${meaning}`}
        role="img"
        aria-label={said}
        viewBox={`0 0 ${String(WIDTH)} ${String(HEIGHT)}`}
        preserveAspectRatio="none"
      >
        <line className="chart-line" x1="0" x2={WIDTH} y1="0" y2="0" />
        <line className="chart-line" x1="0" x2={WIDTH} y1={HEIGHT} y2={HEIGHT} />
        {bars.map(({ key, value }, index) => {
          const height = (HEIGHT * Math.max(0, value)) / most.value;
          const x = (index + GAP / 2) * step;
          return <rect key={key} x={x} y={HEIGHT - height} width={step * (1 - GAP)} height={height} />;
        })}
      </svg>
      <p className="flex justify-between text-xs text-quiet" aria-hidden="true">
        <span>{first.label}</span>
        <span>{last.label}</span>
      </p>
    </figure>
  );
}

/** Each with its share of the first, one under the other. */
export function Steps({ steps }: { readonly steps: readonly Omit<Bar, 'key'>[] }): ReactNode {
  const most = Math.max(1, ...steps.map(({ value }) => value));
  return (
    <div className="card grid gap-3 p-4" aria-hidden="true">
      {steps.map(({ label, value, words }) => (
        <div key={label} className="grid gap-1">
          <p className="flex justify-between gap-4 text-sm">
            <span>{label}</span>
            <span className="amount font-semibold">{words}</span>
          </p>
          <svg className="chart-step chart-accent" viewBox="0 0 100 4" preserveAspectRatio="none">
            <rect className="chart-ground" x="0" y="0" width="100" height="4" />
            <rect x="0" y="0" width={(100 * value) / most} height="4" />
          </svg>
        </div>
      ))}
    </div>
  );
}
