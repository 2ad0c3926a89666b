// Movements in a bank's books, each with its lines, which sum to zero.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { z } from 'zod';
import type { bankOperationSchema } from '../../gateway/protocol/api/bank.js';
import { useBankName } from '../app/gateway.js';
import { useTexts } from '../app/use-texts.js';
import { AccountLink } from './account-number.js';
import { Amount } from './amount.js';
import { Badge, type Meaning } from './status.js';
import { type Column, Table } from './table.js';

export type BankOperation = z.infer<typeof bankOperationSchema>;

const MEANINGS = {
  deposit: 'paid',
  withdrawal: 'returned',
  hold: 'held',
  capture: 'paid',
  void: 'returned',
  credit: 'moving',
  posting: 'paid',
} as const satisfies { readonly [K in BankOperation['kind']]: Meaning };

export function OperationKind({ of }: { readonly of: BankOperation['kind'] }): ReactNode {
  const { t } = useTranslation();
  return <Badge meaning={MEANINGS[of]}>{t(`books.operation.${of}`)}</Badge>;
}

export function OperationDeal({ of }: { readonly of: BankOperation }): ReactNode {
  const { deal } = of;
  if (deal === null) return null;
  return (
    <Link href={`/payments/${deal}`} className="code">
      {deal}
    </Link>
  );
}

interface OperationTableProps {
  readonly caption: string;
  readonly operations: readonly BankOperation[];
}

export function OperationTable({ caption, operations }: OperationTableProps): ReactNode {
  const { t } = useTranslation();
  const { exactInstant } = useTexts();
  const columns: Column<BankOperation>[] = [
    { name: t('books.kind'), cell: ({ kind }) => <OperationKind of={kind} /> },
    { name: t('books.at'), cell: ({ at }) => <span>{exactInstant(at)}</span> },
    { name: t('books.lines'), cell: (operation) => <Lines of={operation} /> },
    {
      name: t('books.operationId'),
      cell: ({ operation }) => <span className="code break-all">{operation}</span>,
    },
  ];
  return <Table caption={caption} rows={operations} keyOf={({ operation }) => operation} columns={columns} />;
}

function Lines({ of: { lines, currency } }: { readonly of: BankOperation }): ReactNode {
  return (
    <span className="grid gap-x-4 sm:grid-cols-[auto_auto]">
      {lines.map(({ account, amount }) => (
        <span key={account} className="contents">
          <span>
            <BookAccount of={account} />
          </span>
          <span className="text-end">
            <Amount of={amount} currency={currency} />
          </span>
        </span>
      ))}
    </span>
  );
}

const OF_CUSTOMERS = ['available', 'held', 'pending'] as const;
const OF_THE_BANK = ['fees', 'transit', 'cash'] as const;

/** `available/<number>`, `bank/<id>`, `cash`, … as people call them. */
function BookAccount({ of }: { readonly of: string }): ReactNode {
  const { t } = useTranslation();
  const bankName = useBankName();
  const [first = '', rest = ''] = of.split('/');
  const kind = OF_CUSTOMERS.find((one) => one === first);
  if (kind !== undefined) {
    return (
      <>
        {t(`books.of.${kind}`)} <AccountLink of={rest} />
      </>
    );
  }
  if (first === 'bank') return bankName(rest);
  const own = OF_THE_BANK.find((one) => one === first);
  return own === undefined ? of : t(`books.of.${own}`);
}
