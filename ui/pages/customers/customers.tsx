// The bank's customers as its own system knows them, and their accounts; both are searched.
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import type { holderSchema } from '../../../gateway/protocol/api/bank.js';
import { callOf } from '../../app/answers.js';
import { useFragment } from '../../app/fragment.js';
import { useSession } from '../../app/gateway.js';
import { HolderLink } from '../../components/account-number.js';
import { EndlessList } from '../../components/endless-list.js';
import { Empty, Page } from '../../components/page.js';
import { SearchField } from '../../components/search-field.js';
import { Table } from '../../components/table.js';
import { FilterTabs, useFilter } from '../../components/tabs.js';
import { AccountTable, useAccounts } from './account-table.js';

type Holder = z.infer<typeof holderSchema>;

export function Customers(): ReactNode {
  const { t } = useTranslation();
  const isByAccount = useFilter('by') === 'account';
  return (
    <Page title={t('customers.title')} isWide>
      <FilterTabs
        label={t('customers.by')}
        name="by"
        choices={[
          { value: '', words: t('customers.holders') },
          { value: 'account', words: t('customers.accounts') },
        ]}
      />
      {isByAccount ? <Accounts /> : <Holders />}
    </Page>
  );
}

function Holders(): ReactNode {
  const { t } = useTranslation();
  const call = callOf(useSession().api);
  const words = useFragment().get('words') ?? '';
  const holders = useInfiniteQuery({
    queryKey: ['searchHolders', words],
    queryFn: ({ pageParam, signal }) =>
      call(
        'searchHolders',
        { body: { words, ...(pageParam === null ? {} : { cursor: pageParam }) } },
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });
  return (
    <>
      <SearchField key="holders" label={t('customers.searchHolders')} />
      <EndlessList from={holders} empty={<Nothing words={words} />}>
        {(items) => <HolderTable holders={items} />}
      </EndlessList>
    </>
  );
}

function HolderTable({ holders }: { readonly holders: readonly Holder[] }): ReactNode {
  const { t } = useTranslation();
  return (
    <Table
      caption={t('customers.holders')}
      rows={holders}
      keyOf={({ holder }) => holder}
      columns={[
        {
          name: t('customers.name'),
          cell: ({ holder, name }) => <HolderLink of={holder} name={name} />,
        },
        { name: t('customers.phone'), cell: ({ phone }) => <span className="amount">{phone}</span> },
        {
          name: t('customers.reference'),
          cell: ({ holder }) => <span className="code break-all">{holder}</span>,
        },
      ]}
    />
  );
}

function Accounts(): ReactNode {
  const { t } = useTranslation();
  const words = useFragment().get('words') ?? '';
  const accounts = useAccounts({ words });
  return (
    <>
      <SearchField key="accounts" label={t('customers.searchAccounts')} />
      <EndlessList from={accounts} empty={<Nothing words={words} />}>
        {(items) => <AccountTable caption={t('customers.accounts')} accounts={items} withHolder />}
      </EndlessList>
    </>
  );
}

function Nothing({ words }: { readonly words: string }): ReactNode {
  const { t } = useTranslation();
  return (
    <Empty title={t(words === '' ? 'customers.empty' : 'customers.nothingFound')}>
      <p className="text-quiet">{t(words === '' ? 'customers.emptyMore' : 'customers.nothingFoundMore')}</p>
    </Empty>
  );
}
