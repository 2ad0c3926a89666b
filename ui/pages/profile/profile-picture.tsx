// The person's own picture: chosen, changed, removed.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ChangeEvent, type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { callOf } from '../../app/answers.js';
import { useGateway, useMe } from '../../app/gateway.js';
import { Button } from '../../components/button.js';
import { Face } from '../../components/face.js';
import { ProblemNote } from '../../components/problem.js';

const TYPES = 'image/jpeg,image/png,image/webp';

export function ProfilePicture(): ReactNode {
  const { t } = useTranslation();
  const { session, refresh } = useGateway();
  const client = useQueryClient();
  const me = useMe();
  const input = useRef<HTMLInputElement>(null);
  const change = useMutation({
    mutationFn: async (file: File | null) => {
      if (file === null) await callOf(session.api)('changeMe', { body: { picture: null } });
      else await session.api.put('/api/v1/me/picture', file);
      await session.readMe();
    },
    onSuccess: async () => {
      await client.invalidateQueries();
      refresh();
    },
  });
  const choose = (event: ChangeEvent<HTMLInputElement>): void => {
    const file = event.target.files?.[0];
    if (file !== undefined) change.mutate(file);
    event.target.value = '';
  };
  const isStoring = change.isPending && change.variables !== null;
  return (
    <div className="flex flex-wrap items-center gap-x-5 gap-y-3">
      <Face person={me.id} name={me.name} picture={me.picture} size="large" />
      <div className="grid min-w-0 flex-1 basis-56 gap-2">
        <p className="hint">{t('profile.pictureHint')}</p>
        <div className="flex flex-wrap items-center gap-4">
          <Button
            look="plain"
            disabled={change.isPending}
            busy={isStoring ? t('profile.storingPicture') : null}
            onClick={() => input.current?.click()}
          >
            {t(me.picture === null ? 'profile.choosePicture' : 'profile.changePicture')}
          </Button>
          {me.picture !== null && (
            <button
              type="button"
              className="link min-h-11"
              disabled={change.isPending}
              onClick={() => {
                change.mutate(null);
              }}
            >
              {t('profile.removePicture')}
            </button>
          )}
        </div>
        <input
          ref={input}
          type="file"
          accept={TYPES}
          hidden
          aria-label={t('profile.picture')}
          onChange={choose}
        />
        <ProblemNote error={change.error} />
      </div>
    </div>
  );
}
