// Sessions and what belongs to the person who is signed in: password, vault, key.
import { z } from 'zod';
import { LEAST_ROUNDS, MOST_ROUNDS } from '../password-keys.js';
import { endpoint } from './endpoint.js';
import {
  base64urlSchema,
  commandBodySchema,
  hashSchema,
  idSchema,
  instantSchema,
  operationSchema,
} from './forms.js';

const EVERYWHERE = ['marketplace', 'bank', 'courier'] as const;

export const loginSchema = z.string().regex(/^[a-z0-9][a-z0-9._-]{1,63}$/);
/** 32 bytes that the browser derives from the password; the password itself never leaves the browser. */
export const secretSchema = base64urlSchema.length(43);
export const saltSchema = z
  .strictObject({
    /** 16 bytes, base64url. */
    salt: base64urlSchema.length(22),
    /** PBKDF2-SHA-256. */
    rounds: z.int().min(LEAST_ROUNDS).max(MOST_ROUNDS),
  })
  .meta({ id: 'PasswordSalt' });

const roleSchema = z.enum(['client', 'administrator', 'moderator', 'operator', 'agent']);
export const languageSchema = z.enum(['ru', 'en']);

/** The person who is signed in. */
export const meSchema = z
  .strictObject({
    id: idSchema,
    login: z.string(),
    name: z.string(),
    language: languageSchema,
    /** From the ledger's row; empty until a key is published. */
    roles: z.array(roleSchema),
    /** What the administrator or the registration gave; needed to ask for the key. */
    intendedRoles: z.array(roleSchema),
    /** An administrator chose the password: another must be set before anything else. */
    mustSetPassword: z.boolean(),
    /** SHA-256 of the key on the ledger; null: none yet. */
    keyThumbprint: z.string().nullable(),
    hasVault: z.boolean(),
    /** Hash of the person's picture, which is put at `/api/v1/me/picture`; null: none. */
    picture: hashSchema.nullable(),
  })
  .meta({ id: 'Me' });
export type Me = z.infer<typeof meSchema>;

export const sessionSchema = z
  .strictObject({
    /** ES256 JWT; kept in memory only, sent in `Authorization`. */
    accessToken: z.string(),
    expiresAt: instantSchema,
    me: meSchema,
  })
  .meta({ id: 'Session' });
export type Session = z.infer<typeof sessionSchema>;

/** As far as the database counts. */
const MOST_VERSIONS = 2_147_483_647;
const versionSchema = z.int().min(1).max(MOST_VERSIONS);

/** A vault as stored; nothing in it opens without the password or the recovery code. All base64url. */
export const vaultSchema = z
  .strictObject({
    format: z.literal(1),
    version: versionSchema,
    /** SHA-256 of the public key inside, hex. */
    thumbprint: z.string().regex(/^[0-9a-f]{64}$/),
    /** AES-256-GCM: 12 bytes of nonce, then the ciphertext. */
    sealed: base64urlSchema.max(4_096),
    /** The vault key under the password's wrapping key. */
    byPassword: base64urlSchema.max(256),
    /** The vault key under the recovery code's. */
    byRecovery: base64urlSchema.max(256),
  })
  .meta({ id: 'Vault' });
export type VaultRecord = z.infer<typeof vaultSchema>;

export const sessionEndpoints = {
  getSalt: endpoint({
    at: EVERYWHERE,
    method: 'POST',
    path: '/api/v1/session/salt',
    access: 'anybody',
    summary: 'Salt and rounds for a log-in; a log-in that does not exist gets one as well.',
    body: z.strictObject({ login: loginSchema }),
    answer: saltSchema,
  }),
  logIn: endpoint({
    at: EVERYWHERE,
    method: 'POST',
    path: '/api/v1/session',
    access: 'anybody',
    summary: 'Begins a session; sets the refresh cookie.',
    body: z.strictObject({ login: loginSchema, secret: secretSchema }),
    answer: sessionSchema,
    codes: ['LOG_IN_REFUSED', 'TOO_MANY_TRIES'],
    sameOrigin: true,
  }),
  refreshSession: endpoint({
    at: EVERYWHERE,
    method: 'POST',
    path: '/api/v1/session/refresh',
    access: 'anybody',
    summary: 'A new access token for the refresh cookie.',
    body: z.strictObject({}),
    answer: sessionSchema,
    codes: ['SESSION_OVER'],
    sameOrigin: true,
  }),
  logOut: endpoint({
    at: EVERYWHERE,
    method: 'DELETE',
    path: '/api/v1/session',
    access: 'signedIn',
    summary: 'Ends this session.',
    beforePassword: true,
  }),
  logOutEverywhere: endpoint({
    at: EVERYWHERE,
    method: 'DELETE',
    path: '/api/v1/sessions',
    access: 'signedIn',
    summary: 'Ends all sessions of the person.',
    beforePassword: true,
  }),
  listSessions: endpoint({
    at: EVERYWHERE,
    method: 'GET',
    path: '/api/v1/sessions',
    access: 'signedIn',
    summary: 'The open sessions of the person.',
    answer: z.strictObject({
      items: z.array(
        z.strictObject({
          id: z.string(),
          begunAt: instantSchema,
          usedAt: instantSchema,
          userAgent: z.string(),
          isThis: z.boolean(),
        }),
      ),
    }),
  }),
  getMe: endpoint({
    at: EVERYWHERE,
    method: 'GET',
    path: '/api/v1/me',
    access: 'signedIn',
    summary: 'Who is signed in.',
    answer: meSchema,
    beforePassword: true,
  }),
  changeMe: endpoint({
    at: EVERYWHERE,
    method: 'PATCH',
    path: '/api/v1/me',
    access: 'signedIn',
    summary: 'Name and language of the person; `picture: null` removes the picture.',
    body: z.strictObject({
      name: z.string().min(1).max(100).exactOptional(),
      language: languageSchema.exactOptional(),
      picture: z.null().exactOptional(),
    }),
    answer: meSchema,
  }),
  setPassword: endpoint({
    at: EVERYWHERE,
    method: 'PUT',
    path: '/api/v1/me/password',
    access: 'signedIn',
    summary: 'Replaces the log-in secret, and the vault key under it; ends all other sessions.',
    body: z.strictObject({
      oldSecret: secretSchema,
      newSecret: secretSchema,
      salt: saltSchema,
      /** Null: there is no vault yet. */
      byPassword: base64urlSchema.max(256).nullable(),
    }),
    answer: sessionSchema,
    codes: ['LOG_IN_REFUSED', 'VAULT_NEEDED'],
    sameOrigin: true,
    beforePassword: true,
  }),
  getVault: endpoint({
    at: EVERYWHERE,
    method: 'GET',
    path: '/api/v1/me/vault',
    access: 'signedIn',
    summary: "The person's vault.",
    answer: vaultSchema,
    codes: ['NOT_FOUND'],
  }),
  putVault: endpoint({
    at: EVERYWHERE,
    method: 'PUT',
    path: '/api/v1/me/vault',
    access: 'signedIn',
    summary: "Stores the person's vault in place of the version that it replaces; 0: the first one.",
    body: z.strictObject({ replaces: z.int().min(0).max(MOST_VERSIONS), vault: vaultSchema }),
    codes: ['VAULT_CHANGED'],
  }),
  wrapVault: endpoint({
    at: EVERYWHERE,
    method: 'PATCH',
    path: '/api/v1/me/vault',
    access: 'signedIn',
    summary: 'The vault key under the password of now, after the recovery code has opened it.',
    body: z.strictObject({ version: versionSchema, byPassword: base64urlSchema.max(256) }),
    codes: ['NOT_FOUND', 'VAULT_CHANGED'],
  }),
  publishKey: endpoint({
    at: EVERYWHERE,
    method: 'POST',
    path: '/api/v1/me/key',
    access: 'signedIn',
    summary: 'Publishes the first key of the person on the ledger, proved by a signature with it.',
    body: commandBodySchema,
    answer: operationSchema,
    idempotent: 'command',
    codes: ['KEY_PUBLISHED', 'REGISTRAR_PAUSED'],
  }),
} as const;
