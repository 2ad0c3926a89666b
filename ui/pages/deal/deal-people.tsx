// Who takes part in a deal, and with what.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { DealPage } from '../../../gateway/protocol/api/deals.js';
import type { PersonRef } from '../../../gateway/protocol/api/forms.js';
import { useMemberName } from '../../app/gateway.js';
import { Face } from '../../components/face.js';
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
            { name: t('deal.buyer'), value: <Party who={deal.buyer} /> },
            { name: t('deal.seller'), value: <Party who={deal.seller} /> },
            { name: t('deal.courier'), value: memberName(offerTerms.courier) },
            { name: t('deal.marketplace'), value: memberName(offerTerms.marketplace) },
          ]}
        />
      </div>
      {deal.payments.length > 0 && <PaymentsTable deal={deal} />}
    </>
  );
}

/** With the picture, once the deal is paid. */
function Party({ who }: { readonly who: PersonRef }): ReactNode {
  if (who.picture === undefined) return <Person who={who} />;
  return (
    <span className="flex items-center gap-3">
      <Face person={who.id} name={who.name} picture={who.picture} />
      <Person who={who} />
    </span>
  );
}
