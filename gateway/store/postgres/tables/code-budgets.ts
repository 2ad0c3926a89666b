// Table of the budgets of one-time codes.
import type { Gauge } from '../../code-budgets.js';
import type { JsonColumn } from './json-column.js';

export interface CodeBudgetTables {
  readonly code_budgets: {
    readonly name: string;
    readonly messages: JsonColumn<Gauge>;
    readonly tries: JsonColumn<Gauge>;
    readonly changed_at: number;
  };
}
