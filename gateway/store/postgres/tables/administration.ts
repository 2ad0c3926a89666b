// Tables of what administrators decide: orders about parameters, registration, labels of deals.
import type { ColumnType, Generated } from 'kysely';
import type { Intent } from '../../../../chaincode/protocol/intent.js';
import type { ParameterSettings } from '../../../protocol/parameter-order.js';
import type { LabelChangeKind } from '../../labels.js';

/** Written as text, read as parsed JSON. */
type JsonColumn<T> = ColumnType<T, string, string>;

export interface AdministrationTables {
  readonly parameter_order: {
    readonly id: string;
    readonly person: string;
    readonly at: number;
    readonly intent: JsonColumn<Intent>;
    readonly before: JsonColumn<ParameterSettings>;
    readonly after: JsonColumn<ParameterSettings>;
    readonly is_done: boolean;
    readonly tx_id: string | null;
  };
  readonly registration_switch: {
    readonly number: Generated<number>;
    readonly at: number;
    readonly person: string;
    readonly is_open: boolean;
  };
  readonly label: {
    readonly id: string;
    readonly name: string;
    readonly is_archived: boolean;
    readonly created_at: number;
  };
  readonly deal_label: { readonly deal: string; readonly label: string; readonly at: number };
  readonly label_change: {
    readonly number: Generated<number>;
    readonly at: number;
    readonly person: string;
    readonly what: LabelChangeKind;
    readonly label: string;
    /** Of the label after the change. */
    readonly name: string;
    readonly deal: string | null;
  };
}
