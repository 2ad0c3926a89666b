// An instant until which something can be done, with the time that is left, counted down every second.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNow } from '../app/clock.js';
import { useTexts } from '../app/use-texts.js';

export function Deadline({ at }: { readonly at: number }): ReactNode {
  const { t } = useTranslation();
  const { instant } = useTexts();
  return (
    <span>
      <time dateTime={new Date(at).toISOString()}>{t('deadline.until', { at: instant(at) })}</time>
      {', '}
      <TimeLeft at={at} />
    </span>
  );
}

export function TimeLeft({ at }: { readonly at: number }): ReactNode {
  const { t } = useTranslation();
  const { span } = useTexts();
  const left = at - useNow(at);
  return (
    <span className="amount">{left > 0 ? t('deadline.left', { span: span(left) }) : t('deadline.over')}</span>
  );
}
