// Orders of administrators about the ledger's parameters, kept with their signatures.
import type { Instant } from '../../chaincode/protocol/forms.js';
import type { Intent } from '../../chaincode/protocol/intent.js';
import type { ParameterSettings } from '../protocol/parameter-order.js';

export interface ParameterOrder {
  /** Of its intent. */
  readonly id: string;
  readonly person: string;
  readonly at: Instant;
  readonly intent: Intent;
  readonly before: ParameterSettings;
  readonly after: ParameterSettings;
  readonly isDone: boolean;
  /** Null: nothing had to be written. */
  readonly txId: string | null;
}

export interface ParameterOrders {
  /** Null: there is none under this id. */
  find(id: string): Promise<ParameterOrder | null>;
  /** The order that stands under this id: this one, or an earlier one. */
  create(order: ParameterOrder): Promise<ParameterOrder>;
  setDone(id: string, txId: string | null): Promise<void>;
  /** Carried out, newest first. */
  newest(limit: number): Promise<readonly ParameterOrder[]>;
}
