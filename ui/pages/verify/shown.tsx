// What the receipt itself claims, before anybody is believed.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReceiptRow, SignedReceipt } from '../../../gateway/protocol/api/receipts.js';
import { useMemberName } from '../../app/gateway.js';
import { useTexts } from '../../app/use-texts.js';
import { Facts } from '../../components/facts.js';
import { RowName } from '../../components/row-name.js';
import { Table } from '../../components/table.js';

export function Shown({ receipt: { receipt, signature } }: { readonly receipt: SignedReceipt }): ReactNode {
  const { t } = useTranslation();
  const { exactInstant, number } = useTexts();
  const memberName = useMemberName();
  return (
    <>
      <div className="card px-5 py-1">
        <Facts
          of={[
            { name: t('deal.number'), value: <span className="code">{receipt.deal}</span> },
            { name: t('verify.issuedBy'), value: memberName(signature.member) },
            { name: t('verify.issuedAt'), value: exactInstant(receipt.issuedAt) },
            { name: t('verify.block'), value: number(receipt.block) },
          ]}
        />
      </div>
      <Table
        caption={t('verify.shown')}
        rows={receipt.rows}
        keyOf={({ key }) => key}
        columns={[
          { name: t('receipt.row'), cell: ({ key }) => <RowName of={key} /> },
          {
            name: t('receipt.state'),
            cell: ({ row }) => <span className="code">{textOf(row['status'])}</span>,
          },
          { name: t('payments.amount'), isEnd: true, cell: (row) => <Sum of={row} /> },
        ]}
      />
    </>
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '—';
}

function Sum({ of: { row } }: { readonly of: ReceiptRow }): ReactNode {
  const { money } = useTexts();
  const { amount, currency } = row;
  const isSum = typeof amount === 'string' && /^[0-9]{1,18}$/.test(amount);
  return isSum && /^[A-Z]{3}$/.test(textOf(currency)) ? (
    <span className="amount">{money(amount, textOf(currency))}</span>
  ) : (
    '—'
  );
}
