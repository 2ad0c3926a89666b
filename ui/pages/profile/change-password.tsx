// Another password: the vault's key is wrapped anew, all other sessions end, and it is said what that does not
// help against.
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { passwordFault } from '../../../gateway/sdk/password.js';
import { useGateway } from '../../app/gateway.js';
import { Button } from '../../components/button.js';
import { Field } from '../../components/field.js';
import { Notice } from '../../components/notice.js';
import { ProblemNote } from '../../components/problem.js';
import { useForm } from '../../components/use-form.js';

export function ChangePassword(): ReactNode {
  const { t } = useTranslation();
  const { session } = useGateway();
  const [isChanged, setChanged] = useState(false);
  const form = useForm<'old' | 'fresh' | 'again', { readonly from: string; readonly to: string }>({
    read: (typed) => {
      const to = typed('fresh');
      const fault = passwordFault(to, session.me?.login ?? '');
      if (typed('old') === '') return { faults: { old: t('door.passwordNeeded') } };
      if (fault !== null) return { faults: { fresh: t(`password.fault.${fault}`) } };
      if (typed('again') !== to) return { faults: { again: t('password.fault.differs') } };
      return { values: { from: typed('old'), to } };
    },
    send: async ({ from, to }, element) => {
      await session.changePassword(from, to);
      element.reset();
      setChanged(true);
    },
  });
  return (
    <details className="card p-5">
      <summary className="font-semibold">{t('password.change')}</summary>
      <form className="mt-4 grid gap-5" onSubmit={form.onSubmit} noValidate>
        <p className="text-sm text-quiet">{t('password.changeAbout')}</p>
        <Field
          label={t('password.old')}
          name="old"
          type="password"
          autoComplete="current-password"
          fault={form.faultOf('old')}
        />
        <Field
          label={t('password.fresh')}
          hint={t('password.hint')}
          name="fresh"
          type="password"
          autoComplete="new-password"
          fault={form.faultOf('fresh')}
        />
        <Field
          label={t('password.again')}
          name="again"
          type="password"
          autoComplete="new-password"
          fault={form.faultOf('again')}
        />
        <ProblemNote error={form.error} />
        {isChanged && <Notice meaning="paid">{t('password.changed')}</Notice>}
        <div>
          <Button type="submit" busy={form.isSending ? t('door.deriving') : null}>
            {t('password.change')}
          </Button>
        </div>
      </form>
    </details>
  );
}
