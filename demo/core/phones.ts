// The phones of a simulated bank's customers: what the bank has sent to each, behind one secret link a holder.
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type CodeMessage, codeMessageSchema } from '../../gateway/protocol/core.js';
import type { PhoneMessage } from '../../gateway/protocol/admin.js';
import { RecordLog } from './record-log.js';
import { News } from './waiting.js';

const SECRET_BYTES = 16;

const recordSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('message'),
    holder: z.string(),
    message: codeMessageSchema.extend({ number: z.int(), at: z.int() }),
  }),
  z.strictObject({ kind: z.literal('secret'), holder: z.string(), secret: z.string() }),
]);
type PhoneRecord = z.infer<typeof recordSchema>;

export class Phones {
  private readonly inboxes = new Map<string, PhoneMessage[]>();
  private readonly secrets = new Map<string, string>();
  private readonly holders = new Map<string, string>();
  private readonly news = new News();

  private constructor(
    private readonly log: RecordLog,
    records: readonly PhoneRecord[],
  ) {
    for (const record of records) this.take(record);
  }

  static open(path: string): Phones {
    const { log, records } = RecordLog.open(path, (value) => recordSchema.parse(value));
    return new Phones(log, records);
  }

  /** Resolves when the phone has it. The same message sent again is not shown twice. */
  send(holder: string, content: CodeMessage): Promise<void> {
    const last = this.inbox(holder).at(-1);
    if (last !== undefined && last.text === content.text && last.validUntil === content.validUntil) {
      return Promise.resolve();
    }
    const message = { number: this.inbox(holder).length + 1, at: Date.now(), ...content };
    this.store({ kind: 'message', holder, message });
    this.news.announce(holder);
    return Promise.resolve();
  }

  /** Messages after number `after`, waiting for the first at most `waitMs`. */
  async messages(holder: string, after: number, waitMs: number): Promise<readonly PhoneMessage[]> {
    if (this.inbox(holder).length <= after && waitMs > 0) await this.news.next(holder, waitMs);
    return this.inbox(holder).slice(after);
  }

  /** What stands in the holder's link; made once. */
  secretOf(holder: string): string {
    const known = this.secrets.get(holder);
    if (known !== undefined) return known;
    const secret = randomBytes(SECRET_BYTES).toString('base64url');
    this.store({ kind: 'secret', holder, secret });
    return secret;
  }

  /** Whose link it is; null: nobody's. */
  holderOf(secret: string): string | null {
    return this.holders.get(secret) ?? null;
  }

  private inbox(holder: string): PhoneMessage[] {
    const inbox = this.inboxes.get(holder) ?? [];
    this.inboxes.set(holder, inbox);
    return inbox;
  }

  private store(record: PhoneRecord): void {
    this.log.append(record);
    this.take(record);
  }

  private take(record: PhoneRecord): void {
    if (record.kind === 'message') {
      this.inbox(record.holder).push(record.message);
    } else {
      this.secrets.set(record.holder, record.secret);
      this.holders.set(record.secret, record.holder);
    }
  }
}
