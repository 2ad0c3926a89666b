// Persons' commands: each one carried out is signed by its person with a key that was registered at that time.
// Commands of the owner lane are private; their public traces are checked with the rows.
import { hashOf, type Json } from '../chaincode/protocol/canonical-json.js';
import type { Command, CommandResult, PersonAction } from '../chaincode/protocol/commands.js';
import { bodyHash, INTENT_LIFE_LIMIT_MS, keyThumbprint, type Intent } from '../chaincode/protocol/intent.js';
import type { LinkRow } from '../chaincode/protocol/account.js';
import { isSigned } from '../chaincode/signatures/intent-signatures.js';
import { writesOf, type CheckScope } from './check.js';
import type { EscrowTransaction, LedgerRows } from './escrow-transaction.js';
import type { Place } from './findings.js';

export class IntentCheck {
  /** Ids of each person's links, as they were asked for. */
  private readonly links = new Map<string, string[]>();

  check(transaction: EscrowTransaction, scope: CheckScope): void {
    for (const { before, after } of writesOf(transaction, 'link')) if (before === null) this.note(after);
    if (transaction.lane !== 'agreement') return;
    for (const [index, command] of transaction.commands.entries()) {
      const result = transaction.event?.results[index]?.result;
      if (result?.ok === true && command.intent !== undefined) {
        this.checkCommand({ command, intent: command.intent, result }, transaction, scope);
      }
    }
  }

  private note({ person, id }: LinkRow): void {
    this.links.set(person, [...(this.links.get(person) ?? []), id]);
  }

  private checkCommand(
    of: {
      readonly command: Command;
      readonly intent: Intent;
      readonly result: CommandResult & { readonly ok: true };
    },
    { place, timestampMs }: EscrowTransaction,
    scope: CheckScope,
  ): void {
    const { findings, ledger, channel } = scope;
    const { command, intent, result } = of;
    const { body } = intent;
    const says = body.channel === channel && body.action === command.action && body.version === 1;
    findings.expect('intents', place, says && isSigned(intent), () => ({
      found: `${body.action} of ${body.person}, ${says ? 'with a false signature' : 'signed for something else'}`,
      needed: `the signature of ${body.person} under ${command.action}`,
    }));
    // An invitation is taken before its payer needs an account: the check of invitations proves its two signatures.
    const isKeyFree = command.action === 'acceptInvitation';
    findings.expect('intents', place, isKeyFree || this.isRegistered(intent, ledger), () => ({
      found: `${command.action} of ${body.person}, signed with another key`,
      needed: 'the key registered for the person, or proved to a bank with a link',
    }));
    const isFresh = timestampMs <= body.expiresAt && body.expiresAt <= timestampMs + INTENT_LIFE_LIMIT_MS;
    findings.expect('intents', place, result.repeated === true || isFresh, () => ({
      found: `${command.action} of ${body.person} that expires at ${String(body.expiresAt)}`,
      needed: `expiry after ${String(timestampMs)} and within a day of it`,
    }));
    checkUsedIntent(command, intent, { place, scope });
  }

  private isRegistered({ body, key }: Intent, ledger: LedgerRows): boolean {
    if (ledger.attested('person', body.person)?.key === key) return true;
    const thumbprint = keyThumbprint(key);
    return (this.links.get(body.person) ?? []).some((id) => {
      const link = ledger.attested('link', id);
      return link?.status === 'active' && link.person === body.person && link.keyThumbprint === thumbprint;
    });
  }
}

/** Actions whose intents are proved again when money moves, so that their markers hold the signature. */
const KEPT: ReadonlySet<string> = new Set([
  'listOffer',
  'buy',
  'submitPayment',
] satisfies readonly PersonAction[]);

/** The used-intent marker of the very command; of what money follows from it keeps what was signed. */
function checkUsedIntent(
  { action, params }: Command,
  { body }: Intent,
  { place, scope }: { readonly place: Place; readonly scope: CheckScope },
): void {
  const { findings, ledger } = scope;
  const said = { action, body: bodyHash(body), params: (params ?? null) as Json };
  const usedIntent = ledger.row('usedIntent', body.person, body.id);
  findings.expect('intents', place, usedIntent?.content === hashOf(said), () => ({
    found: `no used-intent marker of ${body.id} for this content`,
    needed: 'the marker of the very command',
  }));
  // What a stored signature covers identifies it: a command that is sent again may bear another.
  const keeps = usedIntent !== null && usedIntent.signed !== null;
  findings.expect('intents', place, keeps === KEPT.has(action), () => ({
    found: `the used-intent marker of ${body.id} keeps ${keeps ? 'a' : 'no'} signature`,
    needed: keeps ? 'none: only what money follows from is proved again' : 'that of the very intent',
  }));
}
