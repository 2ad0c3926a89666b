// Tables of what administrators decide: registration, labels of deals.
import type { Generated } from 'kysely';
import type { LabelChangeKind } from '../../labels.js';

export interface AdministrationTables {
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
