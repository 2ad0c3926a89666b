// A new first password for somebody who has lost his own; it is said beforehand what it does not bring back.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PersonInfo } from '../../../gateway/protocol/api/people.js';
import { newId } from '../../../gateway/sdk/ids.js';
import { callOf } from '../../app/answers.js';
import { useSession } from '../../app/gateway.js';
import { Button } from '../../components/button.js';
import { Notice } from '../../components/notice.js';
import { ProblemNote } from '../../components/problem.js';
import { FirstPassword } from './first-password.js';

export function ResetPassword({ person }: { readonly person: PersonInfo }): ReactNode {
  const { t } = useTranslation();
  const call = callOf(useSession().api);
  const client = useQueryClient();
  const [idempotencyKey] = useState(() => newId('key'));
  const reset = useMutation({
    mutationFn: () => call('resetPerson', { path: { person: person.id } }, { idempotencyKey }),
    onSuccess: () => client.invalidateQueries(),
  });
  if (reset.data !== undefined) {
    return <FirstPassword made={{ login: person.login, password: reset.data.password }} />;
  }
  return (
    <div className="grid gap-5">
      <p>{t('people.resetAbout', { name: person.name })}</p>
      <Notice meaning="held">{t('people.resetMore')}</Notice>
      <ProblemNote error={reset.error} />
      <Button
        busy={reset.isPending ? t('people.making') : null}
        onClick={() => {
          reset.mutate();
        }}
      >
        {t('people.reset')}
      </Button>
    </div>
  );
}
