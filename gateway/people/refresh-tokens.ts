// Refresh tokens: session, number and a keyed hash of both. The successor of a token is therefore always the same
// one, so that an answer that got lost can be given again.
import { createHmac, timingSafeEqual } from 'node:crypto';

export interface RefreshToken {
  readonly session: string;
  readonly number: number;
}

const FORM = /^([0-9a-z_]{1,64})\.(\d{1,9})\.([A-Za-z0-9_-]{43})$/;

export class RefreshTokens {
  constructor(private readonly key: Buffer) {}

  text({ session, number }: RefreshToken): string {
    return `${session}.${String(number)}.${this.mac(session, number).toString('base64url')}`;
  }

  /** Null: this gateway has not made it. */
  read(text: string): RefreshToken | null {
    const [, session, digits, mac] = FORM.exec(text) ?? [];
    if (session === undefined || digits === undefined || mac === undefined) return null;
    const number = Number(digits);
    const given = Buffer.from(mac, 'base64url');
    const expected = this.mac(session, number);
    return given.length === expected.length && timingSafeEqual(given, expected) ? { session, number } : null;
  }

  private mac(session: string, number: number): Buffer {
    return createHmac('sha256', this.key)
      .update(`${session}.${String(number)}`)
      .digest();
  }
}
