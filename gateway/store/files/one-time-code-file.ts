// The records of one-time codes in one append-only file; the newest line of a subject counts.
import { z } from 'zod';
import type { OneTimeCodeRecord, OneTimeCodeRecords } from '../one-time-code-records.js';
import { RecordFile } from './record-file.js';

const recordSchema = z.strictObject({
  subject: z.string(),
  binding: z.string(),
  validUntil: z.number(),
  issues: z.number().default(1),
  tries: z.number(),
  right: z.boolean(),
});

export class OneTimeCodeFile implements OneTimeCodeRecords {
  private readonly records = new Map<string, OneTimeCodeRecord>();

  private constructor(
    private readonly file: RecordFile<OneTimeCodeRecord>,
    records: readonly OneTimeCodeRecord[],
  ) {
    for (const record of records) this.records.set(record.subject, record);
  }

  static async open(path: string): Promise<OneTimeCodeFile> {
    const { file, records } = await RecordFile.open(path, (value) => recordSchema.parse(value));
    return new OneTimeCodeFile(file, records);
  }

  find(subject: string): Promise<OneTimeCodeRecord | null> {
    return Promise.resolve(this.records.get(subject) ?? null);
  }

  async save(record: OneTimeCodeRecord): Promise<void> {
    await this.file.append(record);
    this.records.set(record.subject, record);
  }

  close(): Promise<void> {
    return this.file.close();
  }
}
