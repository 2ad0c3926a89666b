// Tables of log-ins, vaults, sessions and limits.
import type { ColumnType, Generated } from 'kysely';
import type { Role } from '../../../../chaincode/protocol/forms.js';
import type { Intent } from '../../../../chaincode/protocol/intent.js';
import type { VaultRecord } from '../../../protocol/api/session.js';

/** Written as text, read as parsed JSON. */
type JsonColumn<T> = ColumnType<T, string, string>;

interface PersonTable {
  readonly id: string;
  readonly login: string;
  readonly name: string;
  readonly language: 'ru' | 'en';
  readonly intended_roles: Role[];
  readonly salt: string;
  readonly rounds: number;
  readonly secret_hash: string;
  readonly must_set_password: boolean;
  readonly is_used_up: Generated<boolean>;
  readonly waiting_claim: ColumnType<Intent | null, string | null, string | null>;
  readonly created_at: number;
  readonly is_self_registered: Generated<boolean>;
  /** Null until the gateway has written it. */
  readonly mask: string | null;
}

export interface PeopleTables {
  readonly person: PersonTable;
  readonly vault: {
    readonly person: string;
    readonly version: number;
    readonly record: JsonColumn<VaultRecord>;
  };
  readonly session: {
    readonly id: string;
    readonly person: string;
    readonly number: number;
    readonly rotated_at: number;
    readonly begun_at: number;
    readonly used_at: number;
    readonly user_agent: string;
    readonly ended_at: number | null;
  };
  readonly log_in_pause: { readonly key: string; readonly tries: number; readonly last_at: number };
  readonly repeated_write: {
    readonly person: string;
    readonly route: string;
    readonly key: string;
    readonly content: string;
    readonly answer: string;
    readonly created_at: number;
  };
  readonly hourly_count: { readonly what: string; readonly hour: number; readonly taken: number };
}
