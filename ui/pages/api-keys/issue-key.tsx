// A new API key for a marketplace's gateway: what it is good for and how long.
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { BANK_SCOPES } from '../../../gateway/protocol/scopes.js';
import { newId } from '../../../gateway/sdk/ids.js';
import { callOf } from '../../app/answers.js';
import { useGateway } from '../../app/gateway.js';
import { Button } from '../../components/button.js';
import { Field, Select } from '../../components/field.js';
import { ProblemNote } from '../../components/problem.js';
import { useForm } from '../../components/use-form.js';
import { DAY_MS, LifeSelect, NewKey } from './new-key.js';

interface Wish {
  readonly member: string;
  readonly label: string;
  readonly scopes: (typeof BANK_SCOPES)[number][];
  readonly lifeMs: number;
}

export function IssueKey(): ReactNode {
  const { t } = useTranslation();
  const { session, consortium } = useGateway();
  const client = useQueryClient();
  const [made, setMade] = useState<string | null>(null);
  const [idempotencyKey, renewKey] = useState(() => newId('key'));
  const partners = consortium.members.filter(({ kind }) => kind === 'marketplace');
  const form = useForm<'member' | 'label' | 'life' | (typeof BANK_SCOPES)[number], Wish>({
    read: (typed) => {
      const label = typed('label');
      const scopes = BANK_SCOPES.filter((scope) => typed(scope) !== '');
      if (label === '') return { faults: { label: t('apiKeys.labelNeeded') } };
      if (scopes.length === 0) return { faults: { links: t('apiKeys.scopeNeeded') } };
      return { values: { member: typed('member'), label, scopes, lifeMs: Number(typed('life')) * DAY_MS } };
    },
    send: async ({ lifeMs, ...wish }) => {
      const body = { ...wish, expiresAt: wholeDay(session.now() + lifeMs) };
      const { key } = await callOf(session.api)('issueApiKey', { body }, { idempotencyKey });
      setMade(key);
      renewKey(newId('key'));
      await client.invalidateQueries();
    },
  });
  if (made !== null) return <NewKey value={made} />;
  return (
    <form className="grid gap-5" onSubmit={form.onSubmit} noValidate>
      <Select
        label={t('apiKeys.member')}
        name="member"
        choices={partners.map(({ mspId, name }) => ({ value: mspId, words: name }))}
      />
      <Field
        label={t('apiKeys.label')}
        hint={t('apiKeys.labelHint')}
        name="label"
        maxLength={100}
        autoComplete="off"
        fault={form.faultOf('label')}
      />
      <Scopes fault={form.faultOf('links')} />
      <LifeSelect />
      <ProblemNote error={form.error} />
      <Button type="submit" busy={form.isSending ? t('apiKeys.issuing') : null}>
        {t('apiKeys.issueIt')}
      </Button>
    </form>
  );
}

/** The same instant for the same form on the same day, so that it is the same request when it is sent again. */
export function wholeDay(instant: number): number {
  return Math.ceil(instant / DAY_MS) * DAY_MS;
}

function Scopes({ fault }: { readonly fault: string | null }): ReactNode {
  const { t } = useTranslation();
  return (
    <fieldset className="grid gap-2" aria-describedby={fault === null ? undefined : 'scopes-fault'}>
      <legend className="legend pb-2">{t('apiKeys.scopes')}</legend>
      {fault !== null && (
        <p id="scopes-fault" className="fault">
          {fault}
        </p>
      )}
      {BANK_SCOPES.map((scope) => (
        <label key={scope} className="choice">
          <input type="checkbox" name={scope} value="on" defaultChecked />
          <span className="grid min-w-0">
            <span className="font-semibold">{t(`apiKeys.scope.${scope}`)}</span>
            <span className="hint">{t(`apiKeys.scopeMore.${scope}`)}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
