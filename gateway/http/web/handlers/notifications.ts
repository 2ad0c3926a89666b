// A person's own notifications, and what he has read of them.
import type { Clock } from '../../../clock.js';
import {
  MOST_UNREAD,
  type notificationEndpoints,
  type NotificationInfo,
} from '../../../protocol/api/notifications.js';
import { Refused } from '../../../refused.js';
import type { NotificationPlace, Notifications, StoredNotification } from '../../../store/notifications.js';
import type { HandlersOf } from '../binding.js';
import { partRequest } from './offers.js';

/** Older ones are shown to nobody, and are removed. */
export const NOTIFICATIONS_KEPT_MS = 90 * 86_400_000;

export interface NotificationHandlersOptions {
  readonly notifications: Notifications;
  readonly clock: Clock;
}

export function notificationHandlers({
  notifications,
  clock,
}: NotificationHandlersOptions): HandlersOf<keyof typeof notificationEndpoints> {
  return {
    listNotifications: async ({ query }, { viewer }) => {
      const search = { person: viewer.person.id, since: clock.now() - NOTIFICATIONS_KEPT_MS };
      const { items, next } = await notifications.list(search, partRequest(query));
      return { items: items.map(infoOf), next, unread: await notifications.unread(search, MOST_UNREAD) };
    },
    markNotificationsRead: async ({ body }, { viewer }) => {
      const isFound = await notifications.markRead(viewer.person.id, placeOf(body.upTo));
      if (!isFound) throw new Refused('NOT_FOUND');
      return undefined;
    },
  };
}

function infoOf(stored: StoredNotification): NotificationInfo {
  const { block, transaction, place, name, role, deal, offer, title, amount, currency } = stored;
  const { until, at, isRead } = stored;
  return {
    ...{ id: [block, transaction, place].join('.'), what: name, role },
    about: deal === null ? { kind: 'offer', id: offer ?? '', title } : { kind: 'deal', id: deal, title },
    money: amount === null || currency === null ? null : { amount, currency },
    ...{ until, at, isRead },
  };
}

/** Three whole numbers, by the form of the id. */
function placeOf(id: string): NotificationPlace {
  const [block = 0, transaction = 0, place = 0] = id.split('.').map(Number);
  return { block, transaction, place };
}
