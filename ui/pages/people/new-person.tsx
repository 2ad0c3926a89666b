// A log-in for somebody new; the password is for the first log-in only and is shown once.
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Role } from '../../../chaincode/protocol/forms.js';
import { newId } from '../../../gateway/sdk/ids.js';
import { callOf } from '../../app/answers.js';
import { useGateway } from '../../app/gateway.js';
import { Button } from '../../components/button.js';
import { Field, Select } from '../../components/field.js';
import { ProblemNote } from '../../components/problem.js';
import { useForm } from '../../components/use-form.js';
import { FirstPassword, type Made } from './first-password.js';

const ROLES_AT = {
  marketplace: ['client', 'moderator', 'administrator'],
  bank: ['operator', 'administrator'],
  courier: ['agent', 'administrator'],
} as const satisfies { readonly [kind: string]: readonly Role[] };

const LOG_IN = /^[a-z0-9][a-z0-9._-]{1,63}$/;

interface Draft {
  readonly name: string;
  readonly login: string;
  readonly language: 'ru' | 'en';
  readonly roles: Role[];
}

export function NewPerson(): ReactNode {
  const { t } = useTranslation();
  const { session } = useGateway();
  const client = useQueryClient();
  const [made, setMade] = useState<Made | null>(null);
  // One key for one filled-in form: sent twice, it makes one person.
  const [idempotencyKey, setKey] = useState(() => newId('key'));
  const form = useForm<'name' | 'login' | 'language' | 'role', Draft>({
    read: (typed) => {
      const name = typed('name');
      const login = typed('login').toLowerCase();
      if (name === '') return { faults: { name: t('people.nameNeeded') } };
      if (!LOG_IN.test(login)) return { faults: { login: t('people.loginForm') } };
      const language = typed('language') === 'en' ? 'en' : 'ru';
      return { values: { name, login, language, roles: [typed('role') as Role] } }; // one of the choices
    },
    send: async (body) => {
      const { password } = await callOf(session.api)('createPerson', { body }, { idempotencyKey });
      setMade({ login: body.login, password });
      setKey(newId('key'));
      await client.invalidateQueries();
    },
  });
  if (made !== null) return <FirstPassword made={made} />;
  return (
    <form className="grid gap-5" onSubmit={form.onSubmit} noValidate>
      <Field
        label={t('people.name')}
        name="name"
        maxLength={100}
        autoComplete="off"
        fault={form.faultOf('name')}
      />
      <Field
        label={t('people.login')}
        hint={t('people.loginHint')}
        name="login"
        autoCapitalize="none"
        autoComplete="off"
        spellCheck={false}
        fault={form.faultOf('login')}
      />
      <RoleAndLanguage />
      <ProblemNote error={form.error} />
      <Button type="submit" busy={form.isSending ? t('people.making') : null}>
        {t('people.make')}
      </Button>
    </form>
  );
}

function RoleAndLanguage(): ReactNode {
  const { t } = useTranslation();
  const { consortium } = useGateway();
  const kind = consortium.members.find(({ mspId }) => mspId === consortium.mspId)?.kind ?? 'marketplace';
  return (
    <div className="grid gap-5 sm:grid-cols-2">
      <Select
        label={t('people.roleLabel')}
        name="role"
        choices={ROLES_AT[kind].map((role) => ({ value: role, words: t(`people.role.${role}`) }))}
      />
      <Select
        label={t('people.language')}
        name="language"
        choices={(['ru', 'en'] as const).map((value) => ({ value, words: t(`language.${value}`) }))}
      />
    </div>
  );
}
