// Who takes part in a deal, and with what.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { DealPage } from '../../../gateway/protocol/api/deals.js';
import { useMemberName } from '../../app/gateway.js';
import { Facts } from '../../components/facts.js';
import { PaymentsTable } from '../../components/payments-table.js';
import { Person } from '../../components/person.js';

export function DealPeople({ deal }: { readonly deal: DealPage }): ReactNode {
  const { t } = useTranslation();
  const memberName = useMemberName();
  const { offerTerms } = deal.terms;
  return (
    <>
      <div className="card px-5 py-1">
        <Facts
          of={[
            { name: t('deal.buyer'), value: <Person who={deal.buyer} /> },
            { name: t('deal.seller'), value: <Person who={deal.seller} /> },
            { name: t('deal.courier'), value: memberName(offerTerms.courier) },
            { name: t('deal.marketplace'), value: memberName(offerTerms.marketplace) },
          ]}
        />
      </div>
      {deal.payments.length > 0 && <PaymentsTable deal={deal} />}
    </>
  );
}
