// Who has done what to labels, or with those of one deal, newest first.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { LabelChangeInfo } from '../../gateway/protocol/api/labels.js';
import { useAnswer } from '../app/answers.js';
import { useTexts } from '../app/use-texts.js';
import { Table } from './table.js';

export function LabelChanges({ of }: { readonly of: { readonly deal?: string } }): ReactNode {
  const { t } = useTranslation();
  const { shortInstant } = useTexts();
  const changes = useAnswer('listLabelChanges', { query: of });
  const items = changes.data?.items ?? [];
  if (items.length === 0) return null;
  const dealColumn = {
    name: t('allDeals.deal'),
    cell: ({ deal }: LabelChangeInfo) =>
      deal === null ? null : (
        <Link href={`/deals/${deal}`} className="code">
          {deal.slice(0, 13)}…
        </Link>
      ),
  };
  return (
    <details className="min-w-0">
      <summary className="text-sm">{t('labels.history')}</summary>
      <div className="pt-3">
        <Table
          caption={t('labels.history')}
          rows={items}
          keyOf={({ at, what, label, deal }) => `${String(at)} ${what} ${label.id} ${deal ?? ''}`}
          columns={[
            { name: t('labels.when'), cell: ({ at }) => shortInstant(at) },
            { name: t('labels.who'), cell: ({ by }) => by },
            { name: t('labels.what'), cell: ({ what }) => t(`labels.did.${what}`) },
            { name: t('labels.label'), cell: ({ label }) => label.name },
            ...(of.deal === undefined ? [dealColumn] : []),
          ]}
        />
      </div>
    </details>
  );
}
