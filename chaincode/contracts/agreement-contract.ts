// The agreement lane's one function: a list of commands that two organisations endorse.
import { Context, Contract, Returns, Transaction } from 'fabric-contract-api';
import { canonicalJson, type Json } from '../protocol/canonical-json.js';
import { EVENT_NAME, type LedgerEvent } from '../protocol/commands.js';
import { detached } from '../protocol/intent.js';
import { AgreementRows } from '../state/agreement-session.js';
import { StubStore } from '../state/stub-store.js';
import { transactionOf } from '../state/transaction.js';
import { callerOf } from './caller.js';
import { runList, type UsedIntents } from './command-list.js';
import type { Deployment } from './rule.js';
import { AGREEMENT_RULES } from './rules.js';

export class AgreementContract extends Contract {
  constructor(private readonly deployment: Deployment) {
    super('agreement');
  }

  /**
   * Carries out a list of commands; a refused command writes nothing and spoils no neighbour.
   * Requirements: sender is a member's machine (attribute forescrow.role); canonical JSON list of 1 to 500 commands.
   * Emits: EVENT_NAME with all results and the public rows written. Returns: list of CommandResult.
   * Rejects: WRONG_ROLE, BAD_INPUT (the whole list).
   */
  @Transaction()
  @Returns('string')
  async apply(context: Context, commands: string): Promise<string> {
    const transaction = transactionOf(context.stub, context.clientIdentity);
    const caller = callerOf(transaction);
    const store = new StubStore(context.stub, null);
    const session = new AgreementRows(store);
    const { channel, now } = transaction;
    const entries = await runList({
      lane: 'agreement',
      text: commands,
      rules: AGREEMENT_RULES,
      session,
      usedIntents: usedIntentsOf(session),
      channel,
      deployment: this.deployment,
      caller,
      now,
    });
    await session.save();
    const event: LedgerEvent = { v: 1, lane: 'agreement', results: entries };
    // Events and results hold JSON values only; interfaces merely lack the index signature that Json asks for.
    store.emit(EVENT_NAME, canonicalJson(event as unknown as Json));
    return canonicalJson(entries.map(({ result }) => result));
  }
}

function usedIntentsOf(session: AgreementRows): UsedIntents {
  return {
    content: ({ body: { person, id } }) => session.row('usedIntent', person, id)?.content ?? null,
    write: ({ intent, content, result, isKept }) => {
      const { person, id } = intent.body;
      session.put('usedIntent', [person, id], {
        v: 1,
        content,
        result,
        signed: isKept ? detached(intent) : null,
      });
    },
  };
}
