// What others have done in the person's deals and with his offers, by day; what is seen here is read.
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { NotificationInfo } from '../../../gateway/protocol/api/notifications.js';
import { callOf } from '../../app/answers.js';
import { BELL_KEY } from '../../app/bell.js';
import { useSession } from '../../app/gateway.js';
import { useTexts } from '../../app/use-texts.js';
import { Amount } from '../../components/amount.js';
import { EndlessList } from '../../components/endless-list.js';
import { Empty, Page, Section } from '../../components/page.js';
import { type Meaning, Sign } from '../../components/status.js';

export function Notifications(): ReactNode {
  const { t } = useTranslation();
  const { dateOf } = useTexts();
  const found = useNotifications();
  useReading(found.data?.pages[0]?.items[0]);
  return (
    <Page title={t('notifications.title')}>
      <EndlessList from={found} empty={<NothingYet />}>
        {(items) =>
          [...byDay(items, dateOf)].map(([day, ofDay]) => (
            <Section key={day} title={day}>
              <ul className="card divide-y divide-line">
                {ofDay.map((one) => (
                  <Row key={one.id} of={one} />
                ))}
              </ul>
            </Section>
          ))
        }
      </EndlessList>
    </Page>
  );
}

function NothingYet(): ReactNode {
  const { t } = useTranslation();
  return (
    <Empty title={t('notifications.empty')}>
      <Link href="/catalogue">{t('deals.toCatalogue')}</Link>
    </Empty>
  );
}

function useNotifications() {
  const call = callOf(useSession().api);
  return useInfiniteQuery({
    queryKey: ['listNotifications', 'all'],
    queryFn: ({ pageParam, signal }) => {
      const query = pageParam === null ? {} : { cursor: pageParam };
      return call('listNotifications', { query }, { signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });
}

/** The list keeps its marks of what is new until it is read again; the bell does not. */
function useReading(newest: NotificationInfo | undefined): void {
  const call = callOf(useSession().api);
  const client = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: (upTo: string) => call('markNotificationsRead', { body: { upTo } }),
    onSuccess: () => client.invalidateQueries({ queryKey: BELL_KEY }),
  });
  const upTo = newest?.isRead === false ? newest.id : null;
  useEffect(() => {
    const read = (): void => {
      // In a window that nobody looks at nothing is read.
      if (upTo !== null && document.visibilityState === 'visible') mutate(upTo);
    };
    read();
    document.addEventListener('visibilitychange', read);
    return () => {
      document.removeEventListener('visibilitychange', read);
    };
  }, [upTo, mutate]);
}

function byDay(
  items: readonly NotificationInfo[],
  dayOf: (instant: number) => string,
): ReadonlyMap<string, readonly NotificationInfo[]> {
  const days = new Map<string, NotificationInfo[]>();
  for (const item of items) {
    const day = dayOf(item.at);
    days.set(day, [...(days.get(day) ?? []), item]);
  }
  return days;
}

const MEANINGS = {
  PaymentHeld: 'held',
  PaymentRejected: 'trouble',
  PaymentRefused: 'trouble',
  AdmissionClosed: 'trouble',
  PaymentArrivedLate: 'returned',
  PaymentVoided: 'returned',
  DealPaid: 'held',
  ParcelAccepted: 'moving',
  ParcelDelivered: 'paid',
  InspectionStarted: 'plain',
  GoodsAccepted: 'paid',
  DealCompleted: 'paid',
  DealCancelled: 'returned',
  DealConceded: 'returned',
  DealUnshipped: 'returned',
  DealOverdue: 'returned',
  DealExpired: 'returned',
  InvitationAccepted: 'moving',
  InvitationWithdrawn: 'returned',
  OfferApproved: 'paid',
  OfferRejected: 'trouble',
} as const satisfies { readonly [W in NotificationInfo['what']]: Meaning };

function Row({ of }: { readonly of: NotificationInfo }): ReactNode {
  const { t } = useTranslation();
  const { instant, time } = useTexts();
  const { what, role, about, money, until, at, isRead } = of;
  const address = addressOf(of);
  return (
    <li className="relative grid grid-cols-[auto_1fr_auto] items-start gap-3 px-4 py-4 hover:bg-sunken/50 sm:px-5">
      <Sign meaning={MEANINGS[what]} />
      <div className="grid min-w-0 gap-1">
        <p className={isRead ? '' : 'font-semibold'}>
          {!isRead && <span className="sr-only">{t('notifications.new')} </span>}
          {t([`notifications.what.${role}.${what}`, `event.${what}`])}
          {money !== null && (
            <>
              {' '}
              <span className="whitespace-nowrap">
                · <Amount of={money.amount} currency={money.currency} />
              </span>
            </>
          )}
        </p>
        <p className="text-sm text-quiet">
          {address === null ? (
            about.title
          ) : (
            <Link href={address} className="bare-link after:absolute after:inset-0 hover:underline">
              {about.title}
            </Link>
          )}
        </p>
        {until !== null && <p className="text-sm">{t('notifications.until', { at: instant(until) })}</p>}
      </div>
      <time dateTime={new Date(at).toISOString()} className="text-sm text-quiet">
        {time(at)}
      </time>
    </li>
  );
}

/** Null: an invitation that is withdrawn leads nowhere any more. */
function addressOf({ what, about }: NotificationInfo): string | null {
  if (what === 'InvitationWithdrawn') return null;
  if (about.kind === 'deal') return `/deals/${about.id}`;
  return what === 'OfferApproved' ? `/selling/${about.id}/list` : `/selling/${about.id}`;
}
