// The person's deals: where the money of each is and whose turn it is; filters stand in the address.
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { DealListItem } from '../../../gateway/protocol/api/deals.js';
import { callOf } from '../../app/answers.js';
import { useSession } from '../../app/gateway.js';
import { useTexts } from '../../app/use-texts.js';
import { Amount } from '../../components/amount.js';
import { TimeLeft } from '../../components/deadline.js';
import { EndlessList } from '../../components/endless-list.js';
import { SmallMoneyStrip } from '../../components/money-strip.js';
import { Empty, Page } from '../../components/page.js';
import { Person } from '../../components/person.js';
import { DealStatus } from '../../components/status.js';
import { FilterTabs, useFilter } from '../../components/tabs.js';

const ROLES = ['buyer', 'seller', 'payer'] as const;
const EVERY_MS = 10_000;

export function Deals(): ReactNode {
  const { t } = useTranslation();
  const deals = useDeals();
  return (
    <Page title={t('deals.title')}>
      <FilterTabs
        label={t('deals.filter')}
        name="role"
        choices={[
          { value: '', words: t('deals.all') },
          ...ROLES.map((role) => ({ value: role, words: t(`deals.as.${role}`) })),
        ]}
      />
      <EndlessList from={deals} empty={<NoDeals />}>
        {(found) => (
          <ul className="card divide-y divide-line">
            {found.map((deal) => (
              <Row key={deal.id} deal={deal} />
            ))}
          </ul>
        )}
      </EndlessList>
    </Page>
  );
}

function NoDeals(): ReactNode {
  const { t } = useTranslation();
  return (
    <Empty title={t('deals.empty')}>
      <p className="text-quiet">{t('deals.emptyMore')}</p>
      <Link href="/catalogue">{t('deals.toCatalogue')}</Link>
    </Empty>
  );
}

function useDeals() {
  const call = callOf(useSession().api);
  const named = useFilter('role');
  const role = ROLES.find((one) => one === named);
  return useInfiniteQuery({
    queryKey: ['listMyDeals', role ?? ''],
    queryFn: ({ pageParam, signal }) => {
      const query = {
        ...(role === undefined ? {} : { role }),
        ...(pageParam === null ? {} : { cursor: pageParam }),
      };
      return call('listMyDeals', { query }, { signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    refetchInterval: EVERY_MS,
  });
}

function Row({ deal }: { readonly deal: DealListItem }): ReactNode {
  const { t } = useTranslation();
  const { instant } = useTexts();
  return (
    <li className="relative grid gap-x-4 gap-y-2 px-4 py-4 hover:bg-sunken/50 sm:grid-cols-[1fr_auto] sm:px-5">
      <div className="grid min-w-0 gap-1">
        <Link
          href={`/deals/${deal.id}`}
          className="bare-link font-semibold after:absolute after:inset-0 hover:underline"
        >
          {deal.title}
        </Link>
        <p className="text-sm text-quiet">
          {t(`deals.with.${deal.role}`)} <Person who={deal.other} isBrief /> · {instant(deal.boughtAt)}
        </p>
        <Turn deal={deal} />
      </div>
      <div className="flex flex-row-reverse flex-wrap items-center justify-between gap-2 sm:flex-col sm:items-end">
        <p className="font-semibold">
          <Amount of={deal.money.price} currency={deal.money.currency} />
        </p>
        <DealStatus status={deal.status} />
        <span className="w-full sm:w-auto">
          <SmallMoneyStrip deal={deal} />
        </span>
      </div>
    </li>
  );
}

/** Whose turn it is, in one line. */
function Turn({ deal }: { readonly deal: DealListItem }): ReactNode {
  const { t } = useTranslation();
  const { next } = deal;
  if (next === null) return null;
  const words = next.isMine ? t(`next.mine.${next.what}`) : t(`next.theirs.${next.who}.${next.what}`);
  return (
    <p className={`text-sm ${next.isMine ? 'font-semibold text-accent' : 'text-quiet'}`}>
      {words}
      {next.until !== null && (
        <>
          {' · '}
          <TimeLeft at={next.until} />
        </>
      )}
    </p>
  );
}
