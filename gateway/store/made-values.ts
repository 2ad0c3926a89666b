// Duty: random values that are the same at each retry (operation ids, refund keys, keys): made once, kept, used.
// Must not: give out a value before it is on the disk (ledger-plan rule 29).
import { z } from 'zod';
import { RecordFile } from './record-file.js';

const recordSchema = z.strictObject({ subject: z.string(), value: z.string() });
type MadeValue = z.infer<typeof recordSchema>;

export class MadeValues {
  private readonly values = new Map<string, Promise<string>>();

  private constructor(
    private readonly file: RecordFile<MadeValue>,
    records: readonly MadeValue[],
  ) {
    for (const record of records) this.values.set(record.subject, Promise.resolve(record.value));
  }

  static async open(path: string): Promise<MadeValues> {
    const { file, records } = await RecordFile.open(path, (value) => recordSchema.parse(value));
    return new MadeValues(file, records);
  }

  /** The value kept for `subject`; `make` is called once in the subject's life. */
  keep(subject: string, make: () => string): Promise<string> {
    const known = this.values.get(subject);
    if (known !== undefined) return known;
    const value = make();
    const kept = this.file.append({ subject, value }).then(() => value);
    this.values.set(subject, kept);
    // A value that could not be kept was never given out, so the next call may make another.
    kept.catch(() => this.values.delete(subject));
    return kept;
  }

  close(): Promise<void> {
    return this.file.close();
  }
}
