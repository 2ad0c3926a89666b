// The configuration that the embedded ledger process reads from one JSON file.
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const port = z.int().min(1).max(65535);
const positiveMs = z.int().min(1).max(600_000);
const path = z.string().min(1);

const organisationSchema = z.strictObject({
  mspId: z.string().min(1),
  host: z.string().min(1),
  port,
  /** The organisation's own MSP folder (`peerOrganizations/<domain>/msp`): roots and NodeOUs. */
  mspDir: path,
  /** The MSP folder of `peer0.<domain>` with `signcerts` and `keystore`: it signs endorsements. */
  peerMspDir: path,
  tlsCertPath: path,
  tlsKeyPath: path,
});

const collectionSchema = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9-][A-Za-z0-9_-]*$/),
  /** Whose peers hold the content: a signature policy of ORs. */
  memberOrgsPolicy: z.string().min(1),
  /** How many peers of members get the content at endorsement; here all have it in any case. */
  requiredPeerCount: z.int().min(0).default(0),
  maxPeerCount: z.int().min(0).default(0),
  /** Rows end after so many blocks; 0: never. */
  blockToLive: z.int().min(0).default(0),
  memberOnlyRead: z.boolean().default(false),
  memberOnlyWrite: z.boolean().default(false),
  /** Overrides the chaincode's policy for writes to the collection. */
  endorsementPolicy: z.string().min(1).exactOptional(),
});

const chaincodeSchema = z.strictObject({
  name: z.string().regex(/^[a-zA-Z0-9]+([-_][a-zA-Z0-9]+)*$/),
  version: z.string().min(1),
  sequence: z.int().min(1),
  /** A signature policy ("AND('XMSP.peer', …)") or a reference ("/Channel/Application/Agreement"). */
  endorsementPolicy: z.string().min(1),
  /** Explicit collections; the implicit ones of the organisations are there by themselves. */
  collections: z.array(collectionSchema).default([]),
  /** `host:port` of the chaincode service (`fabric-chaincode-node server`). */
  address: z.string().regex(/^.+:\d+$/),
  /** Mutual TLS towards the chaincode service; absent on loopback. */
  tls: z.strictObject({ rootCertPath: path, clientCertPath: path, clientKeyPath: path }).exactOptional(),
});

/** What `dist/ledger/main.js <file>` reads. Paths are absolute; times in milliseconds. */
export const ledgerConfigSchema = z.strictObject({
  dataDir: path,
  channel: z.string().regex(/^[a-z][a-z0-9.-]{0,248}$/),
  organisations: z.array(organisationSchema).min(1),
  /** Who signs blocks: `mspDir` is the MSP folder of that organisation's orderer. */
  orderer: z.strictObject({ mspId: z.string().min(1), mspDir: path }),
  chaincodes: z.array(chaincodeSchema),
  /** Policies of the channel's Application group by name, as signature policies. */
  policies: z.record(z.string(), z.string()),
  /** A proposal whose timestamp is further than this from the clock is refused (Fabric's TimeWindowCheck). */
  timeWindowMs: positiveMs,
  executionTimeoutMs: positiveMs.default(30_000),
  batch: z.strictObject({
    timeoutMs: z.int().min(0).max(60_000),
    maxMessageCount: z.int().min(1),
    preferredMaxBytes: z.int().min(1),
    absoluteMaxBytes: z.int().min(1),
  }),
  /** Requests that each peer serves at once, by service, as in `peer.limits.concurrency`; 0 switches a limit off. */
  concurrency: z
    .strictObject({
      gatewayService: z.int().min(0),
      deliverService: z.int().min(0),
      endorserService: z.int().min(0),
    })
    .exactOptional(),
  /** Bounds of what is accepted for ordering and not yet in a block; beyond them a submission waits, then fails. */
  pending: z
    .strictObject({
      maxEnvelopes: z.int().min(1),
      maxBytes: z.int().min(1),
      submitTimeoutMs: positiveMs,
    })
    .exactOptional(),
  /** A Unix socket, readable by its owner alone, through which tests inject faults. */
  faultSocketPath: path.exactOptional(),
});

export type LedgerConfig = z.infer<typeof ledgerConfigSchema>;

/** Reads and checks the file. Throws one sentence that names the file and the first wrong field. */
export function readLedgerConfig(file: string): LedgerConfig {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new Error(`The ledger's configuration ${file} cannot be read as JSON.`, { cause });
  }
  const parsed = ledgerConfigSchema.safeParse(content);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const where = issue === undefined ? '' : ` at ${issue.path.join('.')}: ${issue.message}`;
    throw new Error(`The ledger's configuration ${file} is wrong${where}.`);
  }
  return parsed.data;
}
