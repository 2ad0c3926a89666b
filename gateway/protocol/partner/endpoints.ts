// Every endpoint of banks' and couriers' partner doors, for marketplaces' gateways. What is sealed, its carrier cannot
// read.
import { z } from 'zod';
import { deliveryAddressSchema } from '../api/addresses.js';
import { authorisationSchema } from '../api/payments.js';
import {
  amountSchema,
  bankIdSchema,
  base64urlSchema,
  currencySchema,
  idSchema,
  instantSchema,
  intentSchema,
  sealedSchema,
} from '../api/forms.js';
import { type PartnerDeclaration, partnerEndpoint } from './endpoint.js';

const KEY_LETTERS = 43;
const LONGEST_NAME = 100;

const CODE_FAULTS = [
  'CODE_WRONG',
  'CODE_EXPIRED',
  'CODE_TRIES_OVER',
  'CODE_MALFORMED',
  'CODE_NOT_ASKED',
  'SEAL_BROKEN',
] as const;
const QUESTION_FAULTS = [
  'NOT_FOUND',
  'BAD_SIGNATURE',
  'KEY_DIFFERS',
  'INTENT_EXPIRED',
  'CONTENT_DIFFERS',
  'SEALING_KEY_DIFFERS',
] as const;

/** 32 bytes, base64url; of the deal at this bank. */
export const refundKeySchema = base64urlSchema.length(KEY_LETTERS);

export const partnerPaymentSchema = z.strictObject({
  payment: idSchema,
  deal: idSchema,
  status: z.enum(['submitted', 'held', 'rejected', 'late', 'captured', 'voided']),
  /** Of the hold; null: the bank holds nothing for this payment. */
  operation: z.string().nullable(),
  /** Ties the deal's operations at this bank together; null: the bank has held nothing for the deal. */
  refundKey: refundKeySchema.nullable(),
});
export type PartnerPayment = z.infer<typeof partnerPaymentSchema>;

export const partnerQuoteSchema = z.strictObject({
  amount: amountSchema,
  fee: amountSchema,
  total: amountSchema,
  basisPoints: z.int(),
  tariffSince: instantSchema,
  askedAt: instantSchema,
});
export type PartnerQuote = z.infer<typeof partnerQuoteSchema>;

const operationSchema = z.strictObject({
  operation: z.string(),
  kind: z.enum(['hold', 'capture', 'void']),
  payment: idSchema,
  at: instantSchema,
  currency: currencySchema,
  amount: amountSchema,
});

const heldBackSchema = z.strictObject({
  payment: idSchema,
  /** Until it has settled, this bank takes no more on its word. */
  payerBank: bankIdSchema,
  currency: currencySchema,
  amount: amountSchema,
  /** In the queue for that bank and currency; the first is 1. */
  place: z.int().positive(),
});
export type HeldBackCredit = z.infer<typeof heldBackSchema>;

const BANK_ENDPOINTS = {
  askLinkCode: partnerEndpoint({
    method: 'POST',
    path: '/partner/v1/links/{link}/questions',
    scope: 'links',
    summary: 'Names the account sealed; its holder is sent a code. The answer is the same for any account.',
    body: z.strictObject({ intent: intentSchema, sealed: sealedSchema }),
    answer: authorisationSchema,
    codes: [...QUESTION_FAULTS, 'SEAL_BROKEN', 'CODE_TRIES_OVER', 'TOO_MANY_REQUESTS'],
    isRepeatable: true,
  }),
  confirmLink: partnerEndpoint({
    method: 'POST',
    path: '/partner/v1/links/{link}/confirmation',
    scope: 'links',
    summary: 'The signed `confirmLink` and the code, sealed as a whole; the bank submits it.',
    body: z.strictObject({ sealed: sealedSchema }),
    answer: z.strictObject({
      link: idSchema,
      status: z.enum(['asked', 'active']),
      txId: z.string().nullable(),
    }),
    codes: ['NOT_FOUND', 'BAD_SIGNATURE', 'KEY_DIFFERS', 'INTENT_EXPIRED', ...CODE_FAULTS],
    isRepeatable: true,
  }),
  authorise: partnerEndpoint({
    method: 'POST',
    path: '/partner/v1/authorisations',
    scope: 'payments',
    summary: "A payer's sealed code for a payment; the same attempt is counted once and answered the same.",
    body: z.strictObject({
      deal: idSchema,
      intent: intentSchema,
      sealed: sealedSchema,
      /** Where the caller has it from an earlier payment of the deal at this bank. */
      refundKey: refundKeySchema.exactOptional(),
    }),
    answer: authorisationSchema,
    codes: [...QUESTION_FAULTS, ...CODE_FAULTS, 'REFUND_KEY_DIFFERS'],
    isRepeatable: true,
  }),
  getAuthorisation: partnerEndpoint({
    method: 'GET',
    path: '/partner/v1/authorisations/{subject}',
    scope: 'payments',
    summary:
      'Whether a code was sent for a payment, tries left and its life. `{subject}`: payment or challenge.',
    query: z.strictObject({ deal: idSchema }),
    answer: authorisationSchema,
    codes: ['NOT_FOUND'],
    isRepeatable: true,
  }),
  sendCode: partnerEndpoint({
    method: 'POST',
    path: '/partner/v1/codes',
    scope: 'payments',
    summary:
      "Sends a code because of a question signed with the link's key: for a payment again, for a balance.",
    body: z.strictObject({
      intent: intentSchema,
      /** Of a payment; absent: the subject is a link, and the code is for its balance. */
      deal: idSchema.exactOptional(),
    }),
    answer: authorisationSchema,
    codes: [...QUESTION_FAULTS, 'CODE_NOT_ASKED', 'CODE_EXPIRED', 'CODE_TRIES_OVER', 'TOO_MANY_REQUESTS'],
    isRepeatable: true,
  }),
  askBalance: partnerEndpoint({
    method: 'POST',
    path: '/partner/v1/balances',
    scope: 'balances',
    summary: "The balance behind a link, once per right code, sealed to the asker's own key.",
    body: z.strictObject({ intent: intentSchema, sealed: sealedSchema }),
    answer: z.strictObject({ sealed: sealedSchema }),
    codes: [...QUESTION_FAULTS, ...CODE_FAULTS],
    isRepeatable: true,
  }),
  getQuote: partnerEndpoint({
    method: 'GET',
    path: '/partner/v1/quotes',
    scope: 'quotes',
    summary: "Fee and total for an amount to a payee's bank, from the tariff as published.",
    query: z.strictObject({ payeeBank: bankIdSchema, amount: amountSchema }),
    answer: partnerQuoteSchema,
    codes: ['NOT_FOUND'],
    isRepeatable: true,
  }),
  getPayment: partnerEndpoint({
    method: 'GET',
    path: '/partner/v1/payments/{payment}',
    scope: 'payments',
    summary: "Operation and refund key of a payment, for the deal's marketplace alone.",
    query: z.strictObject({ deal: idSchema }),
    answer: partnerPaymentSchema,
    codes: ['NOT_FOUND'],
    isRepeatable: true,
  }),
  listOperations: partnerEndpoint({
    method: 'GET',
    path: '/partner/v1/deals/{deal}/operations',
    scope: 'operations',
    summary: "This bank's operations on a deal's money, oldest first.",
    answer: z.strictObject({ items: z.array(operationSchema) }),
    codes: ['NOT_FOUND'],
    isRepeatable: true,
  }),
  listWaitingCredits: partnerEndpoint({
    method: 'GET',
    path: '/partner/v1/deals/{deal}/waiting-credits',
    scope: 'operations',
    summary:
      "Credits of the deal that wait until the payer's bank has settled, with their places in the queue.",
    answer: z.strictObject({ items: z.array(heldBackSchema) }),
    codes: ['NOT_FOUND'],
    isRepeatable: true,
  }),
  nameParties: partnerEndpoint({
    method: 'PUT',
    path: '/partner/v1/deals/{deal}/names',
    scope: 'payments',
    summary: "The seller's name as buyers know it; the bank quotes it in its messages to payers.",
    body: z.strictObject({ seller: z.string().min(1).max(LONGEST_NAME) }),
    codes: ['NOT_FOUND'],
    isRepeatable: true,
  }),
} as const satisfies { readonly [name: string]: PartnerDeclaration };

/** A parcel with what its courier's agents need; names and address are nowhere on the ledger. */
const announcementSchema = z.strictObject({
  address: deliveryAddressSchema,
  /** Name of who hands the parcel over. */
  seller: z.string().min(1).max(LONGEST_NAME),
  /** When the buyer gave this address: of two announcements the later counts, in whatever order they come. */
  changedAt: instantSchema,
});
export type ParcelAnnouncement = z.infer<typeof announcementSchema>;

const COURIER_ENDPOINTS = {
  announceParcel: partnerEndpoint({
    method: 'PUT',
    path: '/partner/v1/parcels/{deal}',
    scope: 'parcels',
    summary: "Where the parcel of a paid deal goes; from the deal's marketplace alone, until it is accepted.",
    body: announcementSchema,
    codes: ['NOT_FOUND', 'WRONG_STATE', 'PARCEL_ACCEPTED', 'CONTENT_DIFFERS'],
    isRepeatable: true,
  }),
} as const satisfies { readonly [name: string]: PartnerDeclaration };

export const PARTNER_ENDPOINTS = { ...BANK_ENDPOINTS, ...COURIER_ENDPOINTS } as const;
export type BankEndpointName = keyof typeof BANK_ENDPOINTS;
export type CourierEndpointName = keyof typeof COURIER_ENDPOINTS;
export type PartnerEndpoints = typeof PARTNER_ENDPOINTS;
export type PartnerEndpointName = keyof PartnerEndpoints;
