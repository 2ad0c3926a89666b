// Paying into a deal: the signed payment, and the payer's one-time code on its way to his bank.
import { z } from 'zod';
import { endpoint } from './endpoint.js';
import {
  amountSchema,
  commandBodySchema,
  flagSchema,
  idSchema,
  instantSchema,
  operationSchema,
  QUESTION_CODES,
  sealedSchema,
} from './forms.js';

const MARKETPLACE = ['marketplace'] as const;

/** The state of a one-time code at its bank; scaStatus as the Berlin Group names it. */
export const authorisationSchema = z
  .strictObject({
    scaStatus: z.enum(['notSent', 'received', 'finalised', 'failed']),
    /** Of the newest code; null: none was sent. */
    challenge: z.string().nullable(),
    triesLeft: z.int(),
    validUntil: instantSchema.nullable(),
  })
  .meta({ id: 'Authorisation' });
export type Authorisation = z.infer<typeof authorisationSchema>;

/** A code, sealed to the bank, and the signed question that it answers (`authorise`). */
export const authorisationBodySchema = z
  .strictObject({ intent: commandBodySchema.shape.intent, sealed: sealedSchema })
  .meta({ id: 'SealedCode' });

export const paymentEndpoints = {
  getQuote: endpoint({
    at: MARKETPLACE,
    method: 'GET',
    path: '/api/v1/deals/{deal}/quote',
    access: ['client'],
    summary:
      "Fee and total for an amount from one of the payer's links, from the stored tariff or asked of the bank.",
    query: z.strictObject({ link: idSchema, amount: amountSchema, live: flagSchema.default(false) }),
    answer: z
      .strictObject({
        amount: amountSchema,
        fee: amountSchema,
        total: amountSchema,
        basisPoints: z.int(),
        /** When the tariff was published, and when it was last asked for. */
        tariffSince: instantSchema,
        askedAt: instantSchema,
      })
      .meta({ id: 'Quote' }),
    codes: ['NOT_FOUND', 'BANK_UNAVAILABLE'],
  }),
  submitPayment: endpoint({
    at: MARKETPLACE,
    method: 'POST',
    path: '/api/v1/deals/{deal}/payments',
    access: ['client'],
    summary: 'Submits a payment: signed `submitPayment`; it has the id of the intent.',
    body: commandBodySchema,
    answer: operationSchema,
    idempotent: 'command',
    codes: ['NOT_FOUND', 'PAYMENT_OPEN', 'TOO_MANY_UNCONFIRMED'],
  }),
  getAuthorisation: endpoint({
    at: MARKETPLACE,
    method: 'GET',
    path: '/api/v1/deals/{deal}/payments/{payment}/authorisation',
    access: ['client'],
    summary: "The state of the payer's code for this payment.",
    answer: authorisationSchema,
    codes: ['NOT_FOUND', 'BANK_UNAVAILABLE'],
  }),
  authorisePayment: endpoint({
    at: MARKETPLACE,
    method: 'POST',
    path: '/api/v1/deals/{deal}/payments/{payment}/authorisation',
    access: ['client'],
    summary: "Carries the payer's sealed code to his bank, which alone can open it.",
    body: authorisationBodySchema,
    answer: authorisationSchema,
    codes: [
      ...QUESTION_CODES,
      'NOT_FOUND',
      'BANK_UNAVAILABLE',
      'CODE_WRONG',
      'CODE_EXPIRED',
      'CODE_TRIES_OVER',
      'CODE_MALFORMED',
      'CODE_NOT_ASKED',
      'SEAL_BROKEN',
      'SEALING_KEY_DIFFERS',
    ],
  }),
  resendCode: endpoint({
    at: MARKETPLACE,
    method: 'POST',
    path: '/api/v1/deals/{deal}/payments/{payment}/code',
    access: ['client'],
    summary: "Asks the bank to send the code again: a question signed with the link's key.",
    body: commandBodySchema,
    answer: authorisationSchema,
    codes: [
      ...QUESTION_CODES,
      'NOT_FOUND',
      'BANK_UNAVAILABLE',
      'CODE_EXPIRED',
      'CODE_TRIES_OVER',
      'TOO_MANY_REQUESTS',
    ],
  }),
} as const;
