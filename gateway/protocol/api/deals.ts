// Deals as their parties see them: money, next step, people, history; and the commands of a buyer.
import { z } from 'zod';
import { deliveryAddressSchema } from './addresses.js';
import { endpoint } from './endpoint.js';
import {
  amountSchema,
  bankIdSchema,
  commandBodySchema,
  currencySchema,
  dealTermsSchema,
  hashSchema,
  idSchema,
  instantSchema,
  operationSchema,
  pageOf,
  pageQuery,
  personRefSchema,
} from './forms.js';
import { invitationSchema } from './invitations.js';

const MARKETPLACE = ['marketplace'] as const;

/** Where the money of a payment is now. */
const placeSchema = z.enum(['asked', 'admitted', 'held', 'captured', 'returned', 'refused', 'late']);

/** One payment into a deal, as the viewer may see it. */
export const paymentSchema = z
  .strictObject({
    id: idSchema,
    payer: personRefSchema,
    isMine: z.boolean(),
    bank: bankIdSchema,
    amount: amountSchema,
    fee: amountSchema,
    place: placeSchema,
    arrivedAt: instantSchema,
    /** Until when the bank may answer; null: it has. */
    answerBy: instantSchema.nullable(),
    link: idSchema.nullable(),
  })
  .meta({ id: 'Payment' });
export type PaymentInfo = z.infer<typeof paymentSchema>;

export const dealStatusSchema = z.enum([
  'awaitingPayment',
  'inProgress',
  'paid',
  'completed',
  'expired',
  'cancelled',
  'returned',
]);

/** The money strip: everything that is drawn follows from it. Sums in minor units, fees not counted. */
export const dealMoneySchema = z
  .strictObject({
    price: amountSchema,
    currency: currencySchema,
    /** Asked for and not answered. */
    asked: amountSchema,
    held: amountSchema,
    captured: amountSchema,
    credited: amountSchema,
    returned: amountSchema,
    missing: amountSchema,
    payeeBank: bankIdSchema,
  })
  .meta({ id: 'DealMoney' });

const nextStepSchema = z
  .strictObject({
    who: z.enum(['payer', 'bank', 'seller', 'courier', 'buyer', 'anybody']),
    what: z.enum([
      'pay',
      'answer',
      'ship',
      'deliver',
      'inspect',
      'payOut',
      'credit',
      'settle',
      'giveBack',
      'close',
    ]),
    until: instantSchema.nullable(),
    /** Whether it is the viewer's turn. */
    isMine: z.boolean(),
  })
  .meta({ id: 'NextStep' });

const stepSchema = z
  .strictObject({
    /** `EventName` of `chaincode/protocol/events.ts`. */
    event: z.string(),
    ids: z.array(z.string()),
    at: instantSchema,
    block: z.int(),
    txId: z.string(),
    /** Organisation whose word it is, or the person who signed; null: agreed by the marketplace and one other. */
    by: z.string().nullable(),
    isSigned: z.boolean(),
  })
  .meta({ id: 'DealStep' });
export type DealStepInfo = z.infer<typeof stepSchema>;

export const dealPageSchema = z
  .strictObject({
    id: idSchema,
    offer: idSchema,
    title: z.string(),
    picture: hashSchema.nullable(),
    status: dealStatusSchema,
    /** What the viewer is to the deal. */
    role: z.enum(['buyer', 'seller', 'payer', 'staff']),
    buyer: personRefSchema,
    seller: personRefSchema,
    terms: dealTermsSchema,
    termsHash: hashSchema,
    money: dealMoneySchema,
    payments: z.array(paymentSchema),
    invitations: z.array(invitationSchema),
    /** Null: the deal is over. */
    next: nextStepSchema.nullable(),
    shipment: z.enum(['none', 'announced', 'accepted', 'delivered']),
    inspection: z.enum(['none', 'started', 'accepted']),
    inspectionUntil: instantSchema.nullable(),
    /** Whose word ended it before it was paid; null: nobody's. */
    cancelledBy: z.enum(['buyer', 'seller']).nullable(),
    /** Whose settlement the payout waits for: the payee's bank takes no more on the word of the payer's. */
    settlement: z.strictObject({ payeeBank: bankIdSchema, payerBank: bankIdSchema }).nullable(),
    /** Whether the viewer can end the deal now; what is held goes back. */
    mayCancel: z.boolean(),
    /** Whether the viewer is the seller and can give the money of the paid deal back now. */
    mayConcede: z.boolean(),
    /** What the seller receives; null to everybody else. */
    net: amountSchema.nullable(),
    timeline: z.array(stepSchema),
    /** Block that this view is of. */
    block: z.int(),
  })
  .meta({ id: 'DealPage' });
export type DealPage = z.infer<typeof dealPageSchema>;

const dealRowSchema = dealPageSchema
  .pick({ id: true, title: true, status: true, role: true, money: true, next: true, picture: true })
  .extend({ boughtAt: instantSchema, other: personRefSchema })
  .meta({ id: 'DealRow' });
export type DealListItem = z.infer<typeof dealRowSchema>;

export const dealEndpoints = {
  buy: endpoint({
    at: MARKETPLACE,
    method: 'POST',
    path: '/api/v1/deals',
    access: ['client'],
    summary:
      'Buys: signed `buy`; the deal has the id of the intent. An address may go beside it, never into it.',
    body: commandBodySchema.extend({ address: deliveryAddressSchema.exactOptional() }),
    answer: operationSchema,
    idempotent: 'command',
    codes: ['TOO_MANY_UNPAID'],
  }),
  listMyDeals: endpoint({
    at: MARKETPLACE,
    method: 'GET',
    path: '/api/v1/me/deals',
    access: ['client'],
    summary: 'Deals in which the person buys, sells or pays, newest first.',
    query: z.strictObject({ ...pageQuery, role: z.enum(['buyer', 'seller', 'payer']).optional() }),
    answer: pageOf(dealRowSchema),
  }),
  getDeal: endpoint({
    at: MARKETPLACE,
    method: 'GET',
    path: '/api/v1/deals/{deal}',
    access: ['client', 'moderator', 'administrator'],
    summary: 'One deal, as far as the viewer may see it.',
    answer: dealPageSchema,
    codes: ['NOT_FOUND'],
  }),
  cancelDeal: endpoint({
    at: MARKETPLACE,
    method: 'POST',
    path: '/api/v1/deals/{deal}/cancellation',
    access: ['client'],
    summary: 'Buyer or seller ends a deal that is not paid: signed `cancelDeal`. What is held goes back.',
    body: commandBodySchema,
    answer: operationSchema,
    idempotent: 'command',
    codes: ['NOT_FOUND'],
  }),
  concedeDeal: endpoint({
    at: MARKETPLACE,
    method: 'POST',
    path: '/api/v1/deals/{deal}/concession',
    access: ['client'],
    summary: 'The seller of a paid deal gives the money back: signed `concedeDeal`. What is held goes back.',
    body: commandBodySchema,
    answer: operationSchema,
    idempotent: 'command',
    codes: ['NOT_FOUND'],
  }),
  acceptGoods: endpoint({
    at: MARKETPLACE,
    method: 'POST',
    path: '/api/v1/deals/{deal}/acceptance',
    access: ['client'],
    summary: 'The buyer accepts the goods: signed `acceptGoods`.',
    body: commandBodySchema,
    answer: operationSchema,
    idempotent: 'command',
    codes: ['NOT_FOUND'],
  }),
} as const;
