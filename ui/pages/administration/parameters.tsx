// The parameters of deals to come: what each is, its bounds, what it means, and who has changed it.
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ParametersInfo } from '../../../gateway/protocol/api/parameters.js';
import {
  type Bounds,
  PARAMETER_NAMES,
  parameterBounds,
  type ParameterName,
  type ParameterSettings,
} from '../../../gateway/protocol/parameter-order.js';
import { useAnswer } from '../../app/answers.js';
import { useTexts } from '../../app/use-texts.js';
import { Facts } from '../../components/facts.js';
import { Loaded } from '../../components/loaded.js';
import { Section } from '../../components/page.js';
import { Panel } from '../../components/panel.js';
import { Table } from '../../components/table.js';
import { ChangeParameter } from './change-parameter.js';
import { CommissionAccounts } from './commission-accounts.js';
import { isRange, kindOf } from './parameter-form.js';

const NAMES: readonly ParameterName[] = [
  ...PARAMETER_NAMES.rates,
  ...PARAMETER_NAMES.ranges,
  ...PARAMETER_NAMES.spans,
];

export function Parameters(): ReactNode {
  const parameters = useAnswer('getParameters', {}, { everyMs: 30_000 });
  return <Loaded from={parameters}>{(found) => <Shown of={found} />}</Loaded>;
}

function Shown({ of }: { readonly of: ParametersInfo }): ReactNode {
  const { t } = useTranslation();
  const [changed, setChanged] = useState<ParameterName | null>(null);
  const close = (): void => {
    setChanged(null);
  };
  return (
    <div className="grid min-w-0 gap-8">
      <p className="hint">{t('parameters.about')}</p>
      <ParameterTable of={of} change={setChanged} />
      <CommissionAccounts of={of.commissionAccounts} />
      <Fixed of={of} />
      <Changes of={of} />
      {changed !== null && (
        <Panel title={t(`parameters.name.${changed}`)} close={close}>
          <ChangeParameter
            name={changed}
            settings={of.settings}
            bounds={parameterBounds(of)[changed]}
            done={close}
          />
        </Panel>
      )}
    </div>
  );
}

function ParameterTable({
  of,
  change,
}: {
  readonly of: ParametersInfo;
  readonly change: (name: ParameterName) => void;
}): ReactNode {
  const { t } = useTranslation();
  const valueText = useValueText();
  const boundsText = useBoundsText();
  const bounds = parameterBounds(of);
  return (
    <Table
      caption={t('administration.part.parameters')}
      rows={NAMES}
      keyOf={(name) => name}
      columns={[
        {
          name: t('parameters.parameter'),
          cell: (name) => (
            <span className="grid max-w-prose gap-0.5">
              <span className="font-semibold">{t(`parameters.name.${name}`)}</span>
              <span className="hint">{t(`parameters.meaning.${name}`)}</span>
            </span>
          ),
        },
        { name: t('parameters.now'), isEnd: true, cell: (name) => valueText(of.settings, name) },
        { name: t('parameters.bounds'), isEnd: true, cell: (name) => boundsText(name, bounds[name]) },
        {
          name: '',
          cell: (name) => (
            <button
              type="button"
              className="link"
              onClick={() => {
                change(name);
              }}
            >
              {t('parameters.change')}
              <span className="sr-only"> {t(`parameters.name.${name}`)}</span>
            </button>
          ),
        },
      ]}
    />
  );
}

/** "5 %", "7 days", "1 hour – 30 days, usually 3 days". */
function useValueText(): (settings: ParameterSettings, name: ParameterName) => string {
  const { t } = useTranslation();
  const { rate, span } = useTexts();
  return (settings, name) => {
    if (isRange(name)) {
      const { least, most, usual } = settings[name];
      return t('parameters.range', { least: span(least), most: span(most), usual: span(usual) });
    }
    const value = settings[name];
    return kindOf(name) === 'rate' ? rate(value) : span(value);
  };
}

function useBoundsText(): (name: ParameterName, bounds: Bounds) => string {
  const { t } = useTranslation();
  const { rate, span } = useTexts();
  return (name, { least, most }) => {
    const text = kindOf(name) === 'rate' ? rate : span;
    return t('parameters.fromTo', { least: text(least), most: text(most) });
  };
}

/** What the page does not change: it stands in the members' own configurations. */
function Fixed({ of }: { readonly of: ParametersInfo }): ReactNode {
  const { t } = useTranslation();
  const { span } = useTexts();
  return (
    <Section title={t('parameters.fixed')}>
      <p className="hint -mt-2">{t('parameters.fixedAbout')}</p>
      <div className="card px-5 py-1">
        <Facts
          of={[
            { name: t('parameters.window'), value: span(of.windowMs) },
            { name: t('parameters.slack'), value: span(of.slackMs) },
          ]}
        />
      </div>
    </Section>
  );
}

function Changes({ of }: { readonly of: ParametersInfo }): ReactNode {
  const { t } = useTranslation();
  const { shortInstant } = useTexts();
  const valueText = useValueText();
  const rows = of.changes.flatMap(({ id, at, by, before, after }) =>
    NAMES.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name])).map((name) => ({
      ...{ id, at, by, name, before, after },
    })),
  );
  if (rows.length === 0) return null;
  return (
    <Section title={t('parameters.changes')}>
      <Table
        caption={t('parameters.changes')}
        rows={rows}
        keyOf={({ id, name }) => `${id} ${name}`}
        columns={[
          { name: t('labels.when'), cell: ({ at }) => shortInstant(at) },
          { name: t('labels.who'), cell: ({ by }) => by },
          { name: t('parameters.parameter'), cell: ({ name }) => t(`parameters.name.${name}`) },
          { name: t('parameters.before'), isEnd: true, cell: ({ before, name }) => valueText(before, name) },
          { name: t('parameters.after'), isEnd: true, cell: ({ after, name }) => valueText(after, name) },
        ]}
      />
    </Section>
  );
}
