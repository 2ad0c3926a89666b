// A list of the agreement lane from its text to its event, whatever store it reads: the contract runs it at a peer, an
// auditor over a replayed state.
import { canonicalJson, type Json } from '../protocol/canonical-json.js';
import { EVENT_NAME, type LedgerEvent } from '../protocol/commands.js';
import { detached } from '../protocol/intent.js';
import { AgreementRows } from '../state/agreement-session.js';
import type { StubStore } from '../state/stub-store.js';
import type { Transaction } from '../state/transaction.js';
import { callerOf } from './caller.js';
import { runList, type UsedIntents } from './command-list.js';
import type { Deployment } from './rule.js';
import { AGREEMENT_RULES } from './rules.js';

export interface AgreementList {
  readonly transaction: Transaction;
  readonly store: StubStore;
  readonly deployment: Deployment;
  /** Canonical JSON list of commands. */
  readonly commands: string;
}

/** Writes rows and event into the store; returns the results. Rejects: WRONG_ROLE, BAD_INPUT (the whole list). */
export async function runAgreements({
  transaction,
  store,
  deployment,
  commands,
}: AgreementList): Promise<string> {
  const { channel, now } = transaction;
  const caller = callerOf(transaction);
  const session = new AgreementRows(store);
  const entries = await runList({
    lane: 'agreement',
    text: commands,
    rules: AGREEMENT_RULES,
    session,
    usedIntents: usedIntentsOf(session),
    channel,
    deployment,
    caller,
    now,
  });
  await session.save();
  const event: LedgerEvent = { v: 1, lane: 'agreement', results: entries };
  // Events and results hold JSON values only; interfaces merely lack the index signature that Json asks for.
  store.emit(EVENT_NAME, canonicalJson(event as unknown as Json));
  return canonicalJson(entries.map(({ result }) => result));
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
