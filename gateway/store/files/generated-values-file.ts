// The generated values in one append-only file.
import { z } from 'zod';
import type { GeneratedValues } from '../generated-values.js';
import { RecordFile } from './record-file.js';

const recordSchema = z.strictObject({ subject: z.string(), value: z.string() });
type GeneratedValue = z.infer<typeof recordSchema>;

export class GeneratedValuesFile implements GeneratedValues {
  private readonly values = new Map<string, Promise<string>>();

  private constructor(
    private readonly file: RecordFile<GeneratedValue>,
    records: readonly GeneratedValue[],
  ) {
    for (const record of records) this.values.set(record.subject, Promise.resolve(record.value));
  }

  static async open(path: string): Promise<GeneratedValuesFile> {
    const { file, records } = await RecordFile.open(path, (value) => recordSchema.parse(value));
    return new GeneratedValuesFile(file, records);
  }

  getOrCreate(subject: string, make: () => string): Promise<string> {
    const known = this.values.get(subject);
    if (known !== undefined) return known;
    const value = make();
    const stored = this.file.append({ subject, value }).then(() => value);
    this.values.set(subject, stored);
    // A value that could not be stored was never given out, so the next call may make another.
    stored.catch(() => this.values.delete(subject));
    return stored;
  }

  close(): Promise<void> {
    return this.file.close();
  }
}
