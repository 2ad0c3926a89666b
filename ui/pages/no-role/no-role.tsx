// Shown to somebody whose key no administrator has confirmed yet: there is nothing that he may do so far.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../app/gateway.js';
import { Notice } from '../../components/notice.js';
import { Page } from '../../components/page.js';

export function NoRole(): ReactNode {
  const { t } = useTranslation();
  const me = useMe();
  return (
    <Page title={t('noRole.title', { name: me.name })}>
      <Notice meaning="moving">
        <p className="font-semibold">{t('noRole.waiting')}</p>
        <p>{t('noRole.more')}</p>
      </Notice>
    </Page>
  );
}
