// The state of a deal or an offer: always a word, with its colour and sign.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { DealPage } from '../../gateway/protocol/api/deals.js';
import type { OfferPage } from '../../gateway/protocol/api/offers.js';
import { Icon, type IconName } from './icon.js';

export type Meaning = 'plain' | 'moving' | 'held' | 'paid' | 'trouble' | 'returned';

const SIGNS = {
  plain: 'clock',
  moving: 'moving',
  held: 'lock',
  paid: 'check',
  trouble: 'alert',
  returned: 'back',
} as const satisfies { readonly [M in Meaning]: IconName };

interface BadgeProps {
  readonly meaning: Meaning;
  /** Where the meaning's own sign would say something else. */
  readonly sign?: IconName;
  readonly children: ReactNode;
}

export function Badge({ meaning, sign = SIGNS[meaning], children }: BadgeProps): ReactNode {
  return (
    <span className={`badge badge-${meaning}`}>
      <Icon name={sign} size={14} />
      {children}
    </span>
  );
}

/** The sign alone, where the words stand beside it. */
export function Sign({ meaning }: { readonly meaning: Meaning }): ReactNode {
  return (
    <span className={`badge badge-${meaning}`}>
      <Icon name={SIGNS[meaning]} size={14} />
    </span>
  );
}

const DEAL_MEANINGS = {
  awaitingPayment: 'plain',
  inProgress: 'moving',
  paid: 'held',
  completed: 'paid',
  expired: 'returned',
  cancelled: 'returned',
  returned: 'returned',
} as const satisfies { readonly [S in DealPage['status']]: Meaning };

export function DealStatus({ status }: { readonly status: DealPage['status'] }): ReactNode {
  const { t } = useTranslation();
  return <Badge meaning={DEAL_MEANINGS[status]}>{t(`deal.status.${status}`)}</Badge>;
}

const OFFER_MEANINGS = {
  draft: 'moving',
  approved: 'held',
  rejected: 'trouble',
  listed: 'paid',
} as const satisfies { readonly [S in OfferPage['status']]: Meaning };

export function OfferStatus({ status }: { readonly status: OfferPage['status'] }): ReactNode {
  const { t } = useTranslation();
  const meaning = OFFER_MEANINGS[status];
  const sign = status === 'approved' ? 'check' : SIGNS[meaning];
  return (
    <Badge meaning={meaning} sign={sign}>
      {t(`offer.status.${status}`)}
    </Badge>
  );
}
