// Offers in the catalogue, found by words, so that a moderator can take one off sale.
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { callOf } from '../../app/answers.js';
import { useFragment } from '../../app/fragment.js';
import { useSession } from '../../app/gateway.js';
import { useTexts } from '../../app/use-texts.js';
import { Amount } from '../../components/amount.js';
import { EndlessList } from '../../components/endless-list.js';
import { Empty } from '../../components/page.js';
import { Person } from '../../components/person.js';
import { SearchField } from '../../components/search-field.js';
import { Table } from '../../components/table.js';
import { ToOffer } from './to-offer.js';

export function OnSale({ show }: { readonly show: (offer: string) => void }): ReactNode {
  const { t } = useTranslation();
  const { number } = useTexts();
  const found = useOffers();
  return (
    <>
      <SearchField label={t('moderation.search')} />
      <EndlessList from={found} empty={<Empty title={t('moderation.nothingOnSale')} />}>
        {(offers) => (
          <Table
            caption={t('moderation.onSale')}
            rows={offers}
            keyOf={({ id }) => id}
            columns={[
              {
                name: t('moderation.goods'),
                cell: ({ id, title }) => <ToOffer id={id} title={title} show={show} />,
              },
              { name: t('terms.seller'), cell: ({ seller }) => <Person who={seller} isBrief /> },
              { name: t('moderation.available'), isEnd: true, cell: ({ available }) => number(available) },
              {
                name: t('buy.price'),
                isEnd: true,
                cell: ({ price, currency }) => <Amount of={price} currency={currency} />,
              },
            ]}
          />
        )}
      </EndlessList>
    </>
  );
}

function useOffers() {
  const call = callOf(useSession().api);
  const words = useFragment().get('words') ?? '';
  return useInfiniteQuery({
    queryKey: ['searchOffers', 'onSale', words],
    queryFn: ({ pageParam, signal }) => {
      const cursor = pageParam === null ? {} : { cursor: pageParam };
      const query = { limit: 50, ...(words === '' ? {} : { words }), ...cursor };
      return call('searchOffers', { query }, { signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });
}
