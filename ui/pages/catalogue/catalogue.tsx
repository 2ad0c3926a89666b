// Offers that can be bought: found by words, filtered by price and stock, all of it in the address.
import { useInfiniteQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'wouter';
import type { OfferCard } from '../../../gateway/protocol/api/offers.js';
import { callOf } from '../../app/answers.js';
import { useSession } from '../../app/gateway.js';
import { readAmount } from '../../app/texts.js';
import { Amount } from '../../components/amount.js';
import { Button } from '../../components/button.js';
import { EndlessList } from '../../components/endless-list.js';
import { Field, Select } from '../../components/field.js';
import { Icon } from '../../components/icon.js';
import { Empty, Page } from '../../components/page.js';
import { Person } from '../../components/person.js';
import { Picture } from '../../components/picture.js';

const ORDERS = ['newest', 'cheapest', 'dearest', 'best'] as const;
type Order = (typeof ORDERS)[number];
/** Prices of the filters are typed in this currency; offers of others are compared by their digits alone. */
const FILTER_CURRENCY = 'RUB';

export function Catalogue(): ReactNode {
  const { t } = useTranslation();
  const offers = useOffers();
  return (
    <Page title={t('catalogue.title')} isWide>
      <Filters />
      <EndlessList from={offers} empty={<NothingFound />}>
        {(found) => (
          <ul className="grid grid-cols-2 gap-3 sm:gap-5 md:grid-cols-3 lg:grid-cols-4">
            {found.map((card) => (
              <li key={card.id} className="grid">
                <Card card={card} />
              </li>
            ))}
          </ul>
        )}
      </EndlessList>
    </Page>
  );
}

function useOffers() {
  const call = callOf(useSession().api);
  const [search] = useSearchParams();
  const query = {
    order: orderOf(search),
    ...given('words', search.get('words')),
    ...given('leastPrice', amountIn(search.get('from'))),
    ...given('mostPrice', amountIn(search.get('to'))),
    ...(search.get('stock') === 'any' ? {} : { inStock: 'true' as const }),
  };
  return useInfiniteQuery({
    queryKey: ['searchOffers', query],
    queryFn: ({ pageParam, signal }) =>
      call('searchOffers', { query: { ...query, ...given('cursor', pageParam) } }, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });
}

/** As the marketplace sorts where no order is asked for. */
function orderOf(search: URLSearchParams): Order {
  const usual = (search.get('words') ?? '') === '' ? 'newest' : 'best';
  return ORDERS.find((name) => name === search.get('order')) ?? usual;
}

function given<Name extends string>(name: Name, value: string | null): { readonly [N in Name]?: string } {
  return value === null || value === '' ? {} : ({ [name]: value } as { readonly [N in Name]?: string });
}

function amountIn(typed: string | null): string | null {
  return typed === null ? null : readAmount(typed, FILTER_CURRENCY);
}

function Card({ card }: { readonly card: OfferCard }): ReactNode {
  const { t } = useTranslation();
  return (
    <Link
      href={`/offers/${card.id}`}
      className="bare-link card group flex flex-col overflow-hidden hover:border-line-strong hover:no-underline"
    >
      <Picture hash={card.picture} title="" isSmall className="aspect-[4/3] w-full" />
      <div className="flex flex-1 flex-col gap-1 p-3 sm:p-4">
        <p className="text-base font-semibold sm:text-lg">
          <Amount of={card.price} currency={card.currency} isShort />
        </p>
        <p className="line-clamp-2 group-hover:underline">{card.title}</p>
        <p className="mt-auto pt-1 text-sm text-quiet">
          {t('terms.seller')} <Person who={card.seller} isBrief />
        </p>
        {card.available === 0 && <p className="text-sm text-quiet">{t('offer.soldOut')}</p>}
      </div>
    </Link>
  );
}

function Filters(): ReactNode {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const [isOpen, setOpen] = useState(['from', 'to', 'stock'].some((name) => search.has(name)));
  const isChosen = (order: unknown): boolean => search.has('order') || order !== orderOf(search);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const named = ['words', 'from', 'to', 'stock', 'order'].flatMap((name) => {
      const value = data.get(name) ?? search.get(name);
      const isUsual = value === 'only' || value === '' || (name === 'order' && !isChosen(value));
      return typeof value === 'string' && !isUsual ? [[name, value.trim()] as const] : [];
    });
    setSearch(new URLSearchParams(named.map(([name, value]) => [name, value])));
  };
  return (
    <search>
      <form key={search.toString()} className="grid gap-4" onSubmit={submit}>
        <div className="flex gap-2">
          <input
            className="input flex-1"
            type="search"
            name="words"
            aria-label={t('catalogue.words')}
            placeholder={t('catalogue.words')}
            defaultValue={search.get('words') ?? ''}
          />
          <Button type="submit" aria-label={t('catalogue.search')}>
            <Icon name="search" />
            <span className="hidden sm:inline">{t('catalogue.search')}</span>
          </Button>
        </div>
        <details
          open={isOpen}
          onToggle={(event) => {
            setOpen(event.currentTarget.open);
          }}
        >
          <summary className="w-fit text-sm text-quiet">{t('catalogue.filters')}</summary>
          <FilterFields order={orderOf(search)} />
        </details>
      </form>
    </search>
  );
}

function FilterFields({ order }: { readonly order: Order }): ReactNode {
  const { t } = useTranslation();
  const [search] = useSearchParams();
  return (
    <div className="grid grid-cols-2 gap-4 pt-3 md:grid-cols-4">
      {(['from', 'to'] as const).map((name) => (
        <Field
          key={name}
          label={t(`catalogue.${name}`)}
          name={name}
          unit="₽"
          inputMode="decimal"
          defaultValue={search.get(name) ?? ''}
        />
      ))}
      <Select
        label={t('catalogue.stock')}
        name="stock"
        defaultValue={search.get('stock') ?? 'only'}
        choices={(['only', 'any'] as const).map((value) => ({
          value,
          words: t(`catalogue.stockIs.${value}`),
        }))}
      />
      <Select
        label={t('catalogue.order')}
        name="order"
        defaultValue={order}
        choices={ORDERS.map((value) => ({ value, words: t(`catalogue.orders.${value}`) }))}
      />
      <Button type="submit" look="plain" className="col-span-full justify-self-start">
        {t('catalogue.apply')}
      </Button>
    </div>
  );
}

function NothingFound(): ReactNode {
  const { t } = useTranslation();
  const [search] = useSearchParams();
  const isFiltered = search.toString() !== '';
  return (
    <Empty title={t(isFiltered ? 'catalogue.nothingFound' : 'catalogue.empty')}>
      <p className="text-quiet">{t(isFiltered ? 'catalogue.nothingFoundMore' : 'catalogue.emptyMore')}</p>
      {isFiltered ? (
        <Link href="/catalogue">{t('catalogue.all')}</Link>
      ) : (
        <Link href="/selling/new">{t('catalogue.sell')}</Link>
      )}
    </Empty>
  );
}
