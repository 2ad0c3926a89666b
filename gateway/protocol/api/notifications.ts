// What has happened to a person's deals and offers by somebody else's doing, newest first, and up to where it was read.
import { z } from 'zod';
import type { EventName } from '../../../chaincode/protocol/events.js';
import { endpoint } from './endpoint.js';
import { amountSchema, currencySchema, idSchema, instantSchema, pageOf, pageQuery } from './forms.js';

const MARKETPLACE = ['marketplace'] as const;

/** Events of which somebody is notified. */
export const NOTIFIED = [
  'PaymentHeld',
  'PaymentRejected',
  'PaymentRefused',
  'AdmissionClosed',
  'PaymentArrivedLate',
  'PaymentVoided',
  'DealPaid',
  'ParcelAccepted',
  'ParcelDelivered',
  'InspectionStarted',
  'GoodsAccepted',
  'DealCompleted',
  'DealCancelled',
  'DealConceded',
  'DealUnshipped',
  'DealOverdue',
  'DealExpired',
  'InvitationAccepted',
  'InvitationWithdrawn',
  'OfferApproved',
  'OfferRejected',
] as const satisfies readonly EventName[];
export type Notified = (typeof NOTIFIED)[number];

/** More than these are not counted. */
export const MOST_UNREAD = 100;

/** Where the event stands on the ledger: block, transaction, place. */
const notificationIdSchema = z
  .string()
  .regex(/^\d{1,15}\.\d{1,9}\.\d{1,9}$/)
  .max(40);

const notificationSchema = z
  .strictObject({
    id: notificationIdSchema,
    what: z.enum(NOTIFIED),
    /** What the person is to the deal or offer. */
    role: z.enum(['buyer', 'seller', 'payer']),
    about: z.strictObject({ kind: z.enum(['deal', 'offer']), id: idSchema, title: z.string() }),
    /** Of the payment, of the deal, of what the seller received; null: nothing was paid. */
    money: z.strictObject({ amount: amountSchema, currency: currencySchema }).nullable(),
    /** By when the person has to act; null: there is nothing to do. */
    until: instantSchema.nullable(),
    at: instantSchema,
    isRead: z.boolean(),
  })
  .meta({ id: 'Notification' });
export type NotificationInfo = z.infer<typeof notificationSchema>;

export const notificationEndpoints = {
  listNotifications: endpoint({
    at: MARKETPLACE,
    method: 'GET',
    path: '/api/v1/me/notifications',
    access: ['client'],
    summary: "What others have done in the person's deals and with his offers, newest first.",
    query: z.strictObject(pageQuery),
    answer: pageOf(notificationSchema).extend({
      /** Of all, not of this page; counted up to 100. */
      unread: z.int().min(0).max(MOST_UNREAD),
    }),
  }),
  markNotificationsRead: endpoint({
    at: MARKETPLACE,
    method: 'PUT',
    path: '/api/v1/me/notifications/read',
    access: ['client'],
    summary: 'The person has read one of his notifications and all older ones; a later mark stays.',
    body: z.strictObject({ upTo: notificationIdSchema }),
    codes: ['NOT_FOUND'],
  }),
} as const;
