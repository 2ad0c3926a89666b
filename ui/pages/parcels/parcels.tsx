// The courier's parcels, those that wait first, on a phone in one hand.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { Parcel } from '../../../gateway/protocol/api/parcels.js';
import { useAnswer } from '../../app/answers.js';
import { Deadline } from '../../components/deadline.js';
import { Loaded } from '../../components/loaded.js';
import { Empty, Page } from '../../components/page.js';
import { FilterTabs, useFilter } from '../../components/tabs.js';
import { ParcelStatus } from './parcel-status.js';

const STATUSES = ['announced', 'accepted', 'delivered'] as const;
const EVERY_MS = 10_000;

export function Parcels(): ReactNode {
  const { t } = useTranslation();
  const named = useFilter('status');
  const status = STATUSES.find((one) => one === named);
  const query = { limit: 100, ...(status === undefined ? {} : { status }) };
  const parcels = useAnswer('listParcels', { query }, { everyMs: EVERY_MS });
  return (
    <Page title={t('parcels.title')}>
      <FilterTabs
        label={t('parcels.filter')}
        name="status"
        choices={[
          { value: '', words: t('parcels.all') },
          ...STATUSES.map((one) => ({ value: one, words: t(`parcels.show.${one}`) })),
        ]}
      />
      <Loaded from={parcels}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={t('parcels.empty')}>
              <p className="text-quiet">{t('parcels.emptyMore')}</p>
            </Empty>
          ) : (
            <ul className="card divide-y divide-line">
              {items.map((parcel) => (
                <Row key={parcel.deal} parcel={parcel} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Page>
  );
}

function Row({ parcel }: { readonly parcel: Parcel }): ReactNode {
  const { t } = useTranslation();
  return (
    <li className="relative flex items-center justify-between gap-4 px-5 py-4 hover:bg-sunken/50">
      <div className="grid min-w-0 gap-1">
        <Link
          href={`/parcels/${parcel.deal}`}
          className="bare-link amount font-semibold after:absolute after:inset-0"
        >
          {t('parcels.number', { number: parcel.deal.slice(-6) })}
        </Link>
        {parcel.status !== 'delivered' && (
          <p className="text-sm text-quiet">
            {t(`parcels.by.${parcel.status}`)}{' '}
            <Deadline at={parcel.status === 'announced' ? parcel.shipBy : parcel.deliverBy} />
          </p>
        )}
      </div>
      <ParcelStatus status={parcel.status} />
    </li>
  );
}
