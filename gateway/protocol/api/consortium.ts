// What every page needs to know of the consortium, and the time.
import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { amountSchema, bankIdSchema, currencySchema, instantSchema } from './forms.js';

const EVERYWHERE = ['marketplace', 'bank', 'courier'] as const;

const memberSchema = z
  .strictObject({
    mspId: z.string(),
    name: z.string(),
    kind: z.enum(['marketplace', 'bank', 'courier']),
    bankId: bankIdSchema.nullable(),
    /** Address of its pages. */
    web: z.string(),
  })
  .meta({ id: 'Member' });

export const consortiumSchema = z
  .strictObject({
    channel: z.string(),
    /** Whose gateway this is. */
    mspId: z.string(),
    members: z.array(memberSchema),
    /** Demo people and simulated cores: nothing here is real money. */
    isDemo: z.boolean(),
    canRegister: z.boolean(),
    windowMs: z.int(),
    slackMs: z.int(),
  })
  .meta({ id: 'Consortium' });
export type ConsortiumInfo = z.infer<typeof consortiumSchema>;

/** A bank as it has published itself on the ledger. */
export const bankSchema = z
  .strictObject({
    id: bankIdSchema,
    owner: z.string(),
    name: z.string(),
    bic: z.string(),
    /** Null: nothing published yet. */
    tariff: z
      .strictObject({
        usualBasisPoints: z.int(),
        toBank: z.record(bankIdSchema, z.int()),
      })
      .nullable(),
    tariffSince: instantSchema,
    /** Currency → the most that it credits on each other bank's word before that has settled. */
    debitCaps: z.record(currencySchema, amountSchema),
    sealingKey: z.string().nullable(),
  })
  .meta({ id: 'Bank' });
export type BankInfo = z.infer<typeof bankSchema>;

export const consortiumEndpoints = {
  getConsortium: endpoint({
    at: EVERYWHERE,
    method: 'GET',
    path: '/api/v1/consortium',
    access: 'anybody',
    summary: 'Members, channel and clock rules.',
    answer: consortiumSchema,
  }),
  getTime: endpoint({
    at: EVERYWHERE,
    method: 'GET',
    path: '/api/v1/time',
    access: 'anybody',
    summary: "The gateway's clock; devices correct their own by it.",
    answer: z.strictObject({ now: instantSchema }),
  }),
  listBanks: endpoint({
    at: EVERYWHERE,
    method: 'GET',
    path: '/api/v1/banks',
    access: 'signedIn',
    summary: 'Banks with their tariffs and sealing keys, as the ledger has them.',
    answer: z.strictObject({ items: z.array(bankSchema) }),
  }),
} as const;
