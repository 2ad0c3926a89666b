// The configuration that one organisation's gateway process reads from one JSON file; secrets have files of their own.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { SCOPES } from './scopes.js';
import { isDisplayName } from '../../chaincode/protocol/display-name.js';

const path = z.string().min(1);
const port = z.int().min(0).max(65_535);
const durationMs = z.int().min(0).max(86_400_000);
const bankId = z.string().regex(/^[0-9]{2}$/);

const origin = z
  .string()
  .regex(/^https?:\/\/[a-z0-9.-]+(:\d{1,5})?$/, 'an address such as https://market.example without a path');

const memberSchema = z
  .strictObject({
    mspId: z.string().min(1),
    name: z.string().refine((name) => isDisplayName(name, 100), { message: 'a readable name is needed' }),
    kind: z.enum(['marketplace', 'bank', 'courier']),
    /** Two digits; banks have one, nobody else has. */
    bankId: bankId.optional(),
    /** Address of its pages and web API, as browsers ask for it. */
    web: origin.optional(),
    /** Of the authority that issued its identities on the ledger: what the member signs is checked with it. */
    caCertPath: path.optional(),
  })
  .refine((member) => (member.kind === 'bank') === (member.bankId !== undefined), {
    message: 'a bank needs a bankId of two digits, other members have none',
    path: ['bankId'],
  });

const identitySchema = z.strictObject({
  certPath: path,
  keyPath: path,
});

const simulatorSchema = z.strictObject({
  /** Life of a one-time code; with `answerLimitMs` it must fit into the offers' answer time. */
  codeLifeMs: durationMs.default(300_000),
  /** How long the simulated core takes to answer when no rule says otherwise. */
  answerAfterMs: durationMs.default(0),
  /** The core is asked again when it has been silent for so long. */
  answerLimitMs: durationMs.default(5_000),
});

/** A member's gateway as another knows it: by name and issuer of its certificate. */
const gatewayNameSchema = z.strictObject({
  mspId: z.string().min(1),
  /** Common name of its TLS certificate as a client. */
  commonName: z.string().min(1),
  tlsRootCertPath: path,
});

const issuedKeySchema = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{16}$/),
  /** SHA-256 of the key, hexadecimal. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  member: z.string().min(1),
  scopes: z.array(z.enum(SCOPES)).min(1),
  label: z.string().min(1),
  expiresAt: z.int().min(0),
});

/** Where other members' gateways come in. */
const partnerDoorSchema = z.strictObject({
  host: z.string().min(1),
  port,
  tls: identitySchema,
  callers: z.array(gatewayNameSchema),
  /** Keys that were agreed on with the configuration; others are issued while running. */
  apiKeys: z.array(issuedKeySchema).default([]),
});

const courierPartnerSchema = z.strictObject({
  mspId: z.string().min(1),
  /** `https://host:port` */
  url: z.string().regex(/^https:\/\/[^/]+$/),
  tlsRootCertPath: path,
  apiKeyPath: path,
});

/** Members whose partner doors this gateway uses. */
const partnersSchema = z.strictObject({
  /** With which it shows itself. */
  tls: identitySchema,
  /** 32 bytes, base64url: under it the refund keys of banks are kept. */
  vaultKeyPath: path,
  banks: z.array(
    z.strictObject({
      mspId: z.string().min(1),
      bankId,
      /** `https://host:port` */
      url: z.string().regex(/^https:\/\/[^/]+$/),
      tlsRootCertPath: path,
      apiKeyPath: path,
    }),
  ),
  /** Those who are given the addresses of paid deals. */
  couriers: z.array(courierPartnerSchema).default([]),
});

/** A bank's own core banking system. */
const coreSchema = z.strictObject({
  url: z.string().regex(/^https?:\/\/[^/]+$/),
  keyPath: path,
});

const webSchema = z.strictObject({
  host: z.string().min(1),
  port,
  /** As browsers address it. With https: behind `tls`, or behind one of `proxies`. */
  origin,
  tls: z.strictObject({ certPath: path, keyPath: path }).optional(),
  /** Addresses of proxies whose `X-Forwarded-*` headers are believed. */
  proxies: z.array(z.string().min(1)).default([]),
  /** Folder of the built pages; none are served without it. */
  pages: path.optional(),
  /** File of the consortium's settings (`sdk/consortium-settings.ts`), which goes with the pages. */
  settings: path.optional(),
  /** File of a token with which `/metrics` may be read from elsewhere. */
  metricsTokenPath: path.optional(),
  /** Whether clients may make log-ins for themselves. */
  canRegister: z.boolean().default(false),
  /** What one client may have open here at a time. */
  limits: z
    .strictObject({
      /** Deals that he has bought and not paid. */
      unpaidDeals: z.int().min(1).default(5),
      /** Payments, in all deals together, that he has not confirmed to his bank yet. */
      unconfirmedPayments: z.int().min(1).default(2),
    })
    .prefault({}),
  /** First keys that the registrar publishes in an hour, at most. */
  registrationsPerHour: z.int().min(0).default(100),
  /** A page that opens asks about ten times; behind one address there may be many people. */
  requestsPerMinute: z
    .strictObject({ address: z.int().min(1), person: z.int().min(1) })
    .default({ address: 3_000, person: 600 }),
});

/** What `dist/gateway/main.js <file>` reads. Paths are absolute; times in milliseconds. */
export const gatewayConfigSchema = z.strictObject({
  organisation: memberSchema,

  channel: z.string().min(1),
  chaincode: z.string().min(1),
  /** The organisation's own peer, `host:port`. */
  ledger: z.strictObject({
    address: z.string().regex(/^.+:\d+$/),
    tlsRootCertPath: path,
    /** Name in the peer's certificate when it differs from the address. */
    hostOverride: z.string().min(1).optional(),
  }),
  /** Certificates by attribute `forescrow.role`. */
  identities: z.strictObject({
    gateway: identitySchema,
    worker: identitySchema,
    admin: identitySchema,
    /** Publishes the first keys of clients; needed where `web` is. */
    registrar: identitySchema.optional(),
  }),
  /** Port 0 takes a free one; the process prints it in its ready line. The token file holds the bearer token. */
  admin: z.strictObject({ host: z.string().min(1), port, tokenPath: path }),
  /** Pages and web API of the organisation's own people; nothing is served without it. */
  web: webSchema.optional(),
  /** A gateway of one world refuses a database that was made for the other. */
  world: z.enum(['demo', 'production']).default('production'),
  /** Everything that the gateway stores. The environment's DATABASE_URL, where it is set, stands in its place. */
  database: z.strictObject({ url: z.string().regex(/^postgres(ql)?:\/\/./, 'postgres://… is needed') }),
  /** For files that no database holds; the gateway creates it (0700). */
  dataDir: path,
  /** Every member, this organisation too. */
  members: z.array(memberSchema).min(1),
  /** As given to the peers and written to the ledger. */
  timing: z.strictObject({ windowMs: durationMs, slackMs: durationMs }),
  /** Takes the agreement actions of any deal (the marketplace always does); any member may. */
  agreementWorker: z.boolean().default(false),
  /** Banks only. */
  simulator: simulatorSchema.optional(),
  /** Banks only, and every bank's. */
  core: coreSchema.optional(),
  /** Banks and couriers only. */
  partnerDoor: partnerDoorSchema.optional(),
  /** Marketplaces only. */
  partners: partnersSchema.optional(),
});

export type GatewayConfig = z.infer<typeof gatewayConfigSchema>;
/** The same before defaults are filled in: what a writer of the file must give. */
export type GatewayConfigInput = z.input<typeof gatewayConfigSchema>;
export type PartnerDoorConfig = z.infer<typeof partnerDoorSchema>;
export type PartnersConfig = z.infer<typeof partnersSchema>;
export type World = GatewayConfig['world'];
export type Member = z.infer<typeof memberSchema>;
export type IdentityName = keyof GatewayConfig['identities'];
export type IdentityFiles = z.infer<typeof identitySchema>;
export const IDENTITY_NAMES = [
  'gateway',
  'worker',
  'admin',
  'registrar',
] as const satisfies readonly IdentityName[];

/** Names the database where its address is not to be written into a file. */
export const DATABASE_VARIABLE = 'DATABASE_URL';

/** Reads and checks the file. Throws one sentence that names the file and the first wrong field. */
export function readGatewayConfig(file: string, environment: NodeJS.ProcessEnv = process.env): GatewayConfig {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new Error(`The gateway's configuration ${file} cannot be read as JSON.`, { cause });
  }
  const parsed = gatewayConfigSchema.safeParse(withNamedDatabase(content, environment[DATABASE_VARIABLE]));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const where = issue === undefined ? '' : ` at ${issue.path.join('.')}: ${issue.message}`;
    throw new Error(`The gateway's configuration ${file} is wrong${where}.`);
  }
  return parsed.data;
}

function withNamedDatabase(content: unknown, url: string | undefined): unknown {
  if (url === undefined || url === '' || typeof content !== 'object' || content === null) return content;
  return { ...content, database: { url } };
}
