// What other rules would change, one line for each rule.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AgreedSettings } from '../../../chaincode/protocol/member.js';
import { Table } from '../../components/table.js';
import { useDifferences } from './rule-texts.js';

interface RuleDifferencesProps {
  readonly before: AgreedSettings;
  readonly after: AgreedSettings;
}

export function RuleDifferences({ before, after }: RuleDifferencesProps): ReactNode {
  const { t } = useTranslation();
  const rows = useDifferences()(before, after);
  if (rows.length === 0) return <p className="hint">{t('parameters.noDifference')}</p>;
  return (
    <Table
      caption={t('parameters.differences')}
      rows={rows}
      keyOf={({ name }) => name}
      columns={[
        {
          name: t('parameters.parameter'),
          cell: ({ name }) => <span className="font-semibold">{name}</span>,
        },
        { name: t('parameters.now'), cell: (row) => row.before },
        { name: t('parameters.proposed'), cell: (row) => <span className="font-semibold">{row.after}</span> },
      ]}
    />
  );
}
