// Accounts with their balances, as a list that is read page by page.
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import type { bankAccountSchema } from '../../../gateway/protocol/api/bank.js';
import { callOf } from '../../app/answers.js';
import { useSession } from '../../app/gateway.js';
import { AccountLink, HolderLink } from '../../components/account-number.js';
import { Amount } from '../../components/amount.js';
import { type Column, Table } from '../../components/table.js';

export type BankAccount = z.infer<typeof bankAccountSchema>;

export function useAccounts(of: { readonly words?: string; readonly holder?: string }) {
  const call = callOf(useSession().api);
  return useInfiniteQuery({
    queryKey: ['searchAccounts', of],
    queryFn: ({ pageParam, signal }) =>
      call(
        'searchAccounts',
        { body: { ...of, ...(pageParam === null ? {} : { cursor: pageParam }) } },
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });
}

interface AccountTableProps {
  readonly caption: string;
  readonly accounts: readonly BankAccount[];
  readonly withHolder?: boolean;
}

export function AccountTable({ caption, accounts, withHolder = false }: AccountTableProps): ReactNode {
  const { t } = useTranslation();
  const sum = (name: 'available' | 'held' | 'pending'): Column<BankAccount> => ({
    name: t(`account.${name}`),
    isEnd: true,
    cell: (account) => <Amount of={account[name]} currency={account.currency} />,
  });
  const holder: Column<BankAccount> = {
    name: t('account.holder'),
    cell: (account) => <HolderLink of={account.holder} />,
  };
  return (
    <Table
      caption={caption}
      rows={accounts}
      keyOf={({ account }) => account}
      columns={[
        { name: t('account.number'), cell: ({ account }) => <AccountLink of={account} /> },
        ...(withHolder ? [holder] : []),
        sum('available'),
        sum('held'),
        sum('pending'),
      ]}
    />
  );
}
