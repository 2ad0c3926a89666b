// Offers that wait for a verdict: a dense table, the offer itself at the side.
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'wouter';
import type { OfferListItem } from '../../../gateway/protocol/api/offers.js';
import { useAnswer } from '../../app/answers.js';
import { useTexts } from '../../app/use-texts.js';
import { Amount } from '../../components/amount.js';
import { Loaded } from '../../components/loaded.js';
import { Empty, Page } from '../../components/page.js';
import { Panel } from '../../components/panel.js';
import { Person } from '../../components/person.js';
import { Table } from '../../components/table.js';
import { Verdict } from './verdict.js';

const EVERY_MS = 15_000;

export function Moderation(): ReactNode {
  const { t } = useTranslation();
  const queue = useAnswer('listModeration', { query: { limit: 100 } }, { everyMs: EVERY_MS });
  const [search, setSearch] = useSearchParams();
  const [decided, setDecided] = useState<string | null>(null);
  const shown = search.get('offer');
  const show = (offer: string | null): void => {
    setSearch(offer === null ? {} : { offer });
  };
  return (
    <Page title={t('moderation.title')} isWide>
      <p role="status" className="hint -mt-3">
        {decided ?? t('moderation.about')}
      </p>
      <Loaded from={queue}>
        {({ items }) => (items.length === 0 ? <Nothing /> : <Queue items={items} show={show} />)}
      </Loaded>
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
          cell: ({ id, title }) => (
            <button
              type="button"
              className="link text-start font-semibold"
              onClick={() => {
                show(id);
              }}
            >
              {title}
            </button>
          ),
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
