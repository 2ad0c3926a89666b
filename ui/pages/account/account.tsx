// One account: whose it is, what lies on it, every movement; money is paid in and out here.
import { useInfiniteQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { callOf, useAnswer } from '../../app/answers.js';
import { useFragment } from '../../app/fragment.js';
import { useSession } from '../../app/gateway.js';
import { grouped, HolderLink } from '../../components/account-number.js';
import { Amount } from '../../components/amount.js';
import { Button } from '../../components/button.js';
import { EndlessList } from '../../components/endless-list.js';
import { Facts } from '../../components/facts.js';
import { Empty, Page, Section } from '../../components/page.js';
import { Panel } from '../../components/panel.js';
import type { BankAccount } from '../customers/account-table.js';
import { Movement, type MovementKind } from './movement.js';
import { StatementTable } from './statement-table.js';

const EVERY_MS = 10_000;

export function Account(): ReactNode {
  const { t } = useTranslation();
  const number = useFragment().get('number') ?? '';
  const statement = useStatement(number);
  const account = statement.data?.pages[0]?.account;
  return (
    <Page
      title={t('account.title', { number: grouped(number) })}
      up={{ to: '/customers?by=account', words: t('customers.accounts') }}
      beside={account === undefined ? undefined : <Movements key={number} account={account} />}
      isWide
    >
      {account !== undefined && <Balance account={account} />}
      <Section title={t('account.statement')}>
        <EndlessList
          from={statement}
          empty={
            <Empty title={t('account.empty')}>
              <p className="text-quiet">{t('account.emptyMore')}</p>
            </Empty>
          }
        >
          {(items) => <StatementTable number={number} operations={items} />}
        </EndlessList>
      </Section>
    </Page>
  );
}

function useStatement(account: string) {
  const call = callOf(useSession().api);
  return useInfiniteQuery({
    queryKey: ['getStatement', account],
    queryFn: async ({ pageParam, signal }) => {
      const body = { account, ...(pageParam === null ? {} : { cursor: pageParam }) };
      const { account: balance, operations } = await call('getStatement', { body }, { signal });
      return { account: balance, ...operations };
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    refetchInterval: EVERY_MS,
  });
}

function Balance({ account }: { readonly account: BankAccount }): ReactNode {
  const { t } = useTranslation();
  const { data: holder } = useAnswer('getHolder', { body: { holder: account.holder } });
  const sum = (name: 'available' | 'held' | 'pending') => ({
    name: t(`account.${name}`),
    value: <Amount of={account[name]} currency={account.currency} />,
    isMain: name === 'available',
  });
  return (
    <div className="card max-w-xl px-5 py-2">
      <Facts
        areSums
        of={[
          {
            name: t('account.holder'),
            value: (
              <HolderLink of={account.holder} {...(holder === undefined ? {} : { name: holder.name })} />
            ),
          },
          sum('available'),
          sum('held'),
          sum('pending'),
        ]}
      />
    </div>
  );
}

function Movements({ account }: { readonly account: BankAccount }): ReactNode {
  const { t } = useTranslation();
  const [kind, setKind] = useState<MovementKind | null>(null);
  return (
    <>
      <div className="flex flex-wrap gap-3">
        {(['deposit', 'withdraw'] as const).map((one) => (
          <Button
            key={one}
            look={one === 'deposit' ? 'main' : 'plain'}
            onClick={() => {
              setKind(one);
            }}
          >
            {t(`movement.${one}.title`)}
          </Button>
        ))}
      </div>
      {kind !== null && (
        <Panel
          title={t(`movement.${kind}.title`)}
          close={() => {
            setKind(null);
          }}
        >
          <Movement account={account} kind={kind} />
        </Panel>
      )}
    </>
  );
}
