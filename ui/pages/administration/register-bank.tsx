// A bank that a member runs, registered by the signed command of a marketplace's administrator.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { isBic } from '../../../chaincode/protocol/bic.js';
import { registerBank } from '../../../gateway/sdk/commands/banks.js';
import { useCommand } from '../../app/answers.js';
import { Button } from '../../components/button.js';
import { CommandNote } from '../../components/command-note.js';
import { Field } from '../../components/field.js';
import { ProblemNote } from '../../components/problem.js';
import { useForm } from '../../components/use-form.js';

const BANK_ID = /^[0-9]{2}$/;

type Requisites = Omit<Parameters<typeof registerBank>[0], 'owner'>;

interface RegisterBankProps {
  /** MSP id of the member that runs it. */
  readonly owner: string;
  readonly done: () => void;
}

export function RegisterBank({ owner, done }: RegisterBankProps): ReactNode {
  const { t } = useTranslation();
  const command = useCommand('registerBank');
  const form = useForm<'bank' | 'name' | 'bic', Requisites>({
    read: (typed) => {
      const values = { bank: typed('bank'), name: typed('name'), bic: typed('bic').toUpperCase() };
      const faults = {
        ...(BANK_ID.test(values.bank) ? {} : { bank: t('registerBank.bankForm') }),
        ...(values.name === '' ? { name: t('registerBank.nameNeeded') } : {}),
        ...(isBic(values.bic) ? {} : { bic: t('registerBank.bicForm') }),
      };
      return Object.keys(faults).length > 0 ? { faults } : { values };
    },
    send: async (requisites) => {
      const { status } = await command.send({ request: registerBank({ ...requisites, owner }) });
      if (status === 'done') done();
    },
  });
  return (
    <form className="grid gap-5" onSubmit={form.onSubmit} noValidate>
      <Field
        label={t('registerBank.bank')}
        hint={t('registerBank.bankHint')}
        name="bank"
        inputMode="numeric"
        maxLength={2}
        autoComplete="off"
        fault={form.faultOf('bank')}
      />
      <Field
        label={t('registerBank.name')}
        hint={t('registerBank.nameHint')}
        name="name"
        maxLength={100}
        autoComplete="off"
        fault={form.faultOf('name')}
      />
      <Field
        label={t('registerBank.bic')}
        hint={t('registerBank.bicHint')}
        name="bic"
        maxLength={11}
        autoComplete="off"
        fault={form.faultOf('bic')}
      />
      <p className="hint">{t('registerBank.after')}</p>
      {command.error === null ? <ProblemNote error={form.error} /> : <CommandNote command={command} />}
      <Button type="submit" busy={form.isSending ? t('command.sending') : null}>
        {t('registerBank.sign')}
      </Button>
    </form>
  );
}
