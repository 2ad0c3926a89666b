// The pending postings in the database.
import type { PendingPostings } from '../pending-postings.js';
import type { Database } from './database.js';
import { WriteQueue } from './write-queue.js';

interface Change {
  readonly account: string;
  readonly isOpen: boolean;
}

export class PendingPostingTable implements PendingPostings {
  private readonly queue: WriteQueue<Change, void>;

  constructor(private readonly database: Database) {
    this.queue = new WriteQueue((changes) => this.write(changes));
  }

  async accounts(): Promise<readonly string[]> {
    const rows = await this.database.query.selectFrom('pending_postings').select('account').execute();
    return rows.map(({ account }) => account);
  }

  add(account: string): Promise<void> {
    return this.queue.add({ account, isOpen: true });
  }

  remove(account: string): Promise<void> {
    return this.queue.add({ account, isOpen: false });
  }

  /** The newest change of an account counts. */
  private async write(changes: readonly Change[]): Promise<readonly void[]> {
    const newest = new Map(changes.map(({ account, isOpen }) => [account, isOpen]));
    const opened = [...newest].filter(([, isOpen]) => isOpen).map(([account]) => ({ account }));
    const closed = [...newest].filter(([, isOpen]) => !isOpen).map(([account]) => account);
    const { query } = this.database;
    if (opened.length > 0) {
      const adding = query.insertInto('pending_postings').values(opened);
      await adding.onConflict((conflict) => conflict.doNothing()).execute();
    }
    if (closed.length > 0)
      await query.deleteFrom('pending_postings').where('account', 'in', closed).execute();
    return [];
  }
}
