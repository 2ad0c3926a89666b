// What a bank's operators do, by the nouns that do it.
import type { PersonAction } from '../../../../chaincode/protocol/commands.js';
import type { Intent } from '../../../../chaincode/protocol/intent.js';
import type { OperationIds } from '../../../accounts/operation-ids.js';
import type { CoreCustomer, CoreCustomers } from '../../../core-bank/core-bank.js';
import type { Operations } from '../../../operations/operations.js';
import type { bankEndpoints } from '../../../protocol/api/bank.js';
import { Refused } from '../../../refused.js';
import type { AskedPayment, BankNote, BankReads } from '../../../store/bank-reads.js';
import type { HandlersOf } from '../binding.js';
import { carry, commandOf, type SignedIn } from './answers.js';
import { bankBookHandlers, type BankBookHandlersOptions } from './bank-books.js';
import { bankKeyHandlers, type BankKeyHandlersOptions } from './bank-keys.js';
import { debitCapHandlers, type DebitCapHandlersOptions } from './debit-caps.js';
import { partRequest } from './offers.js';

export interface BankHandlersOptions
  extends BankBookHandlersOptions, BankKeyHandlersOptions, DebitCapHandlersOptions {
  readonly mspId: string;
  readonly sealingKey: string;
  readonly operations: Operations;
  readonly operationIds: OperationIds;
  readonly customers: CoreCustomers;
  /** Of the demo world's simulated core; null: the core has no switches. */
  readonly switchesLink: () => Promise<string | null>;
  readonly reads: BankReads;
}

type BankEndpoint = keyof typeof bankEndpoints;
type Commands = 'openAccount' | 'deposit' | 'withdraw' | 'publishTariff';
type Reads = 'searchHolders' | 'getHolder' | 'getSealingKey' | 'listPaymentRequests' | 'getSimulator';

export function bankHandlers(options: BankHandlersOptions): HandlersOf<BankEndpoint> {
  return {
    ...commandHandlers(options),
    ...readHandlers(options),
    ...bankBookHandlers(options),
    ...bankKeyHandlers(options),
    ...debitCapHandlers(options),
  };
}

function commandHandlers({ operations, operationIds, customers }: BankHandlersOptions): HandlersOf<Commands> {
  const carried = (action: PersonAction, intent: Intent, context: SignedIn) =>
    carry(operations, context, commandOf(action, intent));
  /** The operation's id is made before the command is sent, and is the same when it is sent again. */
  const moved = async (action: 'deposit' | 'withdraw', intent: Intent, context: SignedIn) => {
    const command = commandOf(action, intent);
    operations.require(context.viewer.person.id, command);
    const { person, id } = intent.body;
    const operation = await operationIds.post(`${action}/${person}/${id}`);
    return carry(operations, context, { ...command, beside: { operation } });
  };
  return {
    openAccount: async ({ body }, context) => {
      operations.require(context.viewer.person.id, commandOf('openAccount', body.intent));
      // Its codes and messages would reach nobody otherwise.
      const { holder } = body.intent.body.params;
      if (typeof holder === 'string') await knownHolder(customers, holder);
      return carried('openAccount', body.intent, context);
    },
    deposit: ({ body }, context) => moved('deposit', body.intent, context),
    withdraw: ({ body }, context) => moved('withdraw', body.intent, context),
    publishTariff: ({ body }, context) => carried('publishBank', body.intent, context),
  };
}

function readHandlers(options: BankHandlersOptions): HandlersOf<Reads> {
  const { bank, mspId, sealingKey, customers, reads, switchesLink } = options;
  return {
    searchHolders: async ({ body }) => {
      const { items, next } = await customers.find({ words: body.words, ...partRequest(body) });
      return { items: [...items], next };
    },
    getHolder: ({ body }) => knownHolder(customers, body.holder),
    getSealingKey: () => Promise.resolve({ bank, sealingKey }),
    listPaymentRequests: async ({ query }) => {
      const { items, next } = await reads.payments(
        { owner: mspId, state: query.state ?? null },
        partRequest(query),
      );
      return { items: items.map(paymentRequest), next };
    },
    getSimulator: async () => ({ switches: await switchesLink() }),
  };
}

/** Throws: Refused NO_HOLDER. Rejects: CoreUnavailable. */
async function knownHolder(customers: CoreCustomers, holder: string): Promise<CoreCustomer> {
  const found = await customers.customer(holder);
  if (found === null) throw new Refused('NO_HOLDER');
  return found;
}

function paymentRequest(asked: AskedPayment) {
  const { row, admission, note } = asked;
  const { id: payment, deal, status, amount, fee, currency, arrivedAt } = row;
  const answerBy = admission?.answerBy ?? null;
  return {
    ...{ payment, deal, status, amount, fee, currency, arrivedAt, answerBy },
    stage: stageOf(asked),
    payer:
      note === null || note.account === null ? null : { account: note.account, holder: note.holder ?? '' },
    core: coreOf(note),
    refusal: note?.refusal ?? null,
  };
}

function coreOf(note: BankNote | null) {
  if (note === null || note.askedAt === null) return null;
  const { askedAt, verdict, reason, answeredAt } = note;
  return { askedAt, verdict, reason, answeredAt };
}

type Stage = 'admission' | 'code' | 'core' | 'recording' | 'answered' | 'closed';

function stageOf({ row, admission, note }: AskedPayment): Stage {
  if (row.status !== 'submitted') return 'answered';
  if (admission !== null && admission.status !== 'admitted') return 'closed';
  return stageOfNote(note) ?? (admission === null ? 'admission' : 'code');
}

/** How far the bank is by its own notes; null: it waits for somebody else. */
function stageOfNote(note: BankNote | null): Stage | null {
  if (note === null) return null;
  if (note.verdict !== null || note.refusal !== null) return 'recording';
  return note.askedAt === null ? null : 'core';
}
