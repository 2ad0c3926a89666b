// A link that was asked for and waits for the bank's code.
import type { BankInfo } from '../../../gateway/protocol/api/consortium.js';
import type { Authorisation } from '../../../gateway/protocol/api/payments.js';

/** What the second step needs of the first. */
export interface AskedLink {
  readonly link: string;
  readonly bank: BankInfo;
  readonly account: string;
  readonly authorisation: Authorisation;
}
