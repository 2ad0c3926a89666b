// What these pages can promise, and what they cannot, in plain words.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Page, Section } from '../../components/page.js';

const PARTS = ['money', 'code', 'key', 'page', 'check'] as const;

export function Help(): ReactNode {
  const { t } = useTranslation();
  return (
    <Page title={t('help.title')}>
      {PARTS.map((part) => (
        <Section key={part} title={t(`help.${part}.title`)}>
          <p>{t(`help.${part}.text`)}</p>
        </Section>
      ))}
    </Page>
  );
}
