// The owner lane's functions: an organisation's own affairs, at its own peer, for its own members. Nothing private goes
// into arguments, results or events, which are public.
import { Context, Contract, Returns, Transaction } from 'fabric-contract-api';
import { collectionOf } from '../protocol/attestation.js';
import { canonicalJson, type Json } from '../protocol/canonical-json.js';
import { CODES, isCode } from '../protocol/codes.js';
import {
  type CommandRecord,
  type CommandResult,
  EVENT_NAME,
  type LedgerEvent,
} from '../protocol/commands.js';
import type { Intent } from '../protocol/intent.js';
import { badInput } from '../protocol/parse.js';
import { RuleViolation } from '../protocol/violation.js';
import { OwnerReader, OwnerRows } from '../state/owner-session.js';
import { StubStore } from '../state/stub-store.js';
import { transactionOf } from '../state/transaction.js';
import { callerOf, requireOwner, requireQuestioner } from './caller.js';
import { runList, type UsedIntents } from './command-list.js';
import { answerPrivately } from './private-queries.js';
import type { Deployment } from './rule.js';
import { OWNER_RULES } from './rules.js';

export class OwnerContract extends Contract {
  constructor(private readonly deployment: Deployment) {
    super('owner');
  }

  /**
   * Carries out the list of commands in transient `commands` for the organisation in transient `owner`.
   * Requirements: `owner` is the sender's own MSP; sender is its machine (attribute forescrow.role).
   * Emits: EVENT_NAME with results and public rows. Returns: list of CommandResult; private codes read REFUSED and no
   * refusal carries values. Rejects: WRONG_ORGANISATION, WRONG_ROLE, BAD_INPUT; NOTHING_WRITTEN with the true results
   * if nothing is left to write, since such a transaction could be endorsed and read elsewhere .
   */
  @Transaction()
  @Returns('string')
  async apply(context: Context): Promise<string> {
    const { entries, session, store } = await runOwn(context, this.deployment);
    if (!session.hasWritten) {
      const results = entries.map(({ result }) => result);
      throw new RuleViolation('NOTHING_WRITTEN', { results: results as unknown as Json }); // JSON values only
    }
    await session.save();
    const shown = entries.map((entry) => ({ ...entry, result: masked(entry.result) }));
    const event: LedgerEvent = { v: 1, lane: 'owner', results: shown };
    // Events and results hold JSON values only; interfaces merely lack the index signature that Json asks for.
    store.emit(EVENT_NAME, canonicalJson(event as unknown as Json));
    return canonicalJson(shown.map(({ result }) => result));
  }

  /** As `apply`, to be evaluated: writes nothing, gives the true codes with their values. */
  @Transaction(false)
  @Returns('string')
  async try(context: Context): Promise<string> {
    const { entries } = await runOwn(context, this.deployment);
    return canonicalJson(entries.map(({ result }) => result)); // as in `apply`
  }

  /**
   * Answers the PrivateQuery in transient `query`, to be evaluated.
   * Rejects: WRONG_ORGANISATION, WRONG_ROLE, BAD_INPUT, and what the question rejects.
   */
  @Transaction(false)
  @Returns('string')
  async query(context: Context): Promise<string> {
    const transaction = transactionOf(context.stub, context.clientIdentity);
    const owner = requireOwner(transaction);
    requireQuestioner(transaction);
    const reader = new OwnerReader(new StubStore(context.stub, collectionOf(owner)), owner);
    return canonicalJson(
      await answerPrivately(reader, owner, needed(transaction.transient('query'), 'query')),
    );
  }
}

interface OwnRun {
  readonly entries: readonly CommandRecord[];
  readonly session: OwnerRows;
  readonly store: StubStore;
}

async function runOwn(context: Context, deployment: Deployment): Promise<OwnRun> {
  const transaction = transactionOf(context.stub, context.clientIdentity);
  const owner = requireOwner(transaction);
  const caller = callerOf(transaction);
  const store = new StubStore(context.stub, collectionOf(owner));
  const session = new OwnerRows(store, owner, transaction.txId);
  const entries = await runList({
    lane: 'owner',
    text: needed(transaction.transient('commands'), 'commands'),
    rules: OWNER_RULES,
    session,
    usedIntents: usedIntentsOf(session),
    channel: transaction.channel,
    deployment,
    caller,
    now: transaction.now,
  });
  return { entries, session, store };
}

function needed(text: string | null, name: string): string {
  if (text === null) throw badInput(`transient ${name}`, 'nothing', 'canonical JSON');
  return text;
}

function usedIntentsOf(session: OwnerRows): UsedIntents {
  const nameOf = ({ body: { person, id } }: Intent) => `${person}/${id}`;
  return {
    content: (intent) => session.privateRow('usedIntent', nameOf(intent))?.content ?? null,
    write: ({ intent, content }) => {
      const { person, id } = intent.body;
      session.putPrivate('usedIntent', nameOf(intent), { v: 1, person, intent: id, content });
    },
  };
}

/** Results of a submitted list are public. */
function masked(result: CommandResult): CommandResult {
  if (result.ok) return result;
  const hidden = !isCode(result.code) || CODES[result.code].private;
  return { ok: false, id: result.id, code: hidden ? 'REFUSED' : result.code };
}
