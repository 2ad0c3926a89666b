// The state of a parcel: a word with its sign.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Parcel } from '../../../gateway/protocol/api/parcels.js';
import type { IconName } from '../../components/icon.js';
import { Badge, type Meaning } from '../../components/status.js';

const MEANINGS = { announced: 'held', accepted: 'moving', delivered: 'paid' } as const satisfies {
  readonly [S in Parcel['status']]: Meaning;
};

const SIGNS = { announced: 'clock', accepted: 'moving', delivered: 'check' } as const satisfies {
  readonly [S in Parcel['status']]: IconName;
};

export function ParcelStatus({ status }: { readonly status: Parcel['status'] }): ReactNode {
  const { t } = useTranslation();
  return (
    <Badge meaning={MEANINGS[status]} sign={SIGNS[status]}>
      {t(`parcels.status.${status}`)}
    </Badge>
  );
}
