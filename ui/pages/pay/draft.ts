// A payment as it was chosen and not signed yet.
import type { LinkedAccountInfo } from '../../../gateway/protocol/api/accounts.js';
import type { BankInfo } from '../../../gateway/protocol/api/consortium.js';

export interface Draft {
  readonly account: LinkedAccountInfo;
  readonly bank: BankInfo;
  /** Minor units. */
  readonly amount: string;
  /** By which the person pays; null: he is the buyer. */
  readonly invitation: string | null;
}
