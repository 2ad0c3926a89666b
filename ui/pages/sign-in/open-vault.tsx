// The vault is opened on this device: by the password, or where that no longer opens it, by the recovery code.
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useGateway } from '../../app/gateway.js';
import { Button } from '../../components/button.js';
import { Field } from '../../components/field.js';
import { ProblemNote } from '../../components/problem.js';
import { useForm } from '../../components/use-form.js';
import { DoorStep } from './door-step.js';

interface OpenVaultProps {
  readonly isByRecovery: boolean;
  readonly done: () => void;
}

export function OpenVault({ isByRecovery, done }: OpenVaultProps): ReactNode {
  const { t } = useTranslation();
  const { session } = useGateway();
  const [way, setWay] = useState<'password' | 'recovery'>(isByRecovery ? 'recovery' : 'password');
  const form = useForm<'secret', string>({
    read: (typed) => {
      const secret = typed('secret');
      return secret === '' ? { faults: { secret: t(`vault.${way}.needed`) } } : { values: secret };
    },
    send: async (secret) => {
      await (way === 'password' ? session.openVault(secret) : session.openVaultByRecovery(secret));
      done();
    },
  });
  const isPassword = way === 'password';
  return (
    <DoorStep title={t(`vault.${way}.title`)} about={t(`vault.${way}.about`)}>
      <form key={way} className="grid gap-5" onSubmit={form.onSubmit} noValidate>
        <Field
          label={t(`vault.${way}.label`)}
          name="secret"
          type={isPassword ? 'password' : 'text'}
          autoComplete={isPassword ? 'current-password' : 'off'}
          spellCheck={false}
          fault={form.faultOf('secret')}
        />
        <ProblemNote error={form.error} />
        <Button type="submit" busy={form.isSending ? t('door.deriving') : null}>
          {t('vault.open')}
        </Button>
      </form>
      <p className="text-sm">
        <button
          type="button"
          className="link"
          onClick={() => {
            setWay(isPassword ? 'recovery' : 'password');
          }}
        >
          {t(isPassword ? 'vault.byRecovery' : 'vault.byPassword')}
        </button>
      </p>
      {!isPassword && <p className="text-sm text-quiet">{t('vault.lost')}</p>}
    </DoorStep>
  );
}
