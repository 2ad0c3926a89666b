// What a block's valid transactions leave in the store beside the public state: private rows, history, ends of life.
import type { BlockUpdates } from '../fabric/block-updates.js';
import type { Definitions } from '../fabric/definitions.js';
import { expiredRows, expiryNotes } from './expiry.js';
import { historyWrites } from './history.js';
import { PrivateUpdates } from './private-data.js';
import { WorldState, type Version } from '../fabric/state.js';
import type { Snapshot, Write } from '../fabric/store.js';
import type { EndorsedAction } from '../fabric/transaction.js';
import { expiredTransients } from './transient-store.js';

export class TransactionEffects {
  private readonly state: WorldState;
  private readonly privateUpdates: PrivateUpdates;
  private readonly entries: Write[] = [];

  constructor(
    private readonly snapshot: Snapshot,
    private readonly definitions: Definitions,
  ) {
    this.state = new WorldState(snapshot);
    this.privateUpdates = new PrivateUpdates(snapshot, this.state, definitions);
  }

  apply(action: EndorsedAction, version: Version): void {
    this.privateUpdates.apply(action, version);
    this.entries.push(...historyWrites(action.sets, version));
    this.entries.push(...expiryNotes(action.sets, version, this.definitions));
  }

  /** Everything for the store, once all transactions of the block are applied. */
  async writes(block: number, updates: BlockUpdates): Promise<Write[]> {
    const { snapshot, state, definitions } = this;
    return [
      ...(await this.privateUpdates.writes(updates)),
      ...this.entries,
      ...(await expiredRows(block, { snapshot, state, definitions, updates })),
      ...(await expiredTransients(snapshot, block)),
    ];
  }
}
