// Stands in for holders' phones in demos and tests: what the simulated bank sends can be read at the admin API.
import { z } from 'zod';
import type { Clock } from '../../clock.js';
import type { PhoneMessage } from '../../protocol/admin.js';
import { RecordFile } from '../../store/files/record-file.js';
import type { CodeMessage, CodeSender } from '../core-bank.js';

const messageSchema: z.ZodType<PhoneMessage> = z.strictObject({
  number: z.number(),
  at: z.number(),
  about: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('payment'), deal: z.string(), payment: z.string() }),
    z.strictObject({ kind: z.literal('link'), link: z.string() }),
  ]),
  text: z.string(),
  code: z.string(),
  validUntil: z.number(),
});
const recordSchema = z.strictObject({ holder: z.string(), message: messageSchema });
type PhoneRecord = z.infer<typeof recordSchema>;

export class FakePhone implements CodeSender {
  private readonly inboxes = new Map<string, PhoneMessage[]>();
  private readonly watchers = new Map<string, Set<() => void>>();

  private constructor(
    private readonly file: RecordFile<PhoneRecord>,
    private readonly clock: Clock,
    records: readonly PhoneRecord[],
  ) {
    for (const record of records) this.inbox(record.holder).push(record.message);
  }

  /** A phone outlives the bank's process, so its messages stand in a file of its own. */
  static async open(path: string, clock: Clock): Promise<FakePhone> {
    const { file, records } = await RecordFile.open(path, (value) => recordSchema.parse(value));
    return new FakePhone(file, clock, records);
  }

  async send(holder: string, content: CodeMessage): Promise<void> {
    const inbox = this.inbox(holder);
    const message = { number: inbox.length + 1, at: this.clock.now(), ...content };
    inbox.push(message);
    await this.file.append({ holder, message });
    for (const wake of this.watchers.get(holder) ?? []) wake();
  }

  /** Messages after number `after`, waiting for the first at most `waitMs`. */
  async messages(holder: string, after: number, waitMs: number): Promise<readonly PhoneMessage[]> {
    if (this.inbox(holder).length <= after && waitMs > 0) await this.nextMessage(holder, waitMs);
    return this.inbox(holder).slice(after);
  }

  close(): Promise<void> {
    return this.file.close();
  }

  private inbox(holder: string): PhoneMessage[] {
    const inbox = this.inboxes.get(holder) ?? [];
    this.inboxes.set(holder, inbox);
    return inbox;
  }

  private nextMessage(holder: string, waitMs: number): Promise<void> {
    const watchers = this.watchers.get(holder) ?? new Set();
    this.watchers.set(holder, watchers);
    return new Promise((resolve) => {
      const wake = (): void => {
        cancelTimer();
        watchers.delete(wake);
        if (watchers.size === 0) this.watchers.delete(holder);
        resolve();
      };
      const cancelTimer = this.clock.at(this.clock.now() + waitMs, wake);
      watchers.add(wake);
    });
  }
}
