// Table of the one-time codes.
import type { CodeAttemptRecord } from '../../one-time-code-records.js';
import type { JsonColumn } from './json-column.js';

export interface OneTimeCodeTables {
  readonly one_time_codes: {
    readonly subject: string;
    readonly challenge: string;
    readonly binding: string;
    readonly question: string | null;
    readonly issued_at: number;
    readonly valid_until: number;
    readonly delivery: 'waiting' | 'sent' | 'withheld';
    readonly issues: number;
    readonly tries: number;
    readonly is_right: boolean;
    readonly budget: string;
    readonly attempts: JsonColumn<readonly CodeAttemptRecord[]>;
  };
}
