// The person's signing key is made in this browser; the recovery code is shown once, to be written down.
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useGateway } from '../../app/gateway.js';
import { Button } from '../../components/button.js';
import { CopyButton } from '../../components/copy-button.js';
import { Field } from '../../components/field.js';
import { Notice } from '../../components/notice.js';
import { ProblemNote } from '../../components/problem.js';
import { SecretCode } from '../../components/secret-code.js';
import { useForm } from '../../components/use-form.js';
import { DoorStep } from './door-step.js';

interface MakeKeyProps {
  readonly password: string | null;
  readonly done: () => void;
}

export function MakeKey({ password, done }: MakeKeyProps): ReactNode {
  const { t } = useTranslation();
  const { session } = useGateway();
  const [code, setCode] = useState<string | null>(null);
  const form = useForm<'password', string>({
    read: (typed) => ({ values: password ?? typed('password') }),
    send: async (own) => {
      const { recoveryCode } = await session.makeVault(own);
      setCode(recoveryCode);
    },
  });
  if (code !== null) return <RecoveryCode code={code} done={done} />;
  return (
    <DoorStep title={t('key.title')} about={t('key.about')}>
      <ul className="grid gap-2 ps-5">
        {(['signs', 'browser', 'recovery'] as const).map((point) => (
          <li key={point} className="list-disc">
            {t(`key.points.${point}`)}
          </li>
        ))}
      </ul>
      <form className="grid gap-5" onSubmit={form.onSubmit} noValidate>
        {password === null && (
          <Field label={t('door.password')} name="password" type="password" autoComplete="current-password" />
        )}
        <ProblemNote error={form.error} />
        <Button type="submit" busy={form.isSending ? t('key.making') : null}>
          {t('key.make')}
        </Button>
      </form>
    </DoorStep>
  );
}

/** The last groups are asked for, so that what was written down is right. */
function RecoveryCode({ code, done }: { readonly code: string; readonly done: () => void }): ReactNode {
  const { t } = useTranslation();
  const last = normal(code).slice(-4);
  const form = useForm<'last', null>({
    read: (typed) =>
      normal(typed('last')) === last ? { values: null } : { faults: { last: t('key.lastDiffers') } },
    send: () => {
      done();
      return Promise.resolve();
    },
  });
  return (
    <DoorStep title={t('key.writeDown')} about={t('key.writeDownAbout')}>
      <div className="card grid gap-4 p-5">
        <SecretCode code={code} />
        <div>
          <CopyButton text={code} />
        </div>
      </div>
      <Notice meaning="held">{t('key.onlyOnce')}</Notice>
      <form className="grid gap-5" onSubmit={form.onSubmit} noValidate>
        <Field
          label={t('key.last')}
          hint={t('key.lastHint')}
          name="last"
          autoComplete="off"
          spellCheck={false}
          fault={form.faultOf('last')}
        />
        <Button type="submit">{t('key.written')}</Button>
      </form>
    </DoorStep>
  );
}

function normal(code: string): string {
  return code.replace(/[-\s]/g, '').toUpperCase();
}
