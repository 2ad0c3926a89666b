// Table of the checkpoints.
import type { ColumnType } from 'kysely';

export interface CheckpointTables {
  readonly checkpoints: {
    readonly name: string;
    readonly block: number;
    readonly open_deals: ColumnType<string[], string, string>;
  };
}
