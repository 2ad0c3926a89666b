// The keys that sign access tokens, and one secret from which all others of the web door are derived, in one file
// that only the gateway's own user reads.
import { createHmac, generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { Instant } from '../../chaincode/protocol/forms.js';

const keySchema = z.strictObject({
  kid: z.string(),
  /** PKCS #8 and SubjectPublicKeyInfo, PEM. */
  privateKey: z.string(),
  publicKey: z.string(),
  madeAt: z.int(),
  /** Null: in use. */
  retiredAt: z.int().nullable(),
});
const ringSchema = z.strictObject({
  v: z.literal(1),
  secret: z.string().length(43),
  keys: z.array(keySchema).min(1).max(10),
});
type Ring = z.infer<typeof ringSchema>;
export type TokenKey = z.infer<typeof keySchema>;

const OWNER_ONLY = 0o600;
const KEY_LIFE_MS = 30 * 86_400_000;
/** Twice the life of a token: whatever an old key has signed is over by then. */
const RETIRED_LIFE_MS = 600_000;

export class KeyRing {
  private constructor(
    private readonly path: string,
    private ring: Ring,
  ) {}

  /** Makes the file where there is none; a key that is old is replaced. */
  static open(path: string, now: Instant): KeyRing {
    if (!existsSync(path)) {
      const ring = new KeyRing(path, {
        v: 1,
        secret: randomBytes(32).toString('base64url'),
        keys: [newKey(now)],
      });
      ring.write();
      return ring;
    }
    const found = new KeyRing(path, ringSchema.parse(JSON.parse(readFileSync(path, 'utf8'))));
    if (now - found.signingKey().madeAt > KEY_LIFE_MS) found.rotate(now);
    return found;
  }

  signingKey(): TokenKey {
    const key = this.ring.keys.find(({ retiredAt }) => retiredAt === null);
    if (key === undefined) throw new Error('no key signs tokens');
    return key;
  }

  /** The key of that name, also a little while after it was replaced; null: there is none that counts. */
  checkingKey(kid: string, now: Instant): TokenKey | null {
    const key = this.ring.keys.find((candidate) => candidate.kid === kid);
    if (key === undefined) return null;
    return key.retiredAt === null || now - key.retiredAt <= RETIRED_LIFE_MS ? key : null;
  }

  /** From now on a new key signs. */
  rotate(now: Instant): void {
    const kept = this.ring.keys
      .filter(({ retiredAt }) => retiredAt === null || now - retiredAt <= RETIRED_LIFE_MS)
      .map((key) => ({ ...key, retiredAt: key.retiredAt ?? now }));
    this.ring = { ...this.ring, keys: [newKey(now), ...kept].slice(0, 10) };
    this.write();
  }

  /** 32 bytes for one purpose; the purposes say nothing about each other. */
  derive(purpose: string): Buffer {
    return createHmac('sha256', Buffer.from(this.ring.secret, 'base64url')).update(purpose).digest();
  }

  private write(): void {
    const beside = `${this.path}.new`;
    writeFileSync(beside, `${JSON.stringify(this.ring)}\n`, { mode: OWNER_ONLY });
    renameSync(beside, this.path);
  }
}

function newKey(now: Instant): TokenKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return { kid: randomBytes(8).toString('hex'), privateKey, publicKey, madeAt: now, retiredAt: null };
}
