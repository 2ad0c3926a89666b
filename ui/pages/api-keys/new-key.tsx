// A key that was made just now: it is shown once, to be handed over to the partner.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import type { apiKeySchema } from '../../../gateway/protocol/api/bank.js';
import { CopyButton } from '../../components/copy-button.js';
import { Select } from '../../components/field.js';
import { Notice } from '../../components/notice.js';

export type ApiKey = z.infer<typeof apiKeySchema>;

export function NewKey({ value }: { readonly value: string }): ReactNode {
  const { t } = useTranslation();
  return (
    <div className="grid gap-4">
      <Notice meaning="held">
        <p className="font-semibold">{t('apiKeys.once')}</p>
        <p>{t('apiKeys.onceMore')}</p>
      </Notice>
      <output className="code break-all" aria-label={t('apiKeys.key')}>
        {value}
      </output>
      <div>
        <CopyButton text={value} />
      </div>
    </div>
  );
}

export const DAY_MS = 86_400_000;
const LIVES = [30, 90, 180, 365] as const;

/** How long a key is to live, in days. */
export function LifeSelect(): ReactNode {
  const { t } = useTranslation();
  return (
    <Select
      label={t('apiKeys.life')}
      hint={t('apiKeys.lifeHint')}
      name="life"
      defaultValue="365"
      choices={LIVES.map((days) => ({ value: String(days), words: t('apiKeys.days', { count: days }) }))}
    />
  );
}
