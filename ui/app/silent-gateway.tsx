// Shown while the gateway that serves this page does not answer at all.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Notice } from '../components/notice.js';

export function SilentGateway(): ReactNode {
  const { t } = useTranslation();
  return (
    <main className="column px-4 py-16">
      <Notice meaning="held">
        <h1 className="text-base">{t('problem.silent')}</h1>
        <p>{t('problem.retrying')}</p>
      </Notice>
    </main>
  );
}
