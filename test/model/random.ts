// Choices that follow from one number: the same number, the same choices.
// It must not ask for randomness anywhere else.
import { createHash } from 'node:crypto';

export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = (seed ^ 0x9e3779b9) >>> 0 || 1;
    this.next();
  }

  /** Integer from 0 to n − 1. */
  below(n: number): number {
    return n <= 0 ? 0 : this.next() % n;
  }

  /** True in so many of a hundred cases. */
  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<T>(from: readonly [T, ...T[]]): T;
  pick<T>(from: readonly T[]): T | undefined;
  pick<T>(from: readonly T[]): T | undefined {
    return from[this.below(from.length)];
  }

  hex(digits: number): string {
    let text = '';
    while (text.length < digits) text += this.below(0x10000).toString(16).padStart(4, '0');
    return text.slice(0, digits);
  }

  /** 32 bytes, base64url. */
  key32(): string {
    return Buffer.from(this.hex(64), 'hex').toString('base64url');
  }

  /** An id for an operation on a deal's money: its tag is a hash of what it is for. */
  operation(kind: 'hold' | 'void' | 'capture' | 'credit', deal: string, payment: string, payee = ''): string {
    const random = this.hex(32);
    const tag = createHash('sha256')
      .update(['operation', kind, deal, payment, payee, random].join('|'))
      .digest('hex');
    return `${kind}_${random}${tag.slice(0, 16)}`;
  }

  id(prefix: string): string {
    return `${prefix}_${this.hex(16)}`;
  }

  shuffled<T>(items: readonly T[]): T[] {
    const mixed = [...items];
    for (let last = mixed.length - 1; last > 0; last -= 1) {
      const other = this.below(last + 1);
      const [left, right] = [mixed[last], mixed[other]];
      if (left === undefined || right === undefined) continue;
      mixed[last] = right;
      mixed[other] = left;
    }
    return mixed;
  }

  /** Marsaglia's xorshift, 32 bits. */
  private next(): number {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x >>> 0;
    return this.state;
  }
}
