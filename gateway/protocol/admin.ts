// Every shape that crosses the admin API, the loopback door for an organisation's own operators, the demo and tests.
import { z } from 'zod';
import type { Json } from '../../chaincode/protocol/canonical-json.js';
import type { Command, CommandRecord, CommandResult } from '../../chaincode/protocol/commands.js';
import type { Lane } from '../../chaincode/protocol/declaration.js';
import type { Amount, Instant, MemberKind } from '../../chaincode/protocol/forms.js';
import type { DealView, OperationView, PrivateQuery } from '../../chaincode/protocol/queries.js';
import type { CodeSubject } from './core.js';

/** Longest that a waiting request is held open; the caller asks again. */
export const LONGEST_WAIT_MS = 30_000;
/** Most commands in one request; the ledger client cuts further as it needs. */
export const MOST_COMMANDS = 500;

/**
 * A command's values are JSON already, since they come from parsed bodies. The ledger client finds the one that has no
 * canonical text (a fraction, half an emoji) and refuses its command alone.
 */
const params = z.record(z.string(), z.custom<Json>());
/** A database holds every character but this one. */
const storable = (text: string): boolean => !text.includes('\u0000');
const storableText = z.string().refine(storable, { error: 'no character U+0000' });
const id = storableText.min(1).max(128);
const sealed = z
  .string()
  .max(16_384)
  .regex(/^[A-Za-z0-9_-]+$/);

const intent = z.strictObject({
  body: z.strictObject({
    version: z.literal(1),
    channel: z.string(),
    id: z.string(),
    person: z.string(),
    action: z.string(),
    params,
    expiresAt: z.custom<number>((value) => typeof value === 'number'),
  }),
  key: z.string(),
  signature: z.string(),
});

/** The outline of a command; the chaincode alone judges what is in it. */
export const commandSchema: z.ZodType<Command> = z.strictObject({
  action: z.string().max(64),
  intent: intent.exactOptional(),
  params: params.exactOptional(),
});

const commands = z.array(commandSchema).min(1).max(MOST_COMMANDS);
/** Whose certificate sends the list: `admin` is needed for setParameters and for the first administrators. */
export const senderSchema = z.enum(['gateway', 'admin']).default('gateway');
export type Sender = z.infer<typeof senderSchema>;

/** Query of POST /commands. `owner`: the lane of this organisation alone. */
export const laneQuerySchema = z.strictObject({ lane: z.enum(['agreement', 'owner']) });
/** Body of POST /commands. */
export const commandsRequestSchema = z.strictObject({ commands, as: senderSchema });
/** Body of POST /commands/dry-run: what the owner lane would answer, with the true codes and nothing written. */
export const dryRunRequestSchema = z.strictObject({ commands });

/**
 * A command's result and the transaction that carried it; null both if nothing was ordered, as for a list of the owner
 * lane of which nothing was left to write.
 */
export type CommandOutcome = CommandResult & { readonly txId: string | null; readonly block: number | null };
export interface CommandsAnswer {
  readonly outcomes: readonly CommandOutcome[];
}
export interface DryRunAnswer {
  readonly results: readonly CommandResult[];
}

type Named<Q extends PrivateQuery> = Q extends PrivateQuery
  ? Omit<Q, 'about'> & { readonly type: Q['about'] }
  : never;
/** Body of POST /queries: asked of this organisation's own peer alone. In a body, since URLs are written to logs. */
export type AdminQuery = Named<PrivateQuery>;
export const querySchema: z.ZodType<AdminQuery> = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('balance'), account: id }),
  z.strictObject({ type: z.literal('statement'), account: id }),
  z.strictObject({ type: z.literal('pending'), account: id }),
  z.strictObject({ type: z.literal('operations'), deal: id }),
  z.strictObject({ type: z.literal('trialBalance') }),
  z.strictObject({ type: z.literal('link'), link: id }),
  z.strictObject({ type: z.literal('dealRecord'), deal: id }),
  z.strictObject({ type: z.literal('usedIntent'), person: id, intent: id }),
]);
export interface QueryAnswer {
  readonly answer: unknown;
}

/** GET /health. `provisioned`: the organisation's secret is set, so its owner lane works; a bank trusts the others. */
export interface HealthAnswer {
  readonly organisation: string;
  readonly kind: MemberKind;
  readonly ready: boolean;
  readonly provisioned: boolean;
  /** Newest block that the workers have seen; −1 before the first. */
  readonly block: number;
  /** The ledger client's counters since the start. */
  readonly counters: { readonly [name: string]: number };
}

/** GET /rows?key=…&key=… */
export interface RowsAnswer {
  readonly rows: { readonly [key: string]: unknown };
}
/** GET /list/:kind?from=…: at most 1,000 rows of one kind in key order. */
export interface ListAnswer {
  readonly rows: readonly unknown[];
}

/** Query of GET /deals/:id. With `since` the answer waits for a later block about the deal, at most `waitMs`. */
export const dealQuerySchema = z.strictObject({
  since: z.coerce.number().int().min(-1).optional(),
  waitMs: z.coerce.number().int().min(0).max(LONGEST_WAIT_MS).default(0),
});
export interface DealAnswer {
  /** Newest block known to concern this deal since this gateway started; −1: none. */
  readonly block: number;
  readonly deal: DealView;
}

/** One command of a transaction that concerned a deal, as the ledger's event shows it (`eventsOf`: what happened). */
export interface DealStep extends CommandRecord {
  readonly block: number;
  readonly txId: string;
  readonly lane: Lane;
}
/** GET /deals/:id/history: steps since this gateway started, oldest first. */
export interface HistoryAnswer {
  readonly steps: readonly DealStep[];
}

/** GET /bank: whom to seal to. The operator publishes this key on the ledger with `publishBank`. */
export interface BankAnswer {
  readonly bank: string;
  /** X25519 public key, base64url. */
  readonly sealingKey: string;
}

/** Body of POST /customers: known to the bank's core alone, never to the ledger. */
export const customerSchema = z.strictObject({
  holder: id,
  name: storableText.min(1).max(200),
  phone: storableText.min(3).max(32),
});
export type Customer = z.infer<typeof customerSchema>;

/** Body of POST /phone: what the fake phone of a holder has received after message number `after`. */
export const phoneRequestSchema = z.strictObject({
  holder: id,
  after: z.number().int().min(0).default(0),
  waitMs: z.number().int().min(0).max(LONGEST_WAIT_MS).default(0),
});
export type PhoneSubject = CodeSubject;
export interface PhoneMessage {
  /** Counts up from 1 on each holder's phone. */
  readonly number: number;
  readonly at: Instant;
  readonly about: PhoneSubject;
  readonly text: string;
  /** Six digits; stands in the text as well. */
  readonly code: string;
  readonly validUntil: Instant;
}
export interface PhoneAnswer {
  readonly messages: readonly PhoneMessage[];
}

/** Body of POST /links: have the bank send a code to the holder of the account that `sealed` names (LinkRequest). */
export const linkCodeRequestSchema = z.strictObject({ link: id, sealed });
export type LinkCodeRequest = z.infer<typeof linkCodeRequestSchema>;
/** Sealed under `sealingContext('link', bank, link)`. */
export const linkSecretSchema = z.strictObject({ account: id });
export interface LinkCodeAnswer {
  readonly status: 'codeSent';
  readonly validUntil: Instant;
}

/** Body of POST /links/confirmation: `sealed` holds the client's confirmLink intent, account and code hash inside. */
export const linkConfirmationRequestSchema = z.strictObject({ link: id, sealed });
export type LinkConfirmationRequest = z.infer<typeof linkConfirmationRequestSchema>;
/** Sealed under `sealingContext('confirmation', bank, link)`. The bank compares the code beside the intent. */
export const linkConfirmationSecretSchema = z.strictObject({ intent, code: z.string() });
export interface LinkConfirmationAnswer {
  readonly outcome: CommandOutcome;
}

/**
 * Body of POST /authorisations: the payer's code for one payment, sealed under `sealingContext('code', bank,
 * payment)`.
 */
export const authorisationRequestSchema = z.strictObject({ deal: id, payment: id, sealed });
export type AuthorisationRequest = z.infer<typeof authorisationRequestSchema>;
/** Berlin Group's scaStatus; a wrong code is a problem (CODE_WRONG, values.triesLeft). */
export interface AuthorisationAnswer {
  readonly scaStatus: 'finalised';
}

export interface OperationGroup {
  /** First 16 hex digits of a hash of the refund key, so that operations of one purchase show as one; null: none. */
  readonly refundKeyFingerprint: string | null;
  readonly operations: readonly OperationView[];
}
/** GET /deals/:id/operations at a bank: its operations for one deal, grouped by refund key. */
export interface OperationsAnswer {
  readonly groups: readonly OperationGroup[];
}

/**
 * Body of PUT /simulator/behaviour: how the simulated core answers one payment, every payment of a deal, or all others.
 * `afterMs` counts from admission. `silent`: it says `answer` only when enquired of, and not before its time.
 */
export const behaviourSchema = z.strictObject({
  deal: id.exactOptional(),
  payment: id.exactOptional(),
  answer: z.enum(['yes', 'no']).default('yes'),
  afterMs: z.number().int().min(0).max(86_400_000).default(0),
  silent: z.boolean().default(false),
});
export type Behaviour = z.infer<typeof behaviourSchema>;
export type BehaviourRequest = z.input<typeof behaviourSchema>;

/** Body of every answer that is not 2xx. `code` is the ledger's or one of ADMIN_CODES. */
export interface Problem {
  readonly code: string;
  readonly sentence: { readonly en: string; readonly ru: string };
  readonly values: { readonly [name: string]: Json };
}

/** Sum that a customer sees; minor units in decimal digits. */
export type AdminAmount = Amount;
