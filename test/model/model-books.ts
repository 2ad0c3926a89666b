// The model's books: journal entries, holds, what is owed to whom.
// It must not import the product's books.
import { found, minus, must, plus, type ModelCall } from './model-call.js';
import type { EntryModel, HoldModel, SecretRows, Share } from './model-state.js';

type Head = Omit<EntryModel, 'at' | 'lines'>;

export function entryOf(
  call: ModelCall,
  head: Head,
  lines: readonly (readonly [string, string])[],
): EntryModel {
  return { ...head, at: call.now, lines: lines.map(([account, amount]) => ({ account, amount })) };
}

/** Writes an operation that is no deal's; its id is used once. */
export function journal(call: ModelCall, head: Head, lines: readonly (readonly [string, string])[]): void {
  const { state, msp } = call;
  must(state.secret(msp, 'operation', head.operation) === null, 'OPERATION_EXISTS');
  state.putSecret(msp, 'operation', head.operation, { v: 1, ...entryOf(call, head, lines) });
}

export interface Reservation {
  readonly deal: string;
  readonly leg: string;
  readonly currency: string;
  readonly amount: string;
  readonly fee: string;
}

/** What a movement leaves behind. */
interface Moved {
  readonly account: SecretRows['account'];
  readonly hold: HoldModel;
  readonly entry: EntryModel;
}

/** available → held. */
export function reserve(
  call: ModelCall,
  account: SecretRows['account'],
  of: Reservation,
  operation: string,
): Moved {
  const { deal, leg, amount, fee } = of;
  const sum = plus(amount, fee);
  const { account: number, currency } = account;
  must(of.currency === currency, 'CURRENCY');
  must(BigInt(account.available) >= BigInt(sum), 'FUNDS');
  return {
    account: { ...account, available: minus(account.available, sum), held: plus(account.held, sum) },
    hold: { leg, account: number, currency, amount, fee, operation, status: 'held' },
    entry: entryOf(call, { operation, kind: 'hold', deal, leg, currency }, [
      [`available/${number}`, `-${sum}`],
      [`held/${number}`, sum],
    ]),
  };
}

/** held → available. */
export function release(
  call: ModelCall,
  account: SecretRows['account'],
  { deal, hold }: { readonly deal: string; readonly hold: HoldModel },
  operation: string,
): Moved {
  const sum = plus(hold.amount, hold.fee);
  const { leg, currency } = hold;
  return {
    account: { ...account, available: plus(account.available, sum), held: minus(account.held, sum) },
    hold: { ...hold, status: 'voided' },
    entry: entryOf(call, { operation, kind: 'void', deal, leg, currency }, [
      [`held/${hold.account}`, `-${sum}`],
      [`available/${hold.account}`, sum],
    ]),
  };
}

/** held → fees, and what is owed for each payee. */
export function payOut(
  call: ModelCall,
  { deal, hold }: { readonly deal: string; readonly hold: HoldModel },
  shares: readonly Share[],
  by: { readonly bank: string; readonly operation: string },
): void {
  const sum = plus(hold.amount, hold.fee);
  const { leg, currency } = hold;
  const fee: (readonly [string, string])[] = hold.fee === '0' ? [] : [['fees', hold.fee]];
  const entry = entryOf(call, { operation: by.operation, kind: 'capture', deal, leg, currency }, [
    [`held/${hold.account}`, `-${sum}`],
    ...fee,
    ...shares.map(({ bank, amount }) => [bank === by.bank ? 'transit' : `bank/${bank}`, amount] as const),
  ]);
  const account = found(call.state.secret(call.msp, 'account', hold.account), 'NO_ACCOUNT');
  saveAccount(call, { ...account, held: minus(account.held, sum) });
  saveHold(call, deal, { ...hold, status: 'captured' }, [entry]);
}

export function saveAccount({ state, msp }: ModelCall, row: SecretRows['account']): void {
  state.putSecret(msp, 'account', row.account, row);
}

export function holdOf({ state, msp }: ModelCall, deal: string, leg: string): HoldModel | null {
  return state.secret(msp, 'custody', deal)?.holds.find((hold) => hold.leg === leg) ?? null;
}

/** The hold in its deal's custody, and what was entered for it. */
export function saveHold(
  { state, msp }: ModelCall,
  deal: string,
  hold: HoldModel,
  entries: readonly EntryModel[],
): void {
  const custody = found(state.secret(msp, 'custody', deal));
  const byLeg = new Map(custody.holds.map((each) => [each.leg, each])).set(hold.leg, hold);
  const holds = [...byLeg.keys()].sort().map((leg) => found(byLeg.get(leg) ?? null));
  state.putSecret(msp, 'custody', deal, { ...custody, holds, entries: [...custody.entries, ...entries] });
}

/** The first key shown for a deal is the one for all its operations at the bank. */
export function showRefundKey(call: ModelCall, deal: string, refundKey: string, first: boolean): void {
  const { state, msp } = call;
  const known = state.secret(msp, 'custody', deal);
  if (known === null && first) {
    state.putSecret(msp, 'custody', deal, { v: 1, deal, refundKey, holds: [], entries: [] });
  } else must(known?.refundKey === refundKey, 'REFUND_KEY');
}
