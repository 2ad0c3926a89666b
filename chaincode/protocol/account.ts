// Accounts at a bank and the links by which clients pay from them and are paid.
import { currency } from './currency.js';
import { jointCommand, machineCommand, ownedRow, personCommand, type RowOf } from './declaration.js';
import { account, bank, hash, holder, id, msp, ownOperation, positiveAmount, version1 } from './forms.js';
import { distinct, exactly, oneOf, text } from './parse.js';

const CREDITS_LIMIT = 200;

const linkForm = exactly({
  v: version1,
  id,
  owner: msp,
  bank,
  person: id,
  currency,
  /** SHA-256 of the person's SubjectPublicKeyInfo DER; proven to the bank by code when active. */
  keyThumbprint: hash,
  status: oneOf(['asked', 'active']),
});

/** `link/<id>`: client ↔ bank without the account's number; owned by the bank. Initial: asked. */
export const linkRow = ownedRow(
  { kind: 'link', ids: ['id'], form: linkForm },
  {
    initial: { status: 'asked' },
  },
);
export type LinkRow = RowOf<typeof linkRow>;

export const openAccount = personCommand({
  action: 'openAccount',
  lane: 'owner',
  signed: exactly({ bank, account, holder, currency }),
  conflictKeys: ['account/{account}'],
  cost: 12,
});

const movement = exactly({ bank, account, amount: positiveAmount, currency });
const operation = exactly({ operation: ownOperation });

export const deposit = jointCommand({
  action: 'deposit',
  lane: 'owner',
  signed: movement,
  machine: operation,
  conflictKeys: ['account/{account}'],
  cost: 14,
});

export const withdraw = jointCommand({
  action: 'withdraw',
  lane: 'owner',
  signed: movement,
  machine: operation,
  conflictKeys: ['account/{account}'],
  cost: 14,
});

/** The link's id is the intent's id. */
export const askLink = personCommand({
  action: 'askLink',
  lane: 'agreement',
  signed: exactly({ bank, currency, keyThumbprint: hash }),
  steps: { link: { asked: [null] } },
  conflictKeys: [],
  cost: 10,
});

/** Signed by the client; the bank's gateway has authenticated `holder` by the code whose hash it adds. */
export const confirmLink = jointCommand({
  action: 'confirmLink',
  lane: 'owner',
  signed: exactly({ link: id, account, codeHash: hash }),
  machine: exactly({ holder, expectedCodeHash: hash }),
  steps: { link: { active: ['asked'] } },
  conflictKeys: ['link/{link}', 'account/{account}'],
  cost: 14,
});

/** Brings pending credits, named by their ids, to the account: from then on they are spendable. */
export const postCredits = machineCommand({
  action: 'postCredits',
  lane: 'owner',
  machine: exactly({
    account,
    operation: ownOperation,
    credits: distinct(text(/^[a-z_0-9/]{1,250}$/, 'deal/payment/payee'), { least: 1, most: CREDITS_LIMIT }),
  }),
  conflictKeys: ['account/{account}'],
  cost: 20,
});

/** Conflict key of an account, for senders of commands that move its money and do not name it. */
export function accountKey(number: string): string {
  return `account/${number}`;
}

export const accountRows = { link: linkRow } as const;
export const accountCommands = { openAccount, deposit, withdraw, askLink, confirmLink, postCredits } as const;
