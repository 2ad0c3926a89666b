// Rules of accounts at a bank and of the links to them.
import { decideConfirmLink, decideOpenAccount, requireAccount } from '../domain/account/accounts.js';
import {
  deposit as depositTo,
  pendingId,
  post,
  type Posting,
  withdraw as withdrawFrom,
} from '../domain/account/books.js';
import { requireCurrency } from '../domain/account/money.js';
import { present, requireAttested } from '../domain/owned.js';
import type { AccountRow, OperationRow } from '../domain/account/private-rows.js';
import { decideAskLink } from '../domain/member/registry.js';
import { askLink, confirmLink, deposit, openAccount, postCredits, withdraw } from '../protocol/account.js';
import type { BankRow, PersonRow } from '../protocol/member.js';
import type { Owned } from '../protocol/owned.js';
import { RuleViolation } from '../protocol/violation.js';
import type { OwnerRowReader, OwnerWriter } from '../state/sessions.js';
import {
  agreementRule,
  type AgreementRule,
  type CommandOf,
  ownerRule,
  type OwnerRule,
  type Signed,
} from './rule.js';
import { requireSignerOf, signerRow } from './signer.js';

const askingLink = agreementRule(askLink, {
  load: (rows, command) => ({
    signer: signerRow(rows, command),
    bank: rows.owned('bank', command.params.bank),
    existing: rows.row('link', command.intent.body.id),
  }),
  decide({ signer, bank: found, existing }, command) {
    const { id } = command.intent.body;
    const person = requireSignerOf(command, signer, { role: null, organisation: null }).id;
    const bank = requireAttested(found, 'bank');
    const { params, keyThumbprint } = command;
    return decideAskLink({ id, person, params, keyThumbprint, bank, existing });
  },
  save: (write, link) => write.createOwned('link', [link.id], link),
});

interface OperatorRows {
  readonly owner: string;
  readonly signer: Owned<PersonRow> | null;
  readonly bank: Owned<BankRow> | null;
}

function operatorRows(rows: OwnerRowReader, command: Signed<{ readonly bank: string }>): OperatorRows {
  const bank = rows.owned('bank', command.params.bank);
  return { owner: rows.owner, signer: signerRow(rows, command), bank };
}

/** The bank's own operator speaks for the bank. */
function requireOperator(
  command: Signed<unknown>,
  { owner: organisation, signer, bank: row }: OperatorRows,
): void {
  requireSignerOf(command, signer, { role: 'operator', organisation });
  const bank = requireAttested(row, 'bank');
  if (bank.owner !== organisation) throw new RuleViolation('WRONG_ORGANISATION', { needed: bank.owner });
}

const openingAccount = ownerRule(openAccount, {
  load: (rows, command) => ({
    ...operatorRows(rows, command),
    existing: rows.privateRow('account', command.params.account),
  }),
  decide(loaded, command) {
    requireOperator(command, loaded);
    return decideOpenAccount(command.params, loaded.existing);
  },
  save: (write, account) => {
    write.putPrivate('account', account.account, account);
  },
});

type Movement = CommandOf<typeof deposit> | CommandOf<typeof withdraw>;

interface MovementRows extends OperatorRows {
  readonly account: AccountRow | null;
  readonly earlier: OperationRow | null;
}

function movementRows(rows: OwnerRowReader, command: Movement): MovementRows {
  return {
    ...operatorRows(rows, command),
    account: rows.privateRow('account', command.params.account),
    earlier: rows.privateRow('operation', command.machine.operation),
  };
}

/** Rejects: NO_ACCOUNT, CURRENCY, OPERATION_EXISTS, FUNDS. */
function decideMovement(move: typeof depositTo, loaded: MovementRows, command: Movement): Posting {
  requireOperator(command, loaded);
  const account = requireAccount(loaded.account);
  requireCurrency(command.params.currency, account.currency);
  if (loaded.earlier !== null) throw new RuleViolation('OPERATION_EXISTS');
  const { operation } = command.machine;
  return move({ operation, at: command.now }, account, command.params.amount);
}

/** The journal entry and the account that it changes. */
function savePosting(write: OwnerWriter, { account, entry }: Posting): void {
  write.putPrivate('account', account.account, account);
  write.putPrivate('operation', entry.operation, { v: 1, ...entry });
}

const depositing = ownerRule(deposit, {
  load: movementRows,
  decide: (loaded, command) => decideMovement(depositTo, loaded, command),
  save: savePosting,
});

const withdrawing = ownerRule(withdraw, {
  load: movementRows,
  decide: (loaded, command) => decideMovement(withdrawFrom, loaded, command),
  save: savePosting,
});

/** Signed by the client; the bank's gateway says whom it has authenticated and by which code. */
const confirmingLink = ownerRule(confirmLink, {
  load: (rows, { params }) => ({
    link: rows.owned('link', params.link),
    account: rows.privateRow('account', params.account),
  }),
  decide({ link: found, account }, { intent, keyThumbprint, params, machine }) {
    const link = requireAttested(found, 'link');
    return decideConfirmLink({ person: intent.body.person, keyThumbprint, params, machine, link, account });
  },
  save: (write, { link, linkedAccount }) => {
    write.changeOwned('link', [link.id], link);
    write.putPrivate('linkedAccount', link.id, linkedAccount);
  },
});

/** Credits are named, since a transaction that ranges over private rows must not write. */
const postingCredits = ownerRule(postCredits, {
  load: (rows, { machine }) => ({
    earlier: rows.privateRow('operation', machine.operation),
    account: rows.privateRow('account', machine.account),
    credits: machine.credits.map((credit) =>
      rows.privateRow('pendingCredit', pendingId({ account: machine.account, credit })),
    ),
  }),
  decide({ earlier, account, credits }, { machine: { operation }, now }) {
    if (earlier?.kind === 'posting') return null;
    if (earlier !== null) throw new RuleViolation('OPERATION_EXISTS');
    const credited = requireAccount(account);
    const pending = credits.map((credit) => present(credit, 'pendingCredit'));
    return { pending, ...post({ operation, at: now }, credited, pending) };
  },
  save: (write, { pending, ...posting }) => {
    savePosting(write, posting);
    for (const credit of pending) write.removePrivate('pendingCredit', pendingId(credit));
  },
});

export const agreement: readonly AgreementRule[] = [askingLink];
export const owner: readonly OwnerRule[] = [
  openingAccount,
  depositing,
  withdrawing,
  confirmingLink,
  postingCredits,
];
