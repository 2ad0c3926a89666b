// Movements of one account: what each changed of the money that is free, held, or on its way.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useTexts } from '../../app/use-texts.js';
import { Amount } from '../../components/amount.js';
import { type BankOperation, OperationDeal, OperationKind } from '../../components/operation-table.js';
import { type Column, Table } from '../../components/table.js';

interface StatementTableProps {
  readonly number: string;
  readonly operations: readonly BankOperation[];
}

export function StatementTable({ number, operations }: StatementTableProps): ReactNode {
  const { t } = useTranslation();
  const { exactInstant } = useTexts();
  const change = (name: 'available' | 'held' | 'pending'): Column<BankOperation> => ({
    name: t(`account.${name}`),
    isEnd: true,
    cell: ({ lines, currency }) => {
      const line = lines.find(({ account }) => account === `${name}/${number}`);
      return line === undefined ? null : <Amount of={line.amount} currency={currency} withSign />;
    },
  });
  return (
    <Table
      caption={t('account.statement')}
      rows={operations}
      keyOf={({ operation }) => operation}
      columns={[
        { name: t('books.kind'), cell: ({ kind }) => <OperationKind of={kind} /> },
        { name: t('books.at'), cell: ({ at }) => exactInstant(at) },
        change('available'),
        change('held'),
        change('pending'),
        { name: t('books.deal'), cell: (operation) => <OperationDeal of={operation} /> },
      ]}
    />
  );
}
