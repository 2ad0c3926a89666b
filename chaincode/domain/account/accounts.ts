// Accounts are opened, and a client proves to the bank that he holds one.
import { bankOfAccount, isAccountNumber } from '../../protocol/account-number.js';
import type { LinkRow } from '../../protocol/account.js';
import { confirmLink } from '../../protocol/account.js';
import type { IntentParams, MachineParams } from '../../protocol/commands.js';
import type { Hash } from '../../protocol/forms.js';
import { transition } from '../../protocol/life-cycle.js';
import { RuleViolation } from '../../protocol/violation.js';
import { requireCurrency } from './money.js';
import type { AccountRow, LinkedAccountRow } from './private-rows.js';

/** Rejects: CHECK_DIGITS, ACCOUNT_EXISTS. */
export function decideOpenAccount(
  params: IntentParams['openAccount'],
  existing: AccountRow | null,
): AccountRow {
  requireAccountOf(params.bank, params.account);
  if (existing !== null) throw new RuleViolation('ACCOUNT_EXISTS');
  const { account, holder, currency } = params;
  return { v: 1, account, holder, currency, available: '0', held: '0' };
}

/** The number is well made and names this bank. Rejects: CHECK_DIGITS. */
function requireAccountOf(bank: string, account: string): void {
  if (!isAccountNumber(account) || bankOfAccount(account) !== bank) throw new RuleViolation('CHECK_DIGITS');
}

/** Rejects: NO_ACCOUNT. */
export function requireAccount(found: AccountRow | null): AccountRow {
  if (found === null) throw new RuleViolation('NO_ACCOUNT');
  return found;
}

export interface ConfirmLinkInput {
  /** The client who signed, and with which key. */
  readonly person: string;
  readonly keyThumbprint: Hash;
  readonly params: IntentParams['confirmLink'];
  /** What the bank's gateway knows: whom it has authenticated, and by which code. */
  readonly machine: MachineParams['confirmLink'];
  readonly link: LinkRow;
  readonly account: AccountRow | null;
}

/**
 * The bank vouches for holder and key. The link's row has no number; the bank's private row has.
 * Rejects: WRONG_ROLE, KEY_DIFFERS, NO_ACCOUNT, NOT_HOLDER, CODE, CURRENCY, WRONG_STATE.
 */
export function decideConfirmLink(input: ConfirmLinkInput): {
  readonly link: LinkRow;
  readonly linkedAccount: LinkedAccountRow;
} {
  const { link, params, machine } = input;
  if (input.person !== link.person)
    throw new RuleViolation('WRONG_ROLE', { needed: 'who asked for the link' });
  if (input.keyThumbprint !== link.keyThumbprint) throw new RuleViolation('KEY_DIFFERS', { link: link.id });
  const status = transition(confirmLink, 'link', 'active', link.status);
  const account = requireAccount(input.account);
  // Who created the link's row chose its bank; fees and payouts go by it.
  if (bankOfAccount(account.account) !== link.bank) throw new RuleViolation('NO_ACCOUNT');
  if (account.holder !== machine.holder) throw new RuleViolation('NOT_HOLDER');
  if (params.codeHash !== machine.expectedCodeHash) throw new RuleViolation('CODE');
  requireCurrency(account.currency, link.currency);
  const confirmed = { ...link, status };
  return { link: confirmed, linkedAccount: { v: 1, link: link.id, account: account.account, confirmed } };
}
