// People as moderators find them: under the masked names that clients see, without log-in, real name or key.
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { MaskedPersonInfo } from '../../../gateway/protocol/api/people.js';
import { callOf } from '../../app/answers.js';
import { useFragment } from '../../app/fragment.js';
import { useSession } from '../../app/gateway.js';
import { useTexts } from '../../app/use-texts.js';
import { EndlessList } from '../../components/endless-list.js';
import { Empty, Page } from '../../components/page.js';
import { SearchField } from '../../components/search-field.js';
import { Table } from '../../components/table.js';

export function MaskedPeople(): ReactNode {
  const { t } = useTranslation();
  const found = useFound();
  return (
    <Page title={t('maskedPeople.title')} isWide>
      <p className="max-w-2xl text-quiet">{t('maskedPeople.about')}</p>
      <SearchField label={t('maskedPeople.search')} />
      <EndlessList from={found} empty={<Empty title={t('people.empty')} />}>
        {(people) => <PeopleTable people={people} />}
      </EndlessList>
    </Page>
  );
}

function useFound() {
  const call = callOf(useSession().api);
  const words = useFragment().get('words') ?? '';
  return useInfiniteQuery({
    queryKey: ['searchMaskedPeople', words],
    queryFn: ({ pageParam, signal }) => {
      const cursor = pageParam === null ? {} : { cursor: pageParam };
      const query = { limit: 50, ...(words === '' ? {} : { words }), ...cursor };
      return call('searchMaskedPeople', { query }, { signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });
}

function PeopleTable({ people }: { readonly people: readonly MaskedPersonInfo[] }): ReactNode {
  const { t } = useTranslation();
  const { dateOf, number } = useTexts();
  return (
    <Table
      caption={t('maskedPeople.title')}
      rows={people}
      keyOf={({ id }) => id}
      columns={[
        {
          name: t('maskedPeople.maskedName'),
          cell: ({ maskedName }) => <span className="code font-semibold">{maskedName}</span>,
        },
        { name: t('people.roles'), cell: (person) => <Roles of={person} /> },
        { name: t('people.since'), cell: ({ createdAt }) => dateOf(createdAt) },
        { name: t('maskedPeople.offers'), isEnd: true, cell: ({ offers }) => number(offers) },
        {
          name: t('maskedPeople.completedDeals'),
          isEnd: true,
          cell: ({ completedDeals }) => number(completedDeals),
        },
        { name: t('maskedPeople.deals'), cell: (person) => <ToDeals of={person} /> },
      ]}
    />
  );
}

function Roles({ of: { roles } }: { readonly of: MaskedPersonInfo }): ReactNode {
  const { t } = useTranslation();
  if (roles.length === 0) return <span className="text-quiet">{t('people.noKey')}</span>;
  return roles.map((role) => t(`people.role.${role}`)).join(', ');
}

function ToDeals({ of: { id, roles } }: { readonly of: MaskedPersonInfo }): ReactNode {
  const { t } = useTranslation();
  if (!roles.includes('client')) return <span className="text-quiet">{t('maskedPeople.noDeals')}</span>;
  return <Link href={`/all-deals?person=${id}`}>{t('maskedPeople.show')}</Link>;
}
