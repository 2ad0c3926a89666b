// The configuration that one organisation's gateway process reads from one JSON file; secrets have files of their own.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { isDisplayName } from '../../chaincode/protocol/display-name.js';

const path = z.string().min(1);
const port = z.int().min(0).max(65_535);
const durationMs = z.int().min(0).max(86_400_000);
const bankId = z.string().regex(/^[0-9]{2}$/);

const memberSchema = z
  .strictObject({
    mspId: z.string().min(1),
    name: z.string().refine((name) => isDisplayName(name, 100), { message: 'a readable name is needed' }),
    kind: z.enum(['marketplace', 'bank', 'courier']),
    /** Two digits; banks have one, nobody else has. */
    bankId: bankId.optional(),
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
  }),
  /** Port 0 takes a free one; the process prints it in its ready line. The token file holds the bearer token. */
  admin: z.strictObject({ host: z.string().min(1), port, tokenPath: path }),
  /** Checkpoints and what a worker stores before it sends; the gateway creates it (0700). */
  dataDir: path,
  /** Every member, this organisation too. */
  members: z.array(memberSchema).min(1),
  /** As given to the peers and written to the ledger. */
  timing: z.strictObject({ windowMs: durationMs, slackMs: durationMs }),
  /** Takes the agreement actions of any deal (the marketplace always does); any member may. */
  agreementWorker: z.boolean().default(false),
  /** Banks only. */
  simulator: simulatorSchema.optional(),
});

export type GatewayConfig = z.infer<typeof gatewayConfigSchema>;
/** The same before defaults are filled in: what a writer of the file must give. */
export type GatewayConfigInput = z.input<typeof gatewayConfigSchema>;
export type Member = z.infer<typeof memberSchema>;
export type IdentityName = keyof GatewayConfig['identities'];

/** Reads and checks the file. Throws one sentence that names the file and the first wrong field. */
export function readGatewayConfig(file: string): GatewayConfig {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new Error(`The gateway's configuration ${file} cannot be read as JSON.`, { cause });
  }
  const parsed = gatewayConfigSchema.safeParse(content);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const where = issue === undefined ? '' : ` at ${issue.path.join('.')}: ${issue.message}`;
    throw new Error(`The gateway's configuration ${file} is wrong${where}.`);
  }
  return parsed.data;
}
