// What a bank stores of the one-time codes that it has issued: never a code, only its keyed hash.
import type { Hash, Instant } from '../../chaincode/protocol/forms.js';

/** A signed attempt at a code and how it was answered; given again, it is answered the same. */
export interface CodeAttemptRecord {
  readonly attempt: string;
  /** Hash of what was signed. */
  readonly content: Hash;
  readonly right: boolean;
  readonly triesLeft: number;
}

/** The newest code of one subject. */
export interface OneTimeCodeRecord {
  readonly subject: string;
  /** Names this code among those of its subject. */
  readonly challenge: string;
  /** HMAC of code and bound facts under the bank's secret. */
  readonly binding: Hash;
  /** Hash of the signed question that it was sent for; null: for what the ledger says. */
  readonly question: Hash | null;
  readonly issuedAt: Instant;
  readonly validUntil: Instant;
  /** `waiting`: made and not handed over yet. `withheld`: made for nobody, and good for nothing. */
  readonly delivery: 'waiting' | 'sent' | 'withheld';
  /** Codes issued for this subject so far, this one included. */
  readonly issues: number;
  readonly tries: number;
  readonly right: boolean;
  /** Where its tries are counted beside. */
  readonly budget: string;
  /** Of all codes of this subject. */
  readonly attempts: readonly CodeAttemptRecord[];
}

/** `record` takes the place of the earlier one; without it that one stays. */
export interface OneTimeCodeChange<Result> {
  readonly record?: OneTimeCodeRecord;
  readonly result: Result;
}

/** `record` takes the place of the earlier one; without it that one stays. */
export interface OneTimeCodeChange<Result> {
  readonly record?: OneTimeCodeRecord;
  readonly result: Result;
}

export interface OneTimeCodeRecords {
  /** Null if no code was ever issued for the subject. */
  find(subject: string): Promise<OneTimeCodeRecord | null>;
  /**
   * Hands the subject's record to `decide` while no other caller, of this process or another, can change it; resolves
   * with the result when the change is stored. What `decide` throws is passed on, and nothing is changed.
   */
  change<Result>(
    subject: string,
    decide: (record: OneTimeCodeRecord | null) => OneTimeCodeChange<Result>,
  ): Promise<Result>;
  /** Removes records of codes that expired before the instant; resolves with how many there were. */
  removeExpired(before: Instant): Promise<number>;
}
