// Duty: a bank's handlers for accounts, their money and their links (S6, S8, posting of credits).
// Must not: hold rules; they load, let the domain decide, and write.
import { decideConfirmLink, decideOpenAccount, requireAccount } from '../domain/accounts.js';
import { deposit as depositTo, post, withdraw as withdrawFrom, type Posting } from '../domain/books.js';
import { requireCurrency } from '../domain/money.js';
import { requireAttested, present } from '../domain/owned.js';
import type { AccountRow, PendingCreditRow } from '../domain/private-rows.js';
import type { IntentParams } from '../protocol/commands.js';
import { rowKey } from '../protocol/rows.js';
import { RuleViolation } from '../protocol/violation.js';
import type { OwnerSession, PrivateName } from '../state/sessions.js';
import { owner, type BothCall, type Handler, type PersonCall } from './handler.js';
import { signerKey, signerOf } from './signer.js';

type OperatorCall = PersonCall<'openAccount' | 'deposit' | 'withdraw'>;

function operatorKeys(call: OperatorCall): string[] {
  return [signerKey(call), rowKey('bank', call.params.bank)];
}

/** The bank's own operator speaks for the bank. */
async function requireOperator(call: OperatorCall, session: OwnerSession): Promise<void> {
  await signerOf(session, call, { role: 'operator', organisation: session.owner });
  const bank = requireAttested(await session.owned('bank', call.params.bank), 'bank');
  if (bank.owner !== session.owner) throw new RuleViolation('WRONG_ORGANISATION', { needed: bank.owner });
}

const openAccount = owner.byPerson('openAccount', {
  keys: operatorKeys,
  privateRows: ({ params }) => [['account', params.account]],
  async decide(call, session) {
    await requireOperator(call, session);
    const existing = await session.privateRow('account', call.params.account);
    await session.putPrivate('account', call.params.account, decideOpenAccount(call.params, existing));
    return 'done';
  },
});

const deposit = owner.byBoth('deposit', {
  keys: operatorKeys,
  privateRows: movedRows,
  decide: moving(depositTo),
});
const withdraw = owner.byBoth('withdraw', {
  keys: operatorKeys,
  privateRows: movedRows,
  decide: moving(withdrawFrom),
});

function movedRows({ params, machine }: BothCall<'deposit' | 'withdraw'>): PrivateName[] {
  return [
    ['account', params.account],
    ['operation', machine.operation],
  ];
}

/** Rejects: NO_ACCOUNT, CURRENCY, OPERATION_EXISTS, FUNDS. */
function moving(move: typeof depositTo) {
  return async (call: BothCall<'deposit' | 'withdraw'>, session: OwnerSession) => {
    await requireOperator(call, session);
    const account = await accountOf(call.params, session);
    const { operation } = call.machine;
    if ((await session.privateRow('operation', operation)) !== null) {
      throw new RuleViolation('OPERATION_EXISTS');
    }
    await writePosting(session, move({ operation, at: call.now }, account, call.params.amount));
    return 'done' as const;
  };
}

async function accountOf(params: IntentParams['deposit'], session: OwnerSession): Promise<AccountRow> {
  const account = requireAccount(await session.privateRow('account', params.account));
  requireCurrency(params.currency, account.currency);
  return account;
}

/** The journal entry and the account that it changes. */
export async function writePosting(session: OwnerSession, { account, entry }: Posting): Promise<void> {
  await session.putPrivate('account', account.account, account);
  await session.putPrivate('operation', entry.operation, { v: 1, ...entry });
}

/** Signed by the client; the bank's gateway says whom it has authenticated and by which code. */
const confirmLink = owner.byBoth('confirmLink', {
  keys: (call) => [rowKey('link', call.params.link)],
  privateRows: ({ params }) => [['account', params.account]],
  async decide(call, session) {
    const { params, machine, keyThumbprint } = call;
    const link = requireAttested(await session.owned('link', params.link), 'link');
    const account = await session.privateRow('account', params.account);
    const { person } = call.intent.body;
    const rows = decideConfirmLink({ person, keyThumbprint, params, machine, link, account });
    session.changeOwned('link', [link.id], rows.link);
    await session.putPrivate('linkedAccount', link.id, rows.token);
    return 'done';
  },
});

/** Makes credits spendable: named, since a private range forbids writing (rule 23). */
const postCredits = owner.byMachine('postCredits', {
  privateRows: ({ machine: { account, operation, credits } }) => [
    ['operation', operation],
    ['account', account],
    ...credits.map((credit) => ['pendingCredit', credit] as const),
  ],
  async decide(call, session) {
    const { account: number, operation, credits } = call.machine;
    const earlier = await session.privateRow('operation', operation);
    if (earlier?.kind === 'posting') return 'repeated';
    if (earlier !== null) throw new RuleViolation('OPERATION_EXISTS');
    const account = requireAccount(await session.privateRow('account', number));
    const lines: PendingCreditRow[] = [];
    for (const credit of credits)
      lines.push(present(await session.privateRow('pendingCredit', credit), 'pendingCredit'));
    const posted = post({ operation, at: call.now }, account, lines);
    await writePosting(session, posted);
    for (const line of posted.lines) await session.putPrivate('pendingCredit', line.credit, line);
    return 'done';
  },
});

export const ACCOUNT_HANDLERS: readonly Handler<OwnerSession>[] = [
  openAccount,
  deposit,
  withdraw,
  confirmLink,
  postCredits,
];
