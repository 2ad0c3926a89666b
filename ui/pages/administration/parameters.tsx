// The rules of deals to come: what each is, its bounds, what it means; the commission; the proposal to change them. The
// marketplace's administrators compose proposals here, those of other members accept them.
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AgreedSettings } from '../../../chaincode/protocol/member.js';
import type { ParametersInfo } from '../../../gateway/protocol/api/parameters.js';
import {
  type Bounds,
  parameterBounds,
  type ParameterName,
} from '../../../gateway/protocol/parameter-bounds.js';
import { useAnswer } from '../../app/answers.js';
import { useGateway } from '../../app/gateway.js';
import { useTexts } from '../../app/use-texts.js';
import { Facts } from '../../components/facts.js';
import { Loaded } from '../../components/loaded.js';
import { Section } from '../../components/page.js';
import { Panel } from '../../components/panel.js';
import { Table } from '../../components/table.js';
import { ChangeMembers } from './change-members.js';
import { ChangeParameter } from './change-parameter.js';
import { Commission } from './commission.js';
import { CommissionAccounts } from './commission-accounts.js';
import { Draft } from './draft.js';
import { kindOf } from './parameter-form.js';
import { Proposal } from './proposal.js';
import { NAMES, useMemberText, useValueText } from './rule-texts.js';

type Changed = ParameterName | 'members';

export function Parameters(): ReactNode {
  const parameters = useAnswer('getParameters', {}, { everyMs: 30_000 });
  return <Loaded from={parameters}>{(found) => <Shown of={found} />}</Loaded>;
}

function Shown({ of }: { readonly of: ParametersInfo }): ReactNode {
  const { t } = useTranslation();
  const { consortium } = useGateway();
  const isMarketplace = of.settings.members.some(
    ({ msp, kind }) => kind === 'marketplace' && msp === consortium.mspId,
  );
  const [draft, setDraft] = useState<AgreedSettings | null>(null);
  const [changed, setChanged] = useState<Changed | null>(null);
  const close = (): void => {
    setChanged(null);
  };
  const change = (settings: AgreedSettings): void => {
    setDraft(settings);
    close();
  };
  const discard = (): void => {
    setDraft(null);
  };
  return (
    <div className="grid min-w-0 gap-8">
      <p className="hint">{t('parameters.about')}</p>
      {draft !== null && <Draft of={of} settings={draft} done={discard} />}
      {of.proposal !== null && <Proposal of={of} proposal={of.proposal} isMarketplace={isMarketplace} />}
      <Commission of={of} isMarketplace={isMarketplace} />
      <Agreed of={of} change={isMarketplace ? setChanged : null} />
      {isMarketplace && <CommissionAccounts of={of.commissionAccounts} />}
      <Fixed of={of} />
      {changed !== null && (
        <Change of={of} settings={draft ?? of.settings} name={changed} change={change} close={close} />
      )}
    </div>
  );
}

interface ChangeProps {
  readonly of: ParametersInfo;
  readonly settings: AgreedSettings;
  readonly name: Changed;
  readonly change: (settings: AgreedSettings) => void;
  readonly close: () => void;
}

function Change({ of, settings, name, change, close }: ChangeProps): ReactNode {
  const { t } = useTranslation();
  if (name === 'members') {
    return (
      <Panel title={t('parameters.members')} close={close}>
        <ChangeMembers
          members={settings.members}
          change={(members) => {
            change({ ...settings, members });
          }}
        />
      </Panel>
    );
  }
  return (
    <Panel title={t(`parameters.name.${name}`)} close={close}>
      <ChangeParameter
        name={name}
        settings={settings}
        bounds={parameterBounds(of.settings)[name]}
        change={change}
      />
    </Panel>
  );
}

interface AgreedProps {
  readonly of: ParametersInfo;
  /** Begins to change one of them; null: not here. */
  readonly change: ((name: Changed) => void) | null;
}

function Agreed({ of, change }: AgreedProps): ReactNode {
  const { t } = useTranslation();
  const { number } = useTexts();
  const valueText = useValueText();
  const boundsText = useBoundsText();
  const memberText = useMemberText();
  const bounds = parameterBounds(of.settings);
  const named = (name: Changed) => t(name === 'members' ? 'parameters.members' : `parameters.name.${name}`);
  const rows: readonly Changed[] = [...NAMES, 'members'];
  return (
    <Section title={t('parameters.agreed', { version: number(of.version) })}>
      <Table
        caption={t('administration.part.parameters')}
        rows={rows}
        keyOf={(name) => name}
        columns={[
          {
            name: t('parameters.parameter'),
            cell: (name) => (
              <span className="grid max-w-prose gap-0.5">
                <span className="font-semibold">{named(name)}</span>
                <span className="hint">{t(`parameters.meaning.${name}`)}</span>
              </span>
            ),
          },
          {
            name: t('parameters.now'),
            isEnd: true,
            cell: (name) =>
              name === 'members' ? memberText(of.settings.members) : valueText(of.settings, name),
          },
          {
            name: t('parameters.bounds'),
            isEnd: true,
            cell: (name) => (name === 'members' ? '—' : boundsText(name, bounds[name])),
          },
          ...(change === null
            ? []
            : [
                {
                  name: '',
                  cell: (name: Changed) => (
                    <button
                      type="button"
                      className="link"
                      onClick={() => {
                        change(name);
                      }}
                    >
                      {t('parameters.change')}
                      <span className="sr-only"> {named(name)}</span>
                    </button>
                  ),
                },
              ]),
        ]}
      />
    </Section>
  );
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
            { name: t('parameters.clock.windowMs'), value: span(of.settings.windowMs) },
            { name: t('parameters.clock.slackMs'), value: span(of.settings.slackMs) },
          ]}
        />
      </div>
    </Section>
  );
}
