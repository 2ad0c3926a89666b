// The first password was made by an administrator; the person sets another before anything else.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { NextStep } from '../../../gateway/sdk/session.js';
import { useGateway } from '../../app/gateway.js';
import { passwordFault } from '../../../gateway/sdk/password.js';
import { Button } from '../../components/button.js';
import { Field } from '../../components/field.js';
import { ProblemNote } from '../../components/problem.js';
import { useForm } from '../../components/use-form.js';
import { DoorStep } from './door-step.js';
import { NewPassword } from './new-password.js';

interface SetPasswordProps {
  /** As it was typed a moment ago; null: the page was loaded anew. */
  readonly old: string | null;
  readonly done: (password: string, next: NextStep) => void;
}

export function SetPassword({ old, done }: SetPasswordProps): ReactNode {
  const { t } = useTranslation();
  const { session } = useGateway();
  const form = useForm<'old' | 'fresh' | 'again', { readonly from: string; readonly to: string }>({
    read: (typed) => {
      const to = typed('fresh');
      const fault = passwordFault(to, session.me?.login ?? '');
      if (fault !== null) return { faults: { fresh: t(`password.fault.${fault}`) } };
      if (typed('again') !== to) return { faults: { again: t('password.fault.differs') } };
      return { values: { from: old ?? typed('old'), to } };
    },
    send: async ({ from, to }) => {
      const { next } = await session.setFirstPassword(from, to);
      done(to, next);
    },
  });
  return (
    <DoorStep title={t('password.setTitle')} about={t('password.setAbout')}>
      <form className="grid gap-5" onSubmit={form.onSubmit} noValidate>
        {old === null && (
          <Field label={t('password.old')} name="old" type="password" autoComplete="current-password" />
        )}
        <NewPassword label={t('password.fresh')} againLabel={t('password.again')} faultOf={form.faultOf} />
        <ProblemNote error={form.error} />
        <Button type="submit" busy={form.isSending ? t('door.deriving') : null}>
          {t('password.set')}
        </Button>
      </form>
    </DoorStep>
  );
}
