// The ledger as this member's own peer has delivered it: blocks, transactions with their commands, deals' histories.
import { z } from 'zod';
import type { Json } from '../../../chaincode/protocol/canonical-json.js';
import { endpoint } from './endpoint.js';
import { hashSchema, idSchema, instantSchema, pageOf, pageQuery, personRefSchema } from './forms.js';

const EVERYWHERE = ['marketplace', 'bank', 'courier'] as const;
/** Clients see the blocks' heads, and of their contents what concerns their own deals. */
const READERS = ['client', 'operator', 'agent', 'moderator', 'administrator'] as const;

const blockSchema = z
  .strictObject({
    number: z.int(),
    hash: hashSchema,
    /** Empty in the first block. */
    previousHash: z.string(),
    /** Of its newest transaction, by the sender's clock; null: it has none. */
    at: instantSchema.nullable(),
    transactions: z.int(),
    /** Of these, those that wrote something. */
    valid: z.int(),
  })
  .meta({ id: 'LedgerBlock' });
export type LedgerBlockInfo = z.infer<typeof blockSchema>;

const transactionSchema = z
  .strictObject({
    txId: z.string(),
    block: z.int(),
    index: z.int(),
    at: instantSchema,
    /** Fabric's validation code; 0: valid. */
    code: z.int(),
    /** MSP id of the member that sent it. */
    creator: z.string(),
    /** Function of the chaincode; null: another transaction, such as one of configuration. */
    function: z.string().nullable(),
    commands: z.int(),
  })
  .meta({ id: 'LedgerTransaction' });
export type LedgerTransactionInfo = z.infer<typeof transactionSchema>;

const blockPageSchema = blockSchema
  .extend({
    dataHash: hashSchema,
    /** Number of the newest block here. */
    newest: z.int(),
    items: z.array(transactionSchema),
    /** Transactions that are not for this viewer. */
    hidden: z.int(),
  })
  .meta({ id: 'LedgerBlockPage' });
export type LedgerBlockPage = z.infer<typeof blockPageSchema>;

export const jsonSchema = z
  .custom<Json>((value) => value !== undefined)
  .meta({ override: { description: 'Any JSON value.' } });

const commandSchema = z
  .strictObject({
    place: z.int(),
    action: z.string(),
    id: z.string(),
    isOk: z.boolean(),
    /** Of the refusal; null: it was carried out. */
    code: z.string().nullable(),
    /** Who signed it; null: a member's machine. */
    signer: personRefSchema.nullable(),
    /** As it travelled, as far as the viewer may see it; null: it never was public. */
    params: z.record(z.string(), jsonSchema).nullable(),
    /** Members of `params` that are not for this viewer. */
    without: z.array(z.string()),
    /** Null: nobody signed it, or it is not for this viewer. */
    signature: z
      .strictObject({ key: z.string(), signature: z.string(), expiresAt: instantSchema })
      .nullable(),
  })
  .meta({ id: 'LedgerCommand' });
export type LedgerCommandInfo = z.infer<typeof commandSchema>;

const eventSchema = z
  .strictObject({
    /** `EventName` of `chaincode/protocol/events.ts`. */
    event: z.string(),
    kind: z.string(),
    ids: z.array(z.string()),
    deal: idSchema.nullable(),
  })
  .meta({ id: 'LedgerEvent' });

const transactionPageSchema = transactionSchema
  .extend({
    blockHash: hashSchema,
    items: z.array(commandSchema),
    events: z.array(eventSchema),
    /** Commands that are not for this viewer. */
    hidden: z.int(),
  })
  .meta({ id: 'LedgerTransactionPage' });
export type LedgerTransactionPage = z.infer<typeof transactionPageSchema>;

const historyStepSchema = eventSchema
  .extend({
    at: instantSchema,
    block: z.int(),
    txId: z.string(),
    creator: z.string(),
    /** Who signed for it; null: nobody, members said it. */
    signer: personRefSchema.nullable(),
  })
  .meta({ id: 'LedgerHistoryStep' });

const historySchema = z
  .strictObject({
    deal: idSchema,
    /** Number of the newest block here. */
    newest: z.int(),
    /** Oldest first. */
    steps: z.array(historyStepSchema),
  })
  .meta({ id: 'LedgerHistory' });
export type LedgerHistory = z.infer<typeof historySchema>;

export const ledgerEndpoints = {
  listBlocks: endpoint({
    at: EVERYWHERE,
    method: 'GET',
    path: '/ledger/v1/blocks',
    access: READERS,
    summary: 'Blocks, newest first.',
    query: z.strictObject(pageQuery),
    answer: pageOf(blockSchema),
  }),
  getBlock: endpoint({
    at: EVERYWHERE,
    method: 'GET',
    path: '/ledger/v1/blocks/{block}',
    access: READERS,
    summary: "One block with its transactions; a client's own among them.",
    answer: blockPageSchema,
    codes: ['NOT_FOUND'],
  }),
  getTransaction: endpoint({
    at: EVERYWHERE,
    method: 'GET',
    path: '/ledger/v1/transactions/{transaction}',
    access: READERS,
    summary: 'One transaction with its commands, as far as the viewer may see them.',
    answer: transactionPageSchema,
    codes: ['NOT_FOUND'],
  }),
  getDealHistory: endpoint({
    at: EVERYWHERE,
    method: 'GET',
    path: '/ledger/v1/deals/{deal}',
    access: READERS,
    summary: 'What happened to a deal, with the transactions in which it stands.',
    answer: historySchema,
    codes: ['NOT_FOUND'],
  }),
} as const;
