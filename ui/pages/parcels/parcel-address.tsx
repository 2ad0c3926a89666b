// Where a parcel goes and from whom it comes, as the marketplace has announced it.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ParcelAddress } from '../../../gateway/protocol/api/parcels.js';
import { MOVING_MS, useAnswer } from '../../app/answers.js';
import { AddressText } from '../../components/address-fields.js';
import { Facts } from '../../components/facts.js';
import { Loaded } from '../../components/loaded.js';

export function ParcelAddressView({ deal }: { readonly deal: string }): ReactNode {
  const { t } = useTranslation();
  const isWaiting = ({ address }: ParcelAddress): boolean => address === null;
  const answer = useAnswer(
    'getParcelAddress',
    { path: { deal } },
    { everyMs: MOVING_MS, isMoving: isWaiting },
  );
  return (
    <Loaded from={answer} lines={2}>
      {({ address, seller }) =>
        address === null ? (
          <p className="hint">{t('parcels.noAddress')}</p>
        ) : (
          <div className="card px-5 py-1">
            <Facts
              of={[
                ...(seller === null ? [] : [{ name: t('parcels.from'), value: seller }]),
                { name: t('parcels.to'), value: <AddressText of={address} /> },
              ]}
            />
          </div>
        )
      }
    </Loaded>
  );
}
