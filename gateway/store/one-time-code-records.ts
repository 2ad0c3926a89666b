// What a bank stores of the one-time codes that it has issued: never a code, only its keyed hash.
import type { Hash, Instant } from '../../chaincode/protocol/forms.js';

/** The newest code of one subject. */
export interface OneTimeCodeRecord {
  readonly subject: string;
  /** HMAC of code and bound facts under the bank's secret. */
  readonly binding: Hash;
  readonly validUntil: Instant;
  /** Codes issued for this subject so far, this one included. */
  readonly issues: number;
  readonly tries: number;
  readonly right: boolean;
}

export interface OneTimeCodeRecords {
  /** Null if no code was ever issued for the subject. */
  find(subject: string): Promise<OneTimeCodeRecord | null>;
  /** Resolves when the record is stored in place of an earlier one. */
  save(record: OneTimeCodeRecord): Promise<void>;
}
