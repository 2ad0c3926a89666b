// Log-in and password; the password does not leave the browser.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { NextStep } from '../../../gateway/sdk/session.js';
import { useGateway } from '../../app/gateway.js';
import { speak } from '../../app/words.js';
import { Button } from '../../components/button.js';
import { Field } from '../../components/field.js';
import { ProblemNote } from '../../components/problem.js';
import { useForm } from '../../components/use-form.js';
import { DoorStep } from './door-step.js';

interface SignInProps {
  readonly done: (password: string, next: NextStep) => void;
}

export function SignIn({ done }: SignInProps): ReactNode {
  const { t } = useTranslation();
  const { session, consortium } = useGateway();
  const own = consortium.members.find(({ mspId }) => mspId === consortium.mspId);
  const form = useForm<'login' | 'password', { readonly login: string; readonly password: string }>({
    read: (typed) => {
      const login = typed('login').toLowerCase();
      const password = typed('password');
      if (login !== '' && password !== '') return { values: { login, password } };
      return {
        faults: {
          ...(login === '' ? { login: t('door.loginNeeded') } : {}),
          ...(password === '' ? { password: t('door.passwordNeeded') } : {}),
        },
      };
    },
    send: async ({ login, password }) => {
      const { me, next } = await session.signIn(login, password);
      await speak(me.language);
      done(password, next);
    },
  });
  return (
    <DoorStep title={t('door.signIn')} about={t('door.at', { organisation: own?.name ?? '' })}>
      <form className="grid gap-5" onSubmit={form.onSubmit} noValidate>
        <Field
          label={t('door.login')}
          name="login"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          fault={form.faultOf('login')}
        />
        <Field
          label={t('door.password')}
          name="password"
          type="password"
          autoComplete="current-password"
          fault={form.faultOf('password')}
        />
        <ProblemNote error={form.error} />
        <Button type="submit" busy={form.isSending ? t('door.signingIn') : null}>
          {t('door.signInButton')}
        </Button>
      </form>
      {consortium.canRegister && (
        <p className="text-sm">
          {t('door.noLogIn')} <Link href="/register">{t('door.register')}</Link>
        </p>
      )}
      <div className="grid gap-2 border-t border-line pt-5 text-sm text-quiet">
        <p>{t('door.promise')}</p>
        <p>
          <Link href="/help">{t('door.promiseMore')}</Link>
        </p>
        <p>
          <Link href="/verify">{t('door.verify')}</Link>
        </p>
      </div>
    </DoorStep>
  );
}
