// Invented notifications of every kind, newest first, and how far the person who asks has read them.
import type { NotificationInfo } from '../../../gateway/protocol/api/notifications.js';
import { type Asked, FakeRefusal } from './asked.js';
import { DAY_MS, HOUR_MS, MINUTE_MS } from './deals.js';

type Sketch = readonly [
  agoMs: number,
  what: NotificationInfo['what'],
  role: NotificationInfo['role'],
  about: readonly [id: string, title: string],
  amount?: string | undefined,
  untilMs?: number,
];

const BICYCLE = ['deal_partpaid0001', 'Велосипед городской, 7 передач'] as const;
const PUMP = ['deal_inspect00001', 'Насос погружной, 20 л/мин, кабель 15 м'] as const;
const CHAIR = ['deal_payout000001', 'Кресло-качалка плетёное'] as const;
const TENT = ['deal_expired00001', 'Палатка трёхместная'] as const;
const SAMOVAR = [
  'deal_transit00001',
  'Самовар латунный на дровах, 5 литров, Тула, в отличном состоянии',
] as const;

const SKETCHES: readonly Sketch[] = [
  [4 * MINUTE_MS, 'DealPaid', 'seller', CHAIR, '1240000', 3 * DAY_MS],
  [11 * MINUTE_MS, 'PaymentHeld', 'buyer', BICYCLE, '500000'],
  [2 * HOUR_MS, 'InspectionStarted', 'buyer', PUMP, undefined, 22 * HOUR_MS],
  [2 * HOUR_MS, 'ParcelDelivered', 'buyer', PUMP],
  [DAY_MS, 'OfferApproved', 'seller', ['offer_own000002', 'Пишущая машинка «Москва»']],
  [DAY_MS + HOUR_MS, 'OfferRejected', 'seller', ['offer_own000004', 'Часы карманные']],
  [DAY_MS + HOUR_MS, 'InvitationAccepted', 'buyer', BICYCLE, '200000'],
  [DAY_MS + 2 * HOUR_MS, 'InvitationWithdrawn', 'payer', SAMOVAR, '2500000'],
  [DAY_MS + 3 * HOUR_MS, 'PaymentRefused', 'buyer', TENT, '999900'],
  [DAY_MS + 3 * HOUR_MS, 'PaymentRejected', 'payer', TENT, '1000'],
  [DAY_MS + 4 * HOUR_MS, 'AdmissionClosed', 'buyer', TENT, '1000'],
  [5 * DAY_MS, 'DealCompleted', 'seller', CHAIR, '1178000'],
  [5 * DAY_MS, 'GoodsAccepted', 'seller', CHAIR],
  [6 * DAY_MS, 'ParcelAccepted', 'seller', CHAIR],
  [20 * DAY_MS, 'PaymentVoided', 'buyer', TENT, '800000'],
  [20 * DAY_MS, 'PaymentArrivedLate', 'buyer', TENT, '100000'],
  [20 * DAY_MS, 'DealExpired', 'buyer', TENT],
];
/** How many the person has not seen when the world begins. */
const NEW_AT_FIRST = 4;

/** These two have some; each reads his own. */
const NOTIFIED_TOKENS = ['token-marina', 'token-ignat'];

export function notificationAnswers() {
  const now = Date.now();
  const idAt = (index: number): string => `${String(1_000 - index)}.0.0`;
  const readFrom = new Map(NOTIFIED_TOKENS.map((token) => [token, NEW_AT_FIRST]));
  const itemAt = (index: number, unread: number): NotificationInfo[] => {
    const sketch = SKETCHES[index];
    if (sketch === undefined) return [];
    const [agoMs, what, role, [id, title], amount, untilMs] = sketch;
    return [
      {
        ...{ id: idAt(index), what, role, at: now - agoMs, isRead: index >= unread },
        about: { kind: what.startsWith('Offer') ? 'offer' : 'deal', id, title },
        money: amount === undefined ? null : { amount, currency: 'RUB' },
        until: untilMs === undefined ? null : now + untilMs,
      },
    ];
  };
  return {
    listNotifications: ({ query, token }: Asked) => {
      const unread = readFrom.get(token ?? '');
      if (unread === undefined) return { items: [], next: null, unread: 0 };
      const start = Number(query['cursor'] ?? 0);
      const end = start + Number(query['limit'] ?? 12);
      const items = SKETCHES.slice(start, end).flatMap((_, offset) => itemAt(start + offset, unread));
      return { items, next: end < SKETCHES.length ? String(end) : null, unread };
    },
    markNotificationsRead: ({ body, token }: Asked) => {
      const { upTo } = body as { readonly upTo: string };
      const index = SKETCHES.findIndex((_, one) => idAt(one) === upTo);
      const unread = readFrom.get(token ?? '');
      if (index < 0 || token === null || unread === undefined) throw new FakeRefusal('NOT_FOUND');
      readFrom.set(token, Math.min(unread, index));
    },
  };
}
