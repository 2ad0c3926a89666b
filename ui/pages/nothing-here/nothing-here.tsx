// An address that leads nowhere, or not for this person.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { Page } from '../../components/page.js';

export function NothingHere(): ReactNode {
  const { t } = useTranslation();
  return (
    <Page title={t('problem.nothingHere')}>
      <p>{t('problem.nothingHereMore')}</p>
      <p>
        <Link href="/">{t('problem.toStart')}</Link>
      </p>
    </Page>
  );
}
