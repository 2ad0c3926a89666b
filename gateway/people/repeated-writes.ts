// Keyed writes that are done once. Answers are kept for a day, sealed with a key that the database does not hold: one
// of them may be a password.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { hashOf, type Json } from '../../chaincode/protocol/canonical-json.js';
import type { Clock } from '../clock.js';
import { Refused } from '../refused.js';
import type { RepeatedWriteRecords } from '../store/person-records.js';

export const KEPT_MS = 86_400_000;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CIPHER = 'aes-256-gcm';

export class RepeatedWrites {
  constructor(
    private readonly options: {
      readonly records: RepeatedWriteRecords;
      readonly sealingKey: Buffer;
      readonly clock: Clock;
    },
  ) {}

  /** The answer of the first time. Rejects: Refused IDEMPOTENCY_KEY_USED, IDEMPOTENCY_KEY_BUSY; as `act` does. */
  async once(
    write: { readonly person: string; readonly route: string; readonly key: string; readonly body: unknown },
    act: () => Promise<unknown>,
  ): Promise<unknown> {
    const { records, clock } = this.options;
    const { person, route, key, body } = write;
    const content = hashOf(JSON.parse(JSON.stringify(body)) as Json); // without what JSON does not hold
    const done = await records.once({ person, route, key, content, now: clock.now() }, async () =>
      this.sealed(JSON.stringify({ answer: await act() })),
    );
    if (done === 'busy') throw new Refused('IDEMPOTENCY_KEY_BUSY');
    if (done === 'otherContent') throw new Refused('IDEMPOTENCY_KEY_USED');
    return (JSON.parse(this.opened(done.text)) as { readonly answer?: unknown }).answer;
  }

  private sealed(text: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.options.sealingKey, nonce);
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64');
  }

  private opened(text: string): string {
    const bytes = Buffer.from(text, 'base64');
    const decipher = createDecipheriv(CIPHER, this.options.sealingKey, bytes.subarray(0, NONCE_BYTES));
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const body = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([body, decipher.final()]).toString('utf8');
  }
}
