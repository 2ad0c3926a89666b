// The payments of a deal: whose, from which bank, how much, and where the money is.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { DealPage, PaymentInfo } from '../../gateway/protocol/api/deals.js';
import { useBankName } from '../app/gateway.js';
import { Amount } from './amount.js';
import { Person } from './person.js';
import { Badge, type Meaning } from './status.js';
import { Table } from './table.js';

const PLACES = {
  asked: 'moving',
  admitted: 'moving',
  held: 'held',
  captured: 'paid',
  returned: 'returned',
  refused: 'trouble',
  late: 'returned',
} as const satisfies { readonly [P in PaymentInfo['place']]: Meaning };

export function PaymentsTable({ deal }: { readonly deal: DealPage }): ReactNode {
  const { t } = useTranslation();
  const bankName = useBankName();
  const { currency } = deal.money;
  return (
    <Table
      caption={t('payments.title')}
      rows={deal.payments}
      keyOf={({ id }) => id}
      columns={[
        {
          name: t('payments.payer'),
          cell: ({ payer, isMine }) => (isMine ? t('payments.you') : <Person who={payer} isBrief />),
        },
        { name: t('payments.bank'), cell: ({ bank }) => bankName(bank) },
        {
          name: t('payments.amount'),
          isEnd: true,
          cell: ({ amount }) => <Amount of={amount} currency={currency} />,
        },
        { name: t('payments.fee'), isEnd: true, cell: ({ fee }) => <Amount of={fee} currency={currency} /> },
        {
          name: t('payments.state'),
          cell: ({ place }) => <Badge meaning={PLACES[place]}>{t(`payments.place.${place}`)}</Badge>,
        },
      ]}
    />
  );
}
