// What the person sells: the state of each offer and the next step with it.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { OfferListItem } from '../../../gateway/protocol/api/offers.js';
import { useAnswer } from '../../app/answers.js';
import { Amount } from '../../components/amount.js';
import { Loaded } from '../../components/loaded.js';
import { Empty, Page } from '../../components/page.js';
import { OfferStatus } from '../../components/status.js';

export function MyOffers(): ReactNode {
  const { t } = useTranslation();
  const offers = useAnswer('listMyOffers', {});
  const toSell = (
    <Link href="/selling/new" className="button">
      {t('myOffers.sell')}
    </Link>
  );
  return (
    <Page title={t('myOffers.title')} beside={offers.data?.items.length === 0 ? undefined : toSell}>
      <Loaded from={offers}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={t('myOffers.empty')}>
              <p className="max-w-md text-quiet">{t('myOffers.emptyMore')}</p>
              {toSell}
            </Empty>
          ) : (
            <ul className="card divide-y divide-line">
              {items.map((offer) => (
                <Row key={offer.id} offer={offer} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Page>
  );
}

function Row({ offer }: { readonly offer: OfferListItem }): ReactNode {
  const { t } = useTranslation();
  return (
    <li className="grid gap-2 px-5 py-4">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1">
        <Link href={`/offers/${offer.id}`} className="bare-link font-semibold">
          {offer.title}
        </Link>
        <Amount of={offer.price} currency={offer.currency} />
      </div>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
        <OfferStatus status={offer.status} />
        {offer.status === 'listed' && (
          <span className="text-quiet">
            {t('myOffers.stock', { available: offer.available, total: offer.total })}
          </span>
        )}
        {offer.status === 'approved' && (
          <Link href={`/selling/${offer.id}/list`} className="font-semibold">
            {t('myOffers.list')}
          </Link>
        )}
        <Link href={`/selling/${offer.id}`}>{t('myOffers.edit')}</Link>
      </div>
      <p className="text-sm text-quiet">{t(`myOffers.about.${offer.status}`)}</p>
      {offer.reason !== null && <p className="text-sm">{t('offer.reason', { reason: offer.reason })}</p>}
    </li>
  );
}
