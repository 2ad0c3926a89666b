// The model's books: journal entries, what is held, what is owed to whom.
// It must not import the product's books.
import type { PaymentRow } from '../../chaincode/protocol/payment.js';
import { found, minus, must, plus, type ModelCommand } from './model-command.js';
import type { EntryModel, SecretRows, Share } from './model-state.js';

type Head = Omit<EntryModel, 'at' | 'lines'>;

export function entryOf(
  call: ModelCommand,
  head: Head,
  lines: readonly (readonly [string, string])[],
): EntryModel {
  return { ...head, at: call.now, lines: lines.map(([account, amount]) => ({ account, amount })) };
}

/** Writes an operation that is no deal's; its id is used once. */
export function journal(call: ModelCommand, head: Head, lines: readonly (readonly [string, string])[]): void {
  const { state, msp } = call;
  must(state.secret(msp, 'operation', head.operation) === null, 'OPERATION_EXISTS');
  state.putSecret(msp, 'operation', head.operation, { v: 1, ...entryOf(call, head, lines) });
}

/** What a movement leaves behind. */
interface Moved {
  readonly account: SecretRows['account'];
  readonly entry: EntryModel;
}

/** available → held. */
export function reserve(
  call: ModelCommand,
  account: SecretRows['account'],
  payment: PaymentRow,
  { operation, codeBinding }: { readonly operation: string; readonly codeBinding: string },
): Moved {
  const sum = plus(payment.amount, payment.fee);
  const { account: number, currency } = account;
  must(payment.currency === currency, 'CURRENCY');
  must(BigInt(account.available) >= BigInt(sum), 'FUNDS');
  return {
    account: { ...account, available: minus(account.available, sum), held: plus(account.held, sum) },
    entry: entryOf(call, { ...headOf('hold', payment, operation), codeBinding }, [
      [`available/${number}`, `-${sum}`],
      [`held/${number}`, sum],
    ]),
  };
}

/** held → available. */
export function release(
  call: ModelCommand,
  account: SecretRows['account'],
  payment: PaymentRow,
  operation: string,
): Moved {
  const sum = plus(payment.amount, payment.fee);
  return {
    account: { ...account, available: plus(account.available, sum), held: minus(account.held, sum) },
    entry: entryOf(call, headOf('void', payment, operation), [
      [`held/${account.account}`, `-${sum}`],
      [`available/${account.account}`, sum],
    ]),
  };
}

/** held → fees, and what is owed for each payee. */
export function payOut(
  call: ModelCommand,
  account: SecretRows['account'],
  { payment, shares }: { readonly payment: PaymentRow; readonly shares: readonly Share[] },
  operation: string,
): void {
  const sum = plus(payment.amount, payment.fee);
  const fee: (readonly [string, string])[] = payment.fee === '0' ? [] : [['fees', payment.fee]];
  saveAccount(call, { ...account, held: minus(account.held, sum) });
  enter(call, [
    entryOf(call, headOf('capture', payment, operation), [
      [`held/${account.account}`, `-${sum}`],
      ...fee,
      ...shares.map(
        ({ bank, amount }) => [bank === payment.bank ? 'transit' : `bank/${bank}`, amount] as const,
      ),
    ]),
  ]);
}

function headOf(
  kind: EntryModel['kind'],
  { deal, id: payment, currency }: PaymentRow,
  operation: string,
): Head {
  return { operation, kind, deal, payment, currency };
}

export function saveAccount({ state, msp }: ModelCommand, row: SecretRows['account']): void {
  state.putSecret(msp, 'account', row.account, row);
}

/** The account that a payment's money is on. */
export function payersAccount({ state, msp }: ModelCommand, payment: PaymentRow): SecretRows['account'] {
  const token = found(state.secret(msp, 'linkedAccount', payment.link), 'NO_ACCOUNT');
  return found(state.secret(msp, 'account', token.account), 'NO_ACCOUNT');
}

/** What a deal's operations post. */
export function enter({ state, msp }: ModelCommand, entries: readonly EntryModel[]): void {
  for (const entry of entries) state.putSecret(msp, 'journal', entry.operation, entry);
}
