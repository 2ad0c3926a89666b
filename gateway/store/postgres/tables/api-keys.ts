// Table of the API keys issued to other members.
import type { JsonColumn } from './json-column.js';

export interface ApiKeyTables {
  readonly api_keys: {
    readonly id: string;
    readonly hash: string;
    readonly member: string;
    readonly scopes: JsonColumn<readonly string[]>;
    readonly label: string;
    readonly created_at: number;
    readonly expires_at: number;
    readonly revoked_at: number | null;
    readonly last_used_at: number | null;
    readonly replaced_by: string | null;
  };
}
