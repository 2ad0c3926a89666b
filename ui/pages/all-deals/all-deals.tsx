// All deals of the marketplace with their labels, for its staff: a dense table, filters in the address.
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'wouter';
import type { StaffDeal } from '../../../gateway/protocol/api/labels.js';
import { callOf, useAnswer } from '../../app/answers.js';
import { useSession } from '../../app/gateway.js';
import { useTexts } from '../../app/use-texts.js';
import { Amount } from '../../components/amount.js';
import { EndlessList } from '../../components/endless-list.js';
import { Select } from '../../components/field.js';
import { LabelBadge } from '../../components/label-badge.js';
import { Empty, Page } from '../../components/page.js';
import { Person } from '../../components/person.js';
import { DealStatus } from '../../components/status.js';
import { Table } from '../../components/table.js';

const PHASES = ['open', 'paymentsClosed', 'cancelled', 'paid', 'completed', 'expired'] as const;
const EVERY_MS = 15_000;

export function AllDeals(): ReactNode {
  const { t } = useTranslation();
  const deals = useDeals();
  return (
    <Page title={t('allDeals.title')} isWide>
      <Filters />
      <OfPerson />
      <EndlessList from={deals} empty={<Empty title={t('allDeals.empty')} />}>
        {(found) => <DealTable deals={found} />}
      </EndlessList>
    </Page>
  );
}

function Filters(): ReactNode {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const labels = useAnswer('listLabels', {});
  const set = (name: string, value: string): void => {
    const next = new URLSearchParams(search);
    if (value === '') next.delete(name);
    else next.set(name, value);
    setSearch(next, { replace: true });
  };
  const valueOf = (name: string): string => search.get(name) ?? '';
  return (
    <search className="grid gap-4 sm:grid-cols-[2fr_1fr_1fr]">
      <div className="field">
        <label htmlFor="deal-words">{t('allDeals.words')}</label>
        <input
          id="deal-words"
          className="input"
          type="search"
          defaultValue={valueOf('words')}
          onChange={(event) => {
            set('words', event.target.value);
          }}
        />
      </div>
      <Select
        label={t('allDeals.label')}
        value={valueOf('label')}
        onChange={(event) => {
          set('label', event.target.value);
        }}
        choices={[
          { value: '', words: t('allDeals.any') },
          ...(labels.data?.items ?? []).map(({ id, name, isArchived }) => ({
            value: id,
            words: isArchived ? t('labels.archivedName', { name }) : name,
          })),
        ]}
      />
      <Select
        label={t('allDeals.phase')}
        value={valueOf('phase')}
        onChange={(event) => {
          set('phase', event.target.value);
        }}
        choices={[
          { value: '', words: t('allDeals.any') },
          ...PHASES.map((phase) => ({ value: phase, words: t(`allDeals.phases.${phase}`) })),
        ]}
      />
    </search>
  );
}

/** The list of one person's deals is come to from the list of people. */
function OfPerson(): ReactNode {
  const { t } = useTranslation();
  const [search] = useSearchParams();
  if (search.get('person') === null) return null;
  return (
    <p className="text-sm">
      {t('allDeals.ofPerson')} <Link href="/all-deals">{t('allDeals.showAll')}</Link>
    </p>
  );
}

function useDeals() {
  const call = callOf(useSession().api);
  const [search] = useSearchParams();
  const words = (search.get('words') ?? '').trim();
  const label = search.get('label') ?? '';
  const person = search.get('person');
  const phase = PHASES.find((one) => one === search.get('phase'));
  const filters = {
    ...(words === '' ? {} : { words }),
    ...(label === '' ? {} : { label }),
    ...(phase === undefined ? {} : { phase }),
    ...(person === null ? {} : { person }),
  };
  return useInfiniteQuery({
    queryKey: ['listDeals', filters],
    queryFn: ({ pageParam, signal }) => {
      const query = { limit: 50, ...filters, ...(pageParam === null ? {} : { cursor: pageParam }) };
      return call('listDeals', { query }, { signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    refetchInterval: EVERY_MS,
  });
}

function DealTable({ deals }: { readonly deals: readonly StaffDeal[] }): ReactNode {
  const { t } = useTranslation();
  const { shortInstant } = useTexts();
  return (
    <Table
      caption={t('allDeals.title')}
      rows={deals}
      keyOf={({ id }) => id}
      columns={[
        {
          name: t('allDeals.deal'),
          cell: ({ id, title }) => (
            <Link href={`/deals/${id}`} className="font-semibold">
              {title}
            </Link>
          ),
        },
        { name: t('allDeals.bought'), cell: ({ boughtAt }) => shortInstant(boughtAt) },
        { name: t('deal.buyer'), cell: ({ buyer }) => <Person who={buyer} isBrief /> },
        { name: t('deal.seller'), cell: ({ seller }) => <Person who={seller} isBrief /> },
        {
          name: t('buy.price'),
          isEnd: true,
          cell: ({ money }) => <Amount of={money.price} currency={money.currency} />,
        },
        { name: t('allDeals.state'), cell: ({ status }) => <DealStatus status={status} /> },
        {
          name: t('allDeals.labels'),
          cell: ({ labels }) =>
            labels.length === 0 ? null : (
              <span className="flex flex-wrap gap-1">
                {labels.map(({ id, name }) => (
                  <LabelBadge key={id} name={name} />
                ))}
              </span>
            ),
        },
      ]}
    />
  );
}
