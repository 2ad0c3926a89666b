// Notes each account before it is asked of the ledger, whichever door the command came through, so that operators find
// every account that was opened, also when the answer got lost.
import { COMMANDS, type Command } from '../../chaincode/protocol/commands.js';
import { RuleViolation } from '../../chaincode/protocol/violation.js';
import type { LedgerClient } from '../ledger/ledger-client.js';
import type { CommandOutcome } from '../protocol/admin.js';
import type { BankAccounts, AskedAccount } from '../store/bank-reads.js';

/** The same client, which notes what it opens. Rejects as well when nothing can be noted; then nothing was sent. */
export function notingAccounts(ledger: LedgerClient, accounts: BankAccounts): LedgerClient {
  const submit: LedgerClient['submit'] = async (lane, commands, options) => {
    const opened = ([commands].flat() as readonly Command[]).map(openedBy); // one or several, as submit takes them
    for (const account of opened) if (account !== null) await accounts.noteAsked(account);
    const outcomes = await ledger.submit(lane, commands, options);
    for (const [index, account] of opened.entries()) {
      if (account !== null) await noteOutcome({ ledger, accounts }, account, outcomes[index]);
    }
    return outcomes;
  };
  return new Proxy(ledger, {
    get: (target, name) => {
      if (name === 'submit') return submit;
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
}

/** What the command would open; null: nothing, or it has not the form and the ledger will say so. */
function openedBy({ action, intent }: Command): AskedAccount | null {
  if (action !== 'openAccount') return null;
  try {
    const { account, holder, currency } = COMMANDS.openAccount.signed(intent?.body.params ?? null, 'params');
    return { account, holder, currency };
  } catch (error) {
    if (error instanceof RuleViolation) return null;
    throw error;
  }
}

interface Books {
  readonly ledger: Pick<LedgerClient, 'queryPrivate'>;
  readonly accounts: BankAccounts;
}

/** What is not noted now is found by its balance when it is looked for. */
async function noteOutcome(
  books: Books,
  account: AskedAccount,
  outcome: CommandOutcome | undefined,
): Promise<void> {
  await note(books, account, outcome).catch(() => undefined);
}

async function note(
  { ledger, accounts }: Books,
  asked: AskedAccount,
  outcome: CommandOutcome | undefined,
): Promise<void> {
  if (outcome?.ok === true) return accounts.noteOpened(asked);
  // A process that died between the opening and its note left it unconfirmed: the ledger knows whose it is.
  if (outcome?.code === 'ACCOUNT_EXISTS') {
    const { account, holder, currency } = await ledger.queryPrivate({
      about: 'balance',
      account: asked.account,
    });
    return accounts.noteOpened({ account, holder, currency });
  }
  return accounts.forget(asked.account);
}
