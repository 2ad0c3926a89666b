// Which lists of a population were carried out, one line each, so that a run that was cut off goes on behind them.
import { join } from 'node:path';
import { z } from 'zod';
import type { Instant } from '../../chaincode/protocol/forms.js';
import { RecordLog } from '../core/record-log.js';

const recordSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('begun'), list: z.string(), at: z.int() }),
  z.strictObject({ kind: z.literal('done'), list: z.string() }),
]);
type JournalRecord = z.infer<typeof recordSchema>;

export class Journal {
  private readonly begunAt = new Map<string, Instant>();
  private readonly finished = new Set<string>();

  private constructor(
    private readonly log: RecordLog,
    records: readonly JournalRecord[],
  ) {
    for (const record of records) this.take(record);
  }

  static open(folder: string): Journal {
    const { log, records } = RecordLog.open(join(folder, 'journal.jsonl'), (value) =>
      recordSchema.parse(value),
    );
    return new Journal(log, records);
  }

  isDone(list: string): boolean {
    return this.finished.has(list);
  }

  /** When the list was begun, stored before anything of it is sent; the earlier instant within its life. */
  begin(list: string, { lifeMs }: { readonly lifeMs: number }): Instant {
    const now = Date.now();
    const earlier = this.begunAt.get(list);
    if (earlier !== undefined && earlier <= now && now < earlier + lifeMs) return earlier;
    this.store({ kind: 'begun', list, at: now });
    return now;
  }

  finish(list: string): void {
    this.store({ kind: 'done', list });
  }

  private store(record: JournalRecord): void {
    this.log.append(record);
    this.take(record);
  }

  private take(record: JournalRecord): void {
    if (record.kind === 'begun') this.begunAt.set(record.list, record.at);
    else this.finished.add(record.list);
  }
}
