// Argon2id of log-in secrets, so many at one time as the machine bears; more wait, and too many are refused.
import { hash, verify } from '@node-rs/argon2';
import { Refused } from '../refused.js';

/** Of one secret: 19 MiB, two passes (OWASP); argon2id is the library's own choice where none is named. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const MOST_AT_ONCE = 2;
const MOST_WAITING = 100;
const BUSY_MS = 2_000;

export class SecretHashes {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  hash(secret: string): Promise<string> {
    return this.inTurn(() => hash(secret, COST));
  }

  /** `hashed` null: nobody has this log-in; it takes as long as with one. Rejects: Refused TOO_MANY_TRIES. */
  async isRight(hashed: string | null, secret: string): Promise<boolean> {
    const known = hashed ?? (await this.nobodys());
    return (await this.inTurn(() => verify(known, secret))) && hashed !== null;
  }

  private nobody: Promise<string> | null = null;

  private nobodys(): Promise<string> {
    this.nobody ??= hash('nobody has this secret', COST);
    return this.nobody;
  }

  private async inTurn<T>(act: () => Promise<T>): Promise<T> {
    if (this.running >= MOST_AT_ONCE) await this.turn();
    this.running += 1;
    try {
      return await act();
    } finally {
      this.running -= 1;
      this.waiting.shift()?.();
    }
  }

  private turn(): Promise<void> {
    if (this.waiting.length >= MOST_WAITING) {
      return Promise.reject(new Refused('TOO_MANY_TRIES', {}, { retryAfterMs: BUSY_MS }));
    }
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}
