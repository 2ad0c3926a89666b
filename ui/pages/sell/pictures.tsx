// Pictures of an offer: each is stored when it is chosen, and the offer names them by their hashes.
import { useMutation } from '@tanstack/react-query';
import { type ChangeEvent, type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../../app/gateway.js';
import { Icon } from '../../components/icon.js';
import { Picture } from '../../components/picture.js';
import { ProblemNote } from '../../components/problem.js';

const MOST = 8;
const TYPES = 'image/jpeg,image/png,image/webp';

interface PicturesProps {
  readonly hashes: readonly string[];
  readonly change: (hashes: readonly string[]) => void;
}

export function Pictures({ hashes, change }: PicturesProps): ReactNode {
  const { t } = useTranslation();
  const { api } = useSession();
  const id = useId();
  const upload = useMutation({
    mutationFn: (file: File) => api.put<{ readonly picture: string }>('/api/v1/pictures', file),
    onSuccess: ({ picture }) => {
      change([...new Set([...hashes, picture])]);
    },
  });
  const choose = (event: ChangeEvent<HTMLInputElement>): void => {
    const file = event.target.files?.[0];
    if (file !== undefined) upload.mutate(file);
    event.target.value = '';
  };
  return (
    <div className="field">
      <p className="legend">{t('sell.pictures')}</p>
      <p className="hint">{t('sell.picturesHint')}</p>
      <ul className="grid grid-cols-3 gap-3 sm:grid-cols-4">
        {hashes.map((hash) => (
          <li key={hash} className="relative">
            <Picture
              hash={hash}
              title={t('sell.picture')}
              isSmall
              className="aspect-square w-full rounded-md"
            />
            <button
              type="button"
              className="card absolute end-1 top-1 cursor-pointer p-1.5"
              aria-label={t('sell.removePicture')}
              onClick={() => {
                change(hashes.filter((one) => one !== hash));
              }}
            >
              <Icon name="close" size={16} />
            </button>
          </li>
        ))}
        {hashes.length < MOST && (
          <li>
            <label htmlFor={id} className="upload aspect-square">
              <Icon name="camera" size={24} />
              {t(upload.isPending ? 'sell.storing' : 'sell.addPicture')}
              <input
                id={id}
                type="file"
                accept={TYPES}
                className="sr-only"
                disabled={upload.isPending}
                onChange={choose}
              />
            </label>
          </li>
        )}
      </ul>
      <ProblemNote error={upload.error} />
    </div>
  );
}
