// Ends a key at once, after it was said what stops working.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { callOf } from '../../app/answers.js';
import { useMemberName, useSession } from '../../app/gateway.js';
import { Button } from '../../components/button.js';
import { Notice } from '../../components/notice.js';
import { ProblemNote } from '../../components/problem.js';
import type { ApiKey } from './new-key.js';

export function RevokeKey({ of: key, done }: { readonly of: ApiKey; readonly done: () => void }): ReactNode {
  const { t } = useTranslation();
  const call = callOf(useSession().api);
  const client = useQueryClient();
  const memberName = useMemberName();
  const revoke = useMutation({
    mutationFn: () => call('revokeApiKey', { path: { key: key.id } }),
    onSuccess: async () => {
      await client.invalidateQueries();
      done();
    },
  });
  return (
    <div className="grid gap-5">
      <p>{t('apiKeys.revokeAbout', { label: key.label })}</p>
      <Notice meaning="held">{t('apiKeys.revokeMore', { member: memberName(key.member) })}</Notice>
      <ProblemNote error={revoke.error} />
      <Button
        look="danger"
        busy={revoke.isPending ? t('apiKeys.revoking') : null}
        onClick={() => {
          revoke.mutate();
        }}
      >
        {t('apiKeys.revokeIt')}
      </Button>
    </div>
  );
}
