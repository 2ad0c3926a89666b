// Offers that wait for a verdict and those on sale: a dense table, the offer itself at the side.
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useSearchParams } from 'wouter';
import type { OfferListItem } from '../../../gateway/protocol/api/offers.js';
import { useAnswer } from '../../app/answers.js';
import { useTexts } from '../../app/use-texts.js';
import { Amount } from '../../components/amount.js';
import { Loaded } from '../../components/loaded.js';
import { Empty, Page } from '../../components/page.js';
import { Panel } from '../../components/panel.js';
import { Person } from '../../components/person.js';
import { Table } from '../../components/table.js';
import { FilterTabs, useFilter } from '../../components/tabs.js';
import { OnSale } from './on-sale.js';
import { ToOffer } from './to-offer.js';
import { Verdict } from './verdict.js';

const EVERY_MS = 15_000;
const ON_SALE = 'sale';

export function Moderation(): ReactNode {
  const { t } = useTranslation();
  const [search] = useSearchParams();
  const [, navigate] = useLocation();
  const isOnSale = useFilter('list') === ON_SALE;
  const [decided, setDecided] = useState<string | null>(null);
  const shown = search.get('offer');
  const show = (offer: string | null): void => {
    const next = { ...(isOnSale ? { list: ON_SALE } : {}), ...(offer === null ? {} : { offer }) };
    // With what is searched for, behind #.
    navigate(`/moderation?${new URLSearchParams(next).toString()}${location.hash}`);
  };
  return (
    <Page title={t('moderation.title')} isWide>
      <p role="status" className="hint -mt-3">
        {decided ?? t(isOnSale ? 'moderation.aboutOnSale' : 'moderation.about')}
      </p>
      <FilterTabs
        label={t('moderation.lists')}
        name="list"
        choices={[
          { value: '', words: t('moderation.waiting') },
          { value: ON_SALE, words: t('moderation.onSale') },
        ]}
      />
      {isOnSale ? <OnSale show={show} /> : <Waiting show={show} />}
      {shown !== null && (
        <Panel
          title={t('moderation.offer')}
          close={() => {
            show(null);
          }}
        >
          <Verdict
            offer={shown}
            done={(words) => {
              setDecided(words);
              show(null);
            }}
          />
        </Panel>
      )}
    </Page>
  );
}

function Waiting({ show }: Pick<QueueProps, 'show'>): ReactNode {
  const queue = useAnswer('listModeration', { query: { limit: 100 } }, { everyMs: EVERY_MS });
  return (
    <Loaded from={queue}>
      {({ items }) => (items.length === 0 ? <Nothing /> : <Queue items={items} show={show} />)}
    </Loaded>
  );
}

function Nothing(): ReactNode {
  const { t } = useTranslation();
  return (
    <Empty title={t('moderation.empty')}>
      <p className="text-quiet">{t('moderation.emptyMore')}</p>
    </Empty>
  );
}

interface QueueProps {
  readonly items: readonly OfferListItem[];
  readonly show: (offer: string) => void;
}

function Queue({ items, show }: QueueProps): ReactNode {
  const { t } = useTranslation();
  const { shortInstant, number } = useTexts();
  return (
    <Table
      caption={t('moderation.title')}
      rows={items}
      keyOf={({ id }) => id}
      columns={[
        {
          name: t('moderation.goods'),
          cell: ({ id, title }) => <ToOffer id={id} title={title} show={show} />,
        },
        { name: t('terms.seller'), cell: ({ seller }) => <Person who={seller} isBrief /> },
        { name: t('moderation.version'), isEnd: true, cell: ({ version }) => number(version) },
        { name: t('moderation.stock'), isEnd: true, cell: ({ total }) => number(total) },
        {
          name: t('buy.price'),
          isEnd: true,
          cell: ({ price, currency }) => <Amount of={price} currency={currency} />,
        },
        { name: t('moderation.waits'), isEnd: true, cell: ({ updatedAt }) => shortInstant(updatedAt) },
      ]}
    />
  );
}
