// A follower's newest checkpoint in the database.
import type { Checkpoint, Checkpoints } from '../checkpoints.js';
import type { Database } from './database.js';
import { WriteQueue } from './write-queue.js';

export class CheckpointTable implements Checkpoints {
  private readonly queue: WriteQueue<Checkpoint, void>;

  /** @param name of the follower */
  constructor(
    private readonly database: Database,
    private readonly name: string,
  ) {
    this.queue = new WriteQueue((checkpoints) => this.write(checkpoints));
  }

  async load(): Promise<Checkpoint> {
    const row = await this.database.query
      .selectFrom('checkpoints')
      .select(['block', 'open_deals'])
      .where('name', '=', this.name)
      .executeTakeFirst();
    return row === undefined ? { block: -1, openDeals: [] } : { block: row.block, openDeals: row.open_deals };
  }

  /** Of several that wait only the newest is written. */
  save(checkpoint: Checkpoint): Promise<void> {
    return this.queue.add(checkpoint);
  }

  private async write(checkpoints: readonly Checkpoint[]): Promise<readonly void[]> {
    const newest = checkpoints.at(-1);
    if (newest === undefined) return [];
    const place = { block: newest.block, open_deals: JSON.stringify(newest.openDeals) };
    await this.database.query
      .insertInto('checkpoints')
      .values({ name: this.name, ...place })
      .onConflict((conflict) => conflict.column('name').doUpdateSet(place))
      .execute();
    return [];
  }
}
