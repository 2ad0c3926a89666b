// The way to the notifications, with how many are new; what is shown behind it stays up to date as well.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { Icon } from '../components/icon.js';
import { useAnswer } from './answers.js';
import { useGateway } from './gateway.js';
import { useLive } from './live.js';

/** Beside the gateway's events. */
const EVERY_MS = 30_000;
const MOST_SHOWN = 99;
const NEWEST = { query: { limit: 1 } } as const;
export const BELL_KEY = ['listNotifications', NEWEST] as const;

/** Clients of a marketplace have one. */
export function Bell(): ReactNode {
  const { consortium, session, atDoor } = useGateway();
  const own = consortium.members.find(({ mspId }) => mspId === consortium.mspId);
  const isClient = own?.kind === 'marketplace' && session.me?.roles.includes('client') === true;
  return isClient && atDoor === 'ready' && <CountingBell />;
}

function CountingBell(): ReactNode {
  const { t } = useTranslation();
  useLive();
  const { data } = useAnswer('listNotifications', NEWEST, { everyMs: EVERY_MS });
  const unread = data?.unread ?? 0;
  return (
    <Link href="/notifications" className="bare-link relative grid size-11 flex-none place-items-center">
      <Icon name="bell" />
      <span className="sr-only">{t('notifications.title')}</span>
      {unread > 0 && <span className="bell-count">{unread > MOST_SHOWN ? `${MOST_SHOWN}+` : unread}</span>}
    </Link>
  );
}
