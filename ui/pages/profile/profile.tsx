// The person: name, language, key, password, and where he is signed in.
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { callOf } from '../../app/answers.js';
import { useGateway, useMe } from '../../app/gateway.js';
import { Button } from '../../components/button.js';
import { Facts } from '../../components/facts.js';
import { Field } from '../../components/field.js';
import { Notice } from '../../components/notice.js';
import { Page, Section } from '../../components/page.js';
import { ProblemNote } from '../../components/problem.js';
import { useForm } from '../../components/use-form.js';
import { Addresses } from './addresses.js';
import { ChangePassword } from './change-password.js';
import { ProfilePicture } from './profile-picture.js';
import { Sessions } from './sessions.js';

const SHOWN_DIGITS = 16;
const FOURS = /.{4}/g;

export function Profile(): ReactNode {
  const { t } = useTranslation();
  const me = useMe();
  const thumbprint = (me.keyThumbprint ?? '').slice(0, SHOWN_DIGITS).match(FOURS)?.join(' ');
  return (
    <Page title={t('profile.title')}>
      <Section title={t('profile.you')}>
        <ProfilePicture />
        <div className="card px-5 py-1">
          <Facts
            of={[
              { name: t('people.login'), value: me.login },
              { name: t('people.roles'), value: me.roles.map((role) => t(`people.role.${role}`)).join(', ') },
              {
                name: t('profile.key'),
                value: <span className="code">{thumbprint ?? t('people.noKey')}</span>,
              },
            ]}
          />
        </div>
        <NameForm />
      </Section>
      {me.roles.includes('client') && (
        <Section title={t('address.kept')}>
          <Addresses />
        </Section>
      )}
      <Section title={t('profile.password')}>
        <ChangePassword />
      </Section>
      <Section title={t('sessions.title')}>
        <Sessions />
      </Section>
      <SignOut />
    </Page>
  );
}

function NameForm(): ReactNode {
  const { t } = useTranslation();
  const { session, refresh } = useGateway();
  const client = useQueryClient();
  const me = useMe();
  const [isSaved, setSaved] = useState(false);
  const form = useForm<'name', string>({
    read: (typed) => {
      const name = typed('name');
      return name === '' ? { faults: { name: t('people.nameNeeded') } } : { values: name };
    },
    send: async (name) => {
      setSaved(false);
      await callOf(session.api)('changeMe', { body: { name } });
      await session.readMe();
      await client.invalidateQueries();
      setSaved(true);
      refresh();
    },
  });
  return (
    <form className="grid gap-3" onSubmit={form.onSubmit} noValidate>
      <Field
        label={t('profile.name')}
        hint={t('profile.nameHint')}
        name="name"
        maxLength={100}
        autoComplete="name"
        defaultValue={me.name}
        fault={form.faultOf('name')}
      />
      <ProblemNote error={form.error} />
      {isSaved && <Notice meaning="paid">{t('profile.saved')}</Notice>}
      <div>
        <Button type="submit" look="plain" busy={form.isSending ? t('profile.saving') : null}>
          {t('profile.save')}
        </Button>
      </div>
    </form>
  );
}

function SignOut(): ReactNode {
  const { t } = useTranslation();
  const { session, refresh } = useGateway();
  const signOut = async (): Promise<void> => {
    await session.signOut();
    refresh();
  };
  return (
    <div className="border-t border-line pt-6">
      <Button look="plain" onClick={() => void signOut()}>
        {t('frame.signOut')}
      </Button>
    </div>
  );
}
