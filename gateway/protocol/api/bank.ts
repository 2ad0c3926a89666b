// What a bank's operators do: accounts and their holders, cash, payment requests, books, tariff, API keys for partners.
// Account numbers travel in bodies, never in addresses, which are written to logs.
import { z } from 'zod';
import type { ApiCode } from '../problem-codes.js';
import { BANK_SCOPES, SCOPES } from '../scopes.js';
import { endpoint } from './endpoint.js';
import {
  amountSchema,
  bankIdSchema,
  commandBodySchema,
  currencySchema,
  idSchema,
  instantSchema,
  operationSchema,
  pageOf,
  pageQuery,
} from './forms.js';

const BANK = ['bank'] as const;
const OPERATOR = ['operator'] as const;
/** Who answers for the bank's keys may see and end them without seeing any customer. */
const KEY_KEEPERS = ['operator', 'administrator'] as const;
const accountSchema = z.string().regex(/^[0-9a-z]{1,34}$/);
/** The core's own reference of a customer. */
const holderRefSchema = z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/);
const searchWords = z.string().max(100).default('');
const signedAmountSchema = z.string().regex(/^-?(0|[1-9][0-9]{0,17})$/);

/** A customer of the bank's own system. */
export const holderSchema = z
  .strictObject({ holder: z.string(), name: z.string(), phone: z.string() })
  .meta({ id: 'Holder' });

export const bankAccountSchema = z
  .strictObject({
    account: accountSchema,
    holder: z.string(),
    currency: currencySchema,
    available: amountSchema,
    held: amountSchema,
    /** Credited and not posted yet. */
    pending: amountSchema,
  })
  .meta({ id: 'BankAccount' });

/** One movement in the bank's books; lines sum to zero. */
export const bankOperationSchema = z
  .strictObject({
    operation: z.string(),
    kind: z.enum(['deposit', 'withdrawal', 'hold', 'capture', 'void', 'credit', 'posting']),
    at: instantSchema,
    deal: idSchema.nullable(),
    payment: idSchema.nullable(),
    currency: currencySchema,
    lines: z.array(z.strictObject({ account: z.string(), amount: signedAmountSchema })),
  })
  .meta({ id: 'BankOperation' });

/** How far a payment is: what it waits for, or that it is over. */
const stageSchema = z.enum(['admission', 'code', 'core', 'recording', 'answered', 'closed']);

export const paymentRequestInfoSchema = z
  .strictObject({
    payment: idSchema,
    deal: idSchema,
    status: z.enum(['submitted', 'held', 'rejected', 'late', 'captured', 'voided']),
    amount: amountSchema,
    fee: amountSchema,
    currency: currencySchema,
    arrivedAt: instantSchema,
    /** Until when the bank may answer; null: it has not been admitted. */
    answerBy: instantSchema.nullable(),
    stage: stageSchema,
    /** Whose account pays; null: the bank has not begun with it, or has confirmed no such link. */
    payer: z.strictObject({ account: accountSchema, holder: z.string() }).nullable(),
    /** What the core was asked and has said; null: it was not asked. */
    core: z
      .strictObject({
        askedAt: instantSchema,
        verdict: z.enum(['yes', 'no']).nullable(),
        reason: z.string().nullable(),
        answeredAt: instantSchema.nullable(),
      })
      .nullable(),
    /** Why the bank says no although its core did not: a code. */
    refusal: z.string().nullable(),
  })
  .meta({ id: 'PaymentRequest' });

/** An issued key as it is kept: the key itself is shown once, when it is made. */
export const apiKeySchema = z
  .strictObject({
    id: z.string(),
    member: z.string(),
    scopes: z.array(z.enum(SCOPES)),
    label: z.string(),
    createdAt: instantSchema,
    expiresAt: instantSchema,
    revokedAt: instantSchema.nullable(),
    lastUsedAt: instantSchema.nullable(),
    replacedBy: z.string().nullable(),
  })
  .meta({ id: 'ApiKey' });
/** One line of the trial balance: accounts of one kind together. */
const trialLineSchema = z.strictObject({
  kind: z.enum(['available', 'held', 'pending', 'transit', 'fees', 'bank', 'cash']),
  /** The other bank, of kind `bank`. */
  bank: bankIdSchema.nullable(),
  /** How many accounts with entries. */
  accounts: z.int(),
  sum: signedAmountSchema,
});

export const trialBalanceSchema = z
  .strictObject({
    currency: currencySchema,
    /** Positive: the bank owes it; negative: it is owed to the bank. */
    lines: z.array(trialLineSchema),
    /** Zero, or the books are wrong. */
    sum: signedAmountSchema,
    /** How many operations there are. */
    operations: z.int(),
  })
  .meta({ id: 'TrialBalance' });

/** How much this bank takes on another bank's word in one currency, and what waits for more. */
export const debitCapSchema = z
  .strictObject({
    bank: bankIdSchema,
    currency: currencySchema,
    /** As published. */
    cap: amountSchema,
    /** Credited and not settled. */
    used: amountSchema,
    /** Credits that wait, in the order in which they will go on. */
    waiting: z.array(
      z.strictObject({
        /** The first is 1. */
        place: z.int().positive(),
        deal: idSchema,
        payment: idSchema,
        amount: amountSchema,
        /** Of the payment. */
        arrivedAt: instantSchema,
      }),
    ),
  })
  .meta({ id: 'DebitCap' });

const newKeySchema = z.strictObject({ key: z.string(), record: apiKeySchema });

const command = (action: string, path: `/${string}`, summary: string, codes: readonly ApiCode[] = []) =>
  endpoint({
    ...{ at: BANK, method: 'POST', path, access: OPERATOR },
    summary: `${summary}: signed \`${action}\`.`,
    body: commandBodySchema,
    answer: operationSchema,
    idempotent: 'command',
    codes,
  });

export const bankEndpoints = {
  searchHolders: endpoint({
    ...{ at: BANK, method: 'POST', path: '/api/v1/bank/holder-searches', access: OPERATOR },
    summary: "Customers of the bank's own system, by name, reference or phone.",
    body: z.strictObject({ ...pageQuery, words: searchWords }),
    answer: pageOf(holderSchema),
    codes: ['CORE_UNAVAILABLE'],
  }),
  getHolder: endpoint({
    ...{ at: BANK, method: 'POST', path: '/api/v1/bank/holder-reads', access: OPERATOR },
    summary: "One customer of the bank's own system, by his reference.",
    body: z.strictObject({ holder: holderRefSchema }),
    answer: holderSchema,
    codes: ['NO_HOLDER', 'CORE_UNAVAILABLE'],
  }),
  openAccount: command('openAccount', '/api/v1/bank/accounts', 'Opens an account for a holder', [
    'NO_HOLDER',
    'CORE_UNAVAILABLE',
  ]),
  deposit: command('deposit', '/api/v1/bank/deposits', 'Money paid in; its operation id is the gateway’s'),
  withdraw: command(
    'withdraw',
    '/api/v1/bank/withdrawals',
    'Money paid out; its operation id is the gateway’s',
  ),
  publishTariff: command(
    'publishBank',
    '/api/v1/bank/tariff',
    'Publishes tariff, sealing key and debit caps',
  ),
  getSealingKey: endpoint({
    ...{ at: BANK, method: 'GET', path: '/api/v1/bank/sealing-key', access: OPERATOR },
    summary: 'The key of this gateway that `publishBank` has to name.',
    answer: z.strictObject({ bank: bankIdSchema, sealingKey: z.string() }),
  }),
  searchAccounts: endpoint({
    ...{ at: BANK, method: 'POST', path: '/api/v1/bank/account-searches', access: OPERATOR },
    summary: "Accounts by the beginning of their number or of their holder's reference, with their balances.",
    body: z.strictObject({
      ...pageQuery,
      words: searchWords,
      /** Of this holder alone. */
      holder: holderRefSchema.optional(),
    }),
    answer: pageOf(bankAccountSchema),
  }),
  getStatement: endpoint({
    ...{ at: BANK, method: 'POST', path: '/api/v1/bank/statements', access: OPERATOR },
    summary: 'Balance and operations of an account, newest first.',
    body: z.strictObject({ ...pageQuery, account: accountSchema }),
    answer: z.strictObject({ account: bankAccountSchema, operations: pageOf(bankOperationSchema) }),
    codes: ['NO_ACCOUNT'],
  }),
  listPaymentRequests: endpoint({
    ...{ at: BANK, method: 'GET', path: '/api/v1/bank/payments', access: OPERATOR },
    summary:
      'Payments that this bank is asked to hold, newest first; `waiting`: those that it can still answer.',
    query: z.strictObject({ ...pageQuery, state: z.enum(['waiting', 'answered']).optional() }),
    answer: pageOf(paymentRequestInfoSchema),
  }),
  listDealOperations: endpoint({
    ...{ at: BANK, method: 'GET', path: '/api/v1/bank/deals/{deal}/operations', access: OPERATOR },
    summary: 'Operations for a deal, with the fingerprint of the refund key that ties them.',
    answer: z.strictObject({
      /** Null: the deal has no operation here that it ties. */
      refundKeyFingerprint: z.string().nullable(),
      /** Holds, captures and returns, which the key ties together. */
      tied: z.array(bankOperationSchema),
      /** Credits to payees and their postings. */
      others: z.array(bankOperationSchema),
    }),
  }),
  getTrialBalance: endpoint({
    ...{ at: BANK, method: 'GET', path: '/api/v1/bank/trial-balance', access: OPERATOR },
    summary: 'The books by currency, accounts of one kind together; each sum is zero.',
    answer: z.strictObject({ items: z.array(trialBalanceSchema) }),
  }),
  listDebitCaps: endpoint({
    ...{ at: BANK, method: 'GET', path: '/api/v1/bank/debit-caps', access: OPERATOR },
    summary: "What this bank credits on each other bank's word and has credited, and the credits that wait.",
    answer: z.strictObject({ items: z.array(debitCapSchema) }),
  }),
  listApiKeys: endpoint({
    ...{ at: BANK, method: 'GET', path: '/api/v1/bank/api-keys', access: KEY_KEEPERS },
    summary: 'Keys issued to partners, newest first.',
    answer: z.strictObject({ items: z.array(apiKeySchema) }),
  }),
  issueApiKey: endpoint({
    ...{ at: BANK, method: 'POST', path: '/api/v1/bank/api-keys', access: OPERATOR },
    summary: 'A new key for a member; it is shown in this answer only.',
    body: z.strictObject({
      member: z.string().min(1).max(100),
      scopes: z
        .array(z.enum(BANK_SCOPES))
        .min(1)
        .refine((scopes) => new Set(scopes).size === scopes.length, { error: 'each scope once' }),
      label: z.string().trim().min(1).max(100),
      expiresAt: instantSchema,
    }),
    answer: newKeySchema,
    status: 201,
    idempotent: 'key',
    codes: ['NOT_FOUND', 'TOO_LATE', 'KEY_LIFE'],
  }),
  rotateApiKey: endpoint({
    ...{ at: BANK, method: 'POST', path: '/api/v1/bank/api-keys/{key}/rotation', access: OPERATOR },
    summary: 'A successor with the same rights; the old key goes on for a week at most.',
    body: z.strictObject({ expiresAt: instantSchema }),
    answer: newKeySchema,
    status: 201,
    idempotent: 'key',
    codes: ['NOT_FOUND', 'WRONG_STATE', 'TOO_LATE', 'KEY_LIFE'],
  }),
  revokeApiKey: endpoint({
    ...{ at: BANK, method: 'DELETE', path: '/api/v1/bank/api-keys/{key}', access: KEY_KEEPERS },
    summary: 'Ends a key at once.',
    answer: apiKeySchema,
    codes: ['NOT_FOUND'],
  }),
  getSimulator: endpoint({
    ...{ at: BANK, method: 'GET', path: '/api/v1/bank/simulator', access: OPERATOR },
    summary: "Where the switches of the demo world's simulated core are; a real core has none.",
    answer: z.strictObject({ switches: z.string().nullable() }),
    codes: ['CORE_UNAVAILABLE'],
  }),
} as const;
