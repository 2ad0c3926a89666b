// A stranger makes a log-in: name, log-in, a password that stays in this browser. The key is made in the next step.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { isDisplayName } from '../../../chaincode/protocol/display-name.js';
import { passwordFault } from '../../../gateway/sdk/password.js';
import { useGateway } from '../../app/gateway.js';
import { spokenLanguage } from '../../app/words.js';
import { Button } from '../../components/button.js';
import { Field } from '../../components/field.js';
import { ProblemNote } from '../../components/problem.js';
import { type Faults, useForm } from '../../components/use-form.js';
import { DoorStep } from './door-step.js';
import { NewPassword } from './new-password.js';

const LOG_IN = /^[a-z0-9][a-z0-9._-]{1,63}$/;
const LONGEST_NAME = 100;

type Name = 'name' | 'login' | 'fresh' | 'again';
interface Typed {
  readonly name: string;
  readonly login: string;
  readonly password: string;
}

export function Register({ done }: { readonly done: (password: string) => void }): ReactNode {
  const { t } = useTranslation();
  const { consortium } = useGateway();
  const own = consortium.members.find(({ mspId }) => mspId === consortium.mspId);
  if (!consortium.canRegister) {
    return (
      <DoorStep title={t('register.title')} about={t('register.closed', { organisation: own?.name ?? '' })}>
        <ToSignIn />
      </DoorStep>
    );
  }
  return (
    <DoorStep title={t('register.title')} about={t('door.at', { organisation: own?.name ?? '' })}>
      <RegisterForm done={done} />
      <ToSignIn />
      <div className="grid gap-2 border-t border-line pt-5 text-sm text-quiet">
        <p>{t('register.promise')}</p>
        <p>
          <Link href="/help">{t('door.promiseMore')}</Link>
        </p>
      </div>
    </DoorStep>
  );
}

function RegisterForm({ done }: { readonly done: (password: string) => void }): ReactNode {
  const { t } = useTranslation();
  const { session } = useGateway();
  const form = useForm<Name, Typed>({
    read: (typed) => {
      const values = {
        name: typed('name'),
        login: typed('login').toLowerCase(),
        password: typed('fresh'),
      };
      const faults = faultsOf(values, typed('again'), t);
      return Object.keys(faults).length === 0 ? { values } : { faults };
    },
    send: async (values) => {
      await session.register({ ...values, language: spokenLanguage() });
      done(values.password);
    },
  });
  return (
    <form className="grid gap-5" onSubmit={form.onSubmit} noValidate>
      <Field
        label={t('register.name')}
        hint={t('register.nameHint')}
        name="name"
        autoComplete="name"
        maxLength={LONGEST_NAME}
        fault={form.faultOf('name')}
      />
      <Field
        label={t('door.login')}
        hint={t('people.loginHint')}
        name="login"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        fault={form.faultOf('login')}
      />
      <NewPassword label={t('door.password')} againLabel={t('register.again')} faultOf={form.faultOf} />
      <ProblemNote error={form.error} />
      <Button type="submit" busy={form.isSending ? t('door.deriving') : null}>
        {t('register.make')}
      </Button>
    </form>
  );
}

function faultsOf({ name, login, password }: Typed, again: string, t: (key: string) => string): Faults<Name> {
  const fault = passwordFault(password, login);
  return {
    ...(isDisplayName(name, LONGEST_NAME) ? {} : { name: t('register.nameFault') }),
    ...(LOG_IN.test(login) ? {} : { login: t('people.loginForm') }),
    ...(fault === null ? {} : { fresh: t(`password.fault.${fault}`) }),
    ...(again === password ? {} : { again: t('password.fault.differs') }),
  };
}

function ToSignIn(): ReactNode {
  const { t } = useTranslation();
  return (
    <p className="text-sm">
      <Link href="/">{t('register.toSignIn')}</Link>
    </p>
  );
}
