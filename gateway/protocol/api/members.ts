// Members of the consortium as the ledger knows them, for the staff of each, and registering the banks that they run.
import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { bankIdSchema, commandBodySchema, instantSchema, operationSchema } from './forms.js';

const memberRowSchema = z
  .strictObject({
    mspId: z.string(),
    /** Of this gateway's configuration; null: it does not know this member. */
    name: z.string().nullable(),
    kind: z.enum(['marketplace', 'bank', 'courier']),
    /** Address of its pages; null: not known here. */
    web: z.string().nullable(),
    /** Persons with a confirmed key whom it has registered. */
    people: z.int().min(0),
    /** Banks that it runs, as registered. */
    banks: z.array(
      z.strictObject({
        id: bankIdSchema,
        name: z.string(),
        bic: z.string(),
        /** It has published tariff and sealing key, so payments from it can be made. */
        isPublished: z.boolean(),
        tariffSince: instantSchema.nullable(),
      }),
    ),
  })
  .meta({ id: 'MemberRow' });
export type MemberInfo = z.infer<typeof memberRowSchema>;

export const memberEndpoints = {
  listMembers: endpoint({
    at: ['marketplace', 'bank', 'courier'],
    method: 'GET',
    path: '/api/v1/members',
    access: ['administrator', 'moderator', 'operator', 'agent'],
    summary: 'Members of the consortium, their banks and how many people they have, as the ledger has them.',
    answer: z.strictObject({ items: z.array(memberRowSchema) }),
  }),
  registerBank: endpoint({
    at: ['marketplace'],
    method: 'POST',
    path: '/api/v1/banks',
    access: ['administrator'],
    summary:
      'Registers a bank that a member runs: signed `registerBank`. Its operator then publishes its tariff.',
    body: commandBodySchema,
    answer: operationSchema,
    idempotent: 'command',
  }),
} as const;
