// A column of JSON: written as text, read as the value.
import type { ColumnType } from 'kysely';

export type JsonColumn<Value> = ColumnType<Value, string, string>;
