// The model's books: journal entries, holds, what is owed to whom.
// It must not import the product's books.
import { found, minus, must, plus, type ModelCall } from './model-call.js';
import type { OperationModel, SecretRows, Share } from './model-state.js';

type Head = Omit<OperationModel, 'v' | 'at' | 'lines'>;

/** Writes an operation; its id is used once. */
export function journal(call: ModelCall, head: Head, lines: readonly (readonly [string, string])[]): void {
  const { state, msp, now: at } = call;
  must(state.secret(msp, 'operation', head.operation) === null, 'OPERATION_EXISTS');
  const entries = lines.map(([account, amount]) => ({ account, amount }));
  state.putSecret(msp, 'operation', head.operation, { v: 1, ...head, at, lines: entries });
}

export interface Reservation {
  readonly deal: string;
  readonly leg: string;
  readonly currency: string;
  readonly amount: string;
  readonly fee: string;
}

/** available → held. */
export function reserve(
  call: ModelCall,
  account: SecretRows['account'],
  of: Reservation,
  operation: string,
): { readonly account: SecretRows['account']; readonly hold: SecretRows['hold'] } {
  const sum = plus(of.amount, of.fee);
  const { account: number, currency } = account;
  must(of.currency === currency, 'CURRENCY');
  must(BigInt(account.available) >= BigInt(sum), 'FUNDS');
  const { deal, leg } = of;
  journal(call, { operation, kind: 'hold', deal, leg, currency }, [
    [`available/${number}`, `-${sum}`],
    [`held/${number}`, sum],
  ]);
  return {
    account: { ...account, available: minus(account.available, sum), held: plus(account.held, sum) },
    hold: { v: 1, ...of, account: number, operation, status: 'held' },
  };
}

/** held → available. */
export function release(
  call: ModelCall,
  account: SecretRows['account'],
  hold: SecretRows['hold'],
  operation: string,
): { readonly account: SecretRows['account']; readonly hold: SecretRows['hold'] } {
  const sum = plus(hold.amount, hold.fee);
  const { deal, leg, currency } = hold;
  journal(call, { operation, kind: 'void', deal, leg, currency }, [
    [`held/${hold.account}`, `-${sum}`],
    [`available/${hold.account}`, sum],
  ]);
  return {
    account: { ...account, available: plus(account.available, sum), held: minus(account.held, sum) },
    hold: { ...hold, status: 'voided' },
  };
}

/** held → fees, and what is owed for each payee. */
export function payOut(
  call: ModelCall,
  hold: SecretRows['hold'],
  shares: readonly Share[],
  by: { readonly bank: string; readonly operation: string },
): void {
  const sum = plus(hold.amount, hold.fee);
  const { deal, leg, currency } = hold;
  const fee: (readonly [string, string])[] = hold.fee === '0' ? [] : [['fees', hold.fee]];
  journal(call, { operation: by.operation, kind: 'capture', deal, leg, currency }, [
    [`held/${hold.account}`, `-${sum}`],
    ...fee,
    ...shares.map(({ bank, amount }) => [bank === by.bank ? 'transit' : `bank/${bank}`, amount] as const),
  ]);
  const account = found(call.state.secret(call.msp, 'account', hold.account), 'NO_ACCOUNT');
  saveAccount(call, { ...account, held: minus(account.held, sum) });
  saveHold(call, { ...hold, status: 'captured' });
}

export function saveAccount({ state, msp }: ModelCall, row: SecretRows['account']): void {
  state.putSecret(msp, 'account', row.account, row);
}

export function saveHold({ state, msp }: ModelCall, row: SecretRows['hold']): void {
  state.putSecret(msp, 'hold', row.leg, row);
}

/** The first key shown for a deal is the one for all its operations at the bank. */
export function showRefundKey(call: ModelCall, deal: string, refundKey: string, first: boolean): void {
  const { state, msp } = call;
  const known = state.secret(msp, 'refundKey', deal);
  if (known === null && first) state.putSecret(msp, 'refundKey', deal, { v: 1, deal, refundKey });
  else must(known?.refundKey === refundKey, 'REFUND_KEY');
}
