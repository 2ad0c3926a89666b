// What this bank has booked for one deal: the operations that its refund key ties together, and the credits to payees.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useAnswer } from '../../app/answers.js';
import type { PageProps } from '../../app/page-props.js';
import { Facts } from '../../components/facts.js';
import { Loaded } from '../../components/loaded.js';
import { OperationTable } from '../../components/operation-table.js';
import { Empty, Page, Section } from '../../components/page.js';

const EVERY_MS = 5_000;

export function DealOperations({ id }: PageProps): ReactNode {
  const { t } = useTranslation();
  const operations = useAnswer('listDealOperations', { path: { deal: id } }, { everyMs: EVERY_MS });
  return (
    <Page title={t('dealBooks.title')} up={{ to: '/payments', words: t('requests.title') }} isWide>
      <Loaded from={operations}>
        {({ refundKeyFingerprint, tied, others }) => (
          <>
            <Facts
              of={[
                { name: t('dealBooks.deal'), value: <span className="code">{id}</span> },
                {
                  name: t('dealBooks.refundKey'),
                  value:
                    refundKeyFingerprint === null ? (
                      '—'
                    ) : (
                      <span className="code">{refundKeyFingerprint}</span>
                    ),
                },
              ]}
            />
            <p className="-mt-3 text-sm text-quiet">{t('dealBooks.refundKeyMore')}</p>
            {tied.length + others.length === 0 && (
              <Empty title={t('dealBooks.empty')}>
                <p className="text-quiet">{t('dealBooks.emptyMore')}</p>
              </Empty>
            )}
            {tied.length > 0 && (
              <Section title={t('dealBooks.tied')}>
                <OperationTable caption={t('dealBooks.tied')} operations={tied} />
              </Section>
            )}
            {others.length > 0 && (
              <Section title={t('dealBooks.others')}>
                <OperationTable caption={t('dealBooks.others')} operations={others} />
              </Section>
            )}
          </>
        )}
      </Loaded>
    </Page>
  );
}
