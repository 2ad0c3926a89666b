// Generated values in the database; those asked for at once are read and stored together.
import { BoundedCache } from '../../../chaincode/protocol/bounded-cache.js';
import type { GeneratedValues } from '../generated-values.js';
import type { Database } from './database.js';
import type { GeneratedValueTables } from './tables/generated-values.js';
import { WriteQueue } from './write-queue.js';

interface Wanted {
  readonly subject: string;
  readonly make: () => string;
}

/** They never change, so the newest are remembered. */
const MOST_REMEMBERED = 20_000;
const LONGEST_SUBJECT = 1_000;

export class GeneratedValueTable implements GeneratedValues {
  private readonly known = new BoundedCache<string>(MOST_REMEMBERED, LONGEST_SUBJECT);
  private readonly queue: WriteQueue<Wanted, string>;

  constructor(private readonly database: Database) {
    this.queue = new WriteQueue((wanted) => this.valuesOf(wanted));
  }

  async getOrCreate(subject: string, make: () => string): Promise<string> {
    return this.known.get(subject) ?? this.known.keep(subject, await this.queue.add({ subject, make }));
  }

  private async valuesOf(wanted: readonly Wanted[]): Promise<readonly string[]> {
    const makers = new Map(wanted.toReversed().map(({ subject, make }) => [subject, make]));
    const values = await this.stored([...makers.keys()]);
    const fresh = [...makers].filter(([subject]) => !values.has(subject));
    if (fresh.length > 0) {
      const made = fresh.map(([subject, make]) => ({ subject, value: make() }));
      for (const { subject, value } of await this.store(made)) values.set(subject, value);
    }
    return wanted.map(({ subject }) => {
      const value = values.get(subject);
      if (value === undefined) throw new Error('a generated value was not stored');
      return value;
    });
  }

  private async stored(subjects: readonly string[]): Promise<Map<string, string>> {
    const rows = await this.database.query
      .selectFrom('generated_values')
      .selectAll()
      .where('subject', 'in', subjects)
      .execute();
    return new Map(rows.map(({ subject, value }) => [subject, value]));
  }

  /** Where another process was first its value comes back. Sorted, so that two of them do not wait in a circle. */
  private store(made: readonly GeneratedValueTables['generated_values'][]) {
    const sorted = made.toSorted((left, right) => (left.subject < right.subject ? -1 : 1));
    return this.database.query
      .insertInto('generated_values')
      .values(sorted)
      .onConflict((conflict) =>
        conflict.column('subject').doUpdateSet({ subject: (row) => row.ref('excluded.subject') }),
      )
      .returningAll()
      .execute();
  }
}
