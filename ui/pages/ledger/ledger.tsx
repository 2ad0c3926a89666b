// The ledger browser: newest blocks, and a search by what stands on a receipt or a deal's page.
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { LedgerBlockInfo } from '../../../gateway/protocol/api/ledger.js';
import { callOf } from '../../app/answers.js';
import { useSession } from '../../app/gateway.js';
import { useTexts } from '../../app/use-texts.js';
import { EndlessList } from '../../components/endless-list.js';
import { Empty, Page } from '../../components/page.js';
import { Table } from '../../components/table.js';
import { Fingerprint } from './fingerprint.js';
import { LedgerSearch } from './ledger-search.js';

const EVERY_MS = 10_000;

export function Ledger(): ReactNode {
  const { t } = useTranslation();
  const blocks = useBlocks();
  return (
    <Page title={t('ledger.title')} isWide>
      <p className="-mt-3 text-quiet">{t('ledger.about')}</p>
      <LedgerSearch />
      <EndlessList from={blocks} empty={<Empty title={t('ledger.empty')} />}>
        {(found) => <Blocks blocks={found} />}
      </EndlessList>
      <p>
        <Link href="/verify">{t('ledger.toVerify')}</Link>
      </p>
    </Page>
  );
}

function useBlocks() {
  const call = callOf(useSession().api);
  return useInfiniteQuery({
    queryKey: ['listBlocks'],
    queryFn: ({ pageParam, signal }) =>
      call('listBlocks', { query: pageParam === null ? {} : { cursor: pageParam } }, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    refetchInterval: EVERY_MS,
  });
}

function Blocks({ blocks }: { readonly blocks: readonly LedgerBlockInfo[] }): ReactNode {
  const { t } = useTranslation();
  const { exactInstant, number } = useTexts();
  return (
    <Table
      caption={t('ledger.blocks')}
      rows={blocks}
      keyOf={(block) => String(block.number)}
      columns={[
        {
          name: t('ledger.block'),
          cell: (block) => (
            <Link href={`/ledger/blocks/${String(block.number)}`} className="font-semibold">
              {number(block.number)}
            </Link>
          ),
        },
        { name: t('ledger.time'), cell: ({ at }) => (at === null ? '—' : exactInstant(at)) },
        {
          name: t('ledger.transactions'),
          isEnd: true,
          cell: ({ transactions, valid }) => (
            <>
              {number(transactions)}
              {valid < transactions && (
                <span className="text-quiet"> · {t('ledger.invalid', { count: transactions - valid })}</span>
              )}
            </>
          ),
        },
        { name: t('ledger.hash'), cell: ({ hash }) => <Fingerprint of={hash} /> },
      ]}
    />
  );
}
