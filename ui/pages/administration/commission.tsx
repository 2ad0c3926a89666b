// The marketplace's commission: its own affair within the cap that members have agreed on, set by a signed command.
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ParametersInfo } from '../../../gateway/protocol/api/parameters.js';
import { setCommission } from '../../../gateway/sdk/commands/parameters.js';
import { useCommand } from '../../app/answers.js';
import { percentOf, readPercent } from '../../app/percent.js';
import { useTexts } from '../../app/use-texts.js';
import { Button } from '../../components/button.js';
import { CommandNote } from '../../components/command-note.js';
import { Facts } from '../../components/facts.js';
import { Field } from '../../components/field.js';
import { Section } from '../../components/page.js';
import { Panel } from '../../components/panel.js';
import { ProblemNote } from '../../components/problem.js';
import { useForm } from '../../components/use-form.js';

interface CommissionProps {
  readonly of: ParametersInfo;
  readonly isMarketplace: boolean;
}

export function Commission({ of, isMarketplace }: CommissionProps): ReactNode {
  const { t } = useTranslation();
  const { rate } = useTexts();
  const [isChanging, setChanging] = useState(false);
  const close = (): void => {
    setChanging(false);
  };
  return (
    <Section title={t('commission.title')}>
      <p className="hint -mt-2">{t(isMarketplace ? 'commission.about' : 'commission.aboutTheirs')}</p>
      <div className="card px-5 py-1">
        <Facts
          of={[
            { name: t('commission.now'), value: rate(of.commissionBasisPoints), isMain: true },
            { name: t('commission.most'), value: rate(of.settings.commissionCapBasisPoints) },
          ]}
        />
      </div>
      {isMarketplace && (
        <div>
          <Button
            look="plain"
            onClick={() => {
              setChanging(true);
            }}
          >
            {t('commission.change')}
          </Button>
        </div>
      )}
      {isChanging && (
        <Panel title={t('commission.title')} close={close}>
          <CommissionForm of={of} done={close} />
        </Panel>
      )}
    </Section>
  );
}

function CommissionForm({ of, done }: { readonly of: ParametersInfo; readonly done: () => void }): ReactNode {
  const { t } = useTranslation();
  const { rate } = useTexts();
  const command = useCommand('setCommission');
  const form = useForm<'rate', number>({
    read: (typed) => {
      const values = readPercent(typed('rate'));
      return values === null ? { faults: { rate: t('parameters.fault.rate') } } : { values };
    },
    send: async (commissionBasisPoints) => {
      const { status } = await command.send({ request: setCommission({ commissionBasisPoints }) });
      if (status === 'done') done();
    },
  });
  return (
    <form className="grid gap-5" onSubmit={form.onSubmit} noValidate>
      <Field
        label={t('parameters.value')}
        hint={t('commission.upTo', { most: rate(of.settings.commissionCapBasisPoints) })}
        name="rate"
        inputMode="decimal"
        unit="%"
        className="amount"
        defaultValue={percentOf(of.commissionBasisPoints)}
        fault={form.faultOf('rate')}
      />
      <p className="hint">{t('commission.signing')}</p>
      {command.error === null ? <ProblemNote error={form.error} /> : <CommandNote command={command} />}
      <Button type="submit" busy={form.isSending ? t('command.sending') : null}>
        {t('commission.sign')}
      </Button>
    </form>
  );
}
