// A successor for a key, with the same rights; both are good for a week at most.
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { newId } from '../../../gateway/sdk/ids.js';
import { callOf } from '../../app/answers.js';
import { useSession } from '../../app/gateway.js';
import { Button } from '../../components/button.js';
import { ProblemNote } from '../../components/problem.js';
import { useForm } from '../../components/use-form.js';
import { wholeDay } from './issue-key.js';
import { type ApiKey, DAY_MS, LifeSelect, NewKey } from './new-key.js';

export function RotateKey({ old }: { readonly old: ApiKey }): ReactNode {
  const { t } = useTranslation();
  const session = useSession();
  const client = useQueryClient();
  const [made, setMade] = useState<string | null>(null);
  const [idempotencyKey] = useState(() => newId('key'));
  const form = useForm<'life', number>({
    read: (typed) => ({ values: Number(typed('life')) * DAY_MS }),
    send: async (lifeMs) => {
      const input = { path: { key: old.id }, body: { expiresAt: wholeDay(session.now() + lifeMs) } };
      const { key } = await callOf(session.api)('rotateApiKey', input, { idempotencyKey });
      setMade(key);
      await client.invalidateQueries();
    },
  });
  if (made !== null) return <NewKey value={made} />;
  return (
    <form className="grid gap-5" onSubmit={form.onSubmit} noValidate>
      <p>{t('apiKeys.rotateAbout', { label: old.label })}</p>
      <LifeSelect />
      <ProblemNote error={form.error} />
      <Button type="submit" busy={form.isSending ? t('apiKeys.issuing') : null}>
        {t('apiKeys.rotateIt')}
      </Button>
    </form>
  );
}
