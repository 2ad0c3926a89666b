// Accounts at banks that a person has linked, and linking one by code. Numbers travel sealed to the bank only.
import { z } from 'zod';
import { authorisationSchema } from './payments.js';
import { endpoint } from './endpoint.js';
import {
  bankIdSchema,
  commandBodySchema,
  currencySchema,
  idSchema,
  intentSchema,
  operationSchema,
  QUESTION_CODES,
  sealedSchema,
} from './forms.js';

const MARKETPLACE = ['marketplace'] as const;
/** An administrator links the account that takes the commissions. */
const HOLDERS = ['client', 'administrator'] as const;

export const linkedAccountSchema = z
  .strictObject({
    link: idSchema,
    bank: bankIdSchema,
    currency: currencySchema,
    status: z.enum(['asked', 'active']),
    /** The person's own words. */
    label: z.string(),
    /** As the person typed them when linking. */
    lastFour: z.string(),
  })
  .meta({ id: 'LinkedAccount' });
export type LinkedAccountInfo = z.infer<typeof linkedAccountSchema>;

export const accountEndpoints = {
  listMyAccounts: endpoint({
    at: MARKETPLACE,
    method: 'GET',
    path: '/api/v1/me/accounts',
    access: HOLDERS,
    summary: "The person's linked accounts.",
    answer: z.strictObject({ items: z.array(linkedAccountSchema) }),
  }),
  askLink: endpoint({
    at: MARKETPLACE,
    method: 'POST',
    path: '/api/v1/me/accounts',
    access: HOLDERS,
    summary: 'Asks a bank for a link: signed `askLink`; the link has the id of the intent.',
    body: z.strictObject({
      intent: intentSchema,
      label: z.string().min(1).max(60),
      lastFour: z.string().regex(/^[0-9a-z]{4}$/),
    }),
    answer: operationSchema,
    idempotent: 'command',
  }),
  sendLinkCode: endpoint({
    at: MARKETPLACE,
    method: 'POST',
    path: '/api/v1/me/accounts/{link}/code',
    access: HOLDERS,
    summary: 'Carries the sealed account number to the bank, which sends its holder a code.',
    body: z.strictObject({ intent: intentSchema, sealed: sealedSchema }),
    answer: authorisationSchema,
    codes: [
      ...QUESTION_CODES,
      ...(['NOT_FOUND', 'BANK_UNAVAILABLE', 'CODE_TRIES_OVER', 'SEAL_BROKEN'] as const),
      ...(['SEALING_KEY_DIFFERS', 'TOO_MANY_REQUESTS'] as const),
    ],
  }),
  confirmLink: endpoint({
    at: MARKETPLACE,
    method: 'POST',
    path: '/api/v1/me/accounts/{link}/confirmation',
    access: HOLDERS,
    summary: 'Carries the sealed, signed `confirmLink` with the code to the bank.',
    body: z.strictObject({ sealed: sealedSchema }),
    answer: linkedAccountSchema,
    codes: [
      'NOT_FOUND',
      'BANK_UNAVAILABLE',
      'CODE_WRONG',
      'CODE_EXPIRED',
      'CODE_TRIES_OVER',
      'CODE_MALFORMED',
      'CODE_NOT_ASKED',
      'SEAL_BROKEN',
    ],
  }),
  askBalanceCode: endpoint({
    at: MARKETPLACE,
    method: 'POST',
    path: '/api/v1/me/accounts/{link}/balance/code',
    access: HOLDERS,
    summary:
      "Asks the bank for the code of a balance question: signed with the link's key (`authorise`, resend).",
    body: commandBodySchema,
    answer: authorisationSchema,
    codes: [...QUESTION_CODES, 'NOT_FOUND', 'BANK_UNAVAILABLE', 'CODE_TRIES_OVER', 'TOO_MANY_REQUESTS'],
  }),
  askBalance: endpoint({
    at: MARKETPLACE,
    method: 'POST',
    path: '/api/v1/me/accounts/{link}/balance',
    access: HOLDERS,
    summary:
      "Carries the sealed code to the bank; the answer is sealed to the asker's own key, and kept nowhere.",
    body: z.strictObject({ intent: intentSchema, sealed: sealedSchema }),
    answer: z.strictObject({ sealed: sealedSchema }),
    codes: [
      ...QUESTION_CODES,
      ...(['NOT_FOUND', 'BANK_UNAVAILABLE', 'CODE_WRONG', 'CODE_EXPIRED', 'CODE_TRIES_OVER'] as const),
      ...(['CODE_MALFORMED', 'CODE_NOT_ASKED', 'SEAL_BROKEN', 'SEALING_KEY_DIFFERS'] as const),
    ],
  }),
} as const;
