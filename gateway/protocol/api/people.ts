// People of an organisation, for its administrators; for a marketplace's moderators under masked names.
import { z } from 'zod';
import { endpoint } from './endpoint.js';
import {
  commandBodySchema,
  hashSchema,
  idSchema,
  instantSchema,
  operationSchema,
  pageOf,
  pageQuery,
} from './forms.js';
import { languageSchema } from './session.js';

const EVERYWHERE = ['marketplace', 'bank', 'courier'] as const;
const roleSchema = z.enum(['client', 'administrator', 'moderator', 'operator', 'agent']);

export const personSchema = z
  .strictObject({
    id: idSchema,
    login: z.string(),
    name: z.string(),
    language: languageSchema,
    intendedRoles: z.array(roleSchema),
    /** On the ledger; empty: no key yet. */
    roles: z.array(roleSchema),
    /** The person has made a key and waits for an administrator to confirm it. */
    waitingKey: z.string().nullable(),
    /** Made by the person, not by an administrator. */
    isSelfRegistered: z.boolean(),
    createdAt: instantSchema,
    /** Hash of the picture that the person has put up; null: none. */
    picture: hashSchema.nullable(),
  })
  .meta({ id: 'Person' });
export type PersonInfo = z.infer<typeof personSchema>;

/** Somebody under the masked name that clients see, without anything that says who it is. */
export const maskedPersonSchema = z
  .strictObject({
    id: idSchema,
    maskedName: z.string(),
    roles: z.array(roleSchema),
    createdAt: instantSchema,
    completedDeals: z.int(),
    offers: z.int(),
  })
  .meta({ id: 'MaskedPerson' });
export type MaskedPersonInfo = z.infer<typeof maskedPersonSchema>;

export const peopleEndpoints = {
  listPeople: endpoint({
    at: EVERYWHERE,
    method: 'GET',
    path: '/api/v1/people',
    access: ['administrator'],
    summary: 'People of this organisation, found by a part of name or log-in, or by the beginning of an id.',
    query: z.strictObject({ ...pageQuery, words: z.string().max(100).optional() }),
    answer: pageOf(personSchema),
  }),
  searchMaskedPeople: endpoint({
    at: ['marketplace'],
    method: 'GET',
    path: '/api/v1/masked-people',
    access: ['moderator'],
    summary:
      'People under their masked names, the newest first; found by the beginning of such a name or of an id.',
    query: z.strictObject({ ...pageQuery, words: z.string().max(128).optional() }),
    answer: pageOf(maskedPersonSchema),
  }),
  createPerson: endpoint({
    at: EVERYWHERE,
    method: 'POST',
    path: '/api/v1/people',
    access: ['administrator'],
    summary: 'A log-in for a new person, with a password for the first log-in only.',
    body: z.strictObject({
      login: z.string().regex(/^[a-z0-9][a-z0-9._-]{1,63}$/),
      name: z.string().min(1).max(100),
      language: languageSchema,
      roles: z.array(roleSchema).min(1).max(5),
    }),
    answer: z.strictObject({ person: personSchema, password: z.string() }),
    status: 201,
    idempotent: 'key',
    codes: ['LOG_IN_TAKEN'],
  }),
  resetPerson: endpoint({
    at: EVERYWHERE,
    method: 'POST',
    path: '/api/v1/people/{person}/password',
    access: ['administrator'],
    summary:
      'A new password for one log-in; ends all sessions. The vault opens by its recovery code alone then.',
    answer: z.strictObject({ password: z.string() }),
    idempotent: 'key',
    codes: ['NOT_FOUND'],
  }),
  confirmPerson: endpoint({
    at: EVERYWHERE,
    method: 'POST',
    path: '/api/v1/people/{person}/confirmation',
    access: ['administrator'],
    summary: "Confirms a person's key and roles on the ledger: signed `registerPerson` or `confirmPerson`.",
    body: commandBodySchema,
    answer: operationSchema,
    idempotent: 'command',
    codes: ['NOT_FOUND'],
  }),
} as const;
