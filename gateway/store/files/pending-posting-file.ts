// The pending postings in one append-only file; the newest line of an account counts.
import { z } from 'zod';
import type { PendingPostings } from '../pending-postings.js';
import { RecordFile } from './record-file.js';

const recordSchema = z.strictObject({ account: z.string(), open: z.boolean() });
type PostingRecord = z.infer<typeof recordSchema>;

export class PendingPostingFile implements PendingPostings {
  private readonly open = new Set<string>();

  private constructor(
    private readonly file: RecordFile<PostingRecord>,
    records: readonly PostingRecord[],
  ) {
    for (const { account, open } of records) {
      if (open) this.open.add(account);
      else this.open.delete(account);
    }
  }

  static async open(path: string): Promise<PendingPostingFile> {
    const { file, records } = await RecordFile.open(path, (value) => recordSchema.parse(value));
    return new PendingPostingFile(file, records);
  }

  accounts(): Promise<readonly string[]> {
    return Promise.resolve([...this.open]);
  }

  add(account: string): Promise<void> {
    this.open.add(account);
    return this.file.append({ account, open: true });
  }

  remove(account: string): Promise<void> {
    this.open.delete(account);
    return this.file.append({ account, open: false });
  }

  close(): Promise<void> {
    return this.file.close();
  }
}
