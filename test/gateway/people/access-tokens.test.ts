// Access tokens: whatever is not signed by this gateway's key, for this organisation, of this kind and in time is
// refused.
import { createHmac, generateKeyPairSync } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import jwt from 'jsonwebtoken';
import { AccessTokens } from '../../../gateway/people/access-tokens.js';
import { KeyRing } from '../../../gateway/people/key-ring.js';
import { systemClock } from '../../../gateway/clock.js';
import { Refused } from '../../../gateway/refused.js';
import { inTemporaryFolder } from '../support/temporary-folder.js';

const START = 1_800_000_000_000;
const ISSUER = 'http://marketplace.localhost:7053';
const SUBJECT = { person: 'person_alice000', session: 'session_00000001' };

interface Scene {
  readonly ring: KeyRing;
  readonly tokens: AccessTokens;
  readonly file: string;
  readonly clock: { now: number };
}

async function onScene(run: (scene: Scene) => void): Promise<void> {
  await inTemporaryFolder((folder) => {
    const file = join(folder, 'web-keys.json');
    const clock = { now: START };
    const ring = KeyRing.open(file, START);
    const audience = 'MarketplaceMSP';
    const now = { ...systemClock, now: () => clock.now };
    run({ ring, file, clock, tokens: new AccessTokens({ ring, issuer: ISSUER, audience, clock: now }) });
    return Promise.resolve();
  });
}

/** The same claims signed otherwise. */
function forged(
  ring: KeyRing,
  change: { readonly key?: string; readonly header?: object; readonly claims?: object },
): string {
  const { kid, privateKey } = ring.signingKey();
  const iat = START / 1000;
  const claims = {
    iss: ISSUER,
    aud: 'MarketplaceMSP',
    sub: SUBJECT.person,
    sid: SUBJECT.session,
    iat,
    exp: iat + 300,
  };
  return jwt.sign({ ...claims, ...change.claims }, change.key ?? privateKey, {
    algorithm: 'ES256',
    header: { alg: 'ES256', typ: 'at+jwt', kid, ...change.header },
  });
}

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function expectOver(tokens: AccessTokens, token: string, what: string): void {
  expect(() => tokens.check(token), what).to.throw(Refused, 'SESSION_OVER');
}

describe('access tokens', () => {
  it('say whose session it is, for five minutes', () =>
    onScene(({ tokens, clock, ring }) => {
      const { accessToken, expiresAt } = tokens.issue(SUBJECT);
      expect(expiresAt).to.equal(START + 300_000);
      expect(tokens.check(accessToken)).to.deep.equal(SUBJECT);
      expect(tokens.check(forged(ring, {}))).to.deep.equal(SUBJECT);
      clock.now = START + 299_000;
      expect(tokens.check(accessToken)).to.deep.equal(SUBJECT);
      clock.now = START + 300_000;
      expectOver(tokens, accessToken, 'expired');
    }));

  it('are refused with no signature, another algorithm, or the public key as a secret', () =>
    onScene(({ tokens, ring }) => {
      const { kid, publicKey } = ring.signingKey();
      const [, payload = ''] = tokens.issue(SUBJECT).accessToken.split('.');
      expectOver(tokens, `${part({ alg: 'none', typ: 'at+jwt', kid })}.${payload}.`, 'none');
      expectOver(tokens, `${part({ alg: 'NONE', typ: 'at+jwt', kid })}.${payload}.`, 'NONE');
      const head = `${part({ alg: 'HS256', typ: 'at+jwt', kid })}.${payload}`;
      const mac = createHmac('sha256', publicKey).update(head).digest('base64url');
      expectOver(tokens, `${head}.${mac}`, 'HS256 with the public key');
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
      const other = jwt.sign({ sub: SUBJECT.person }, privateKey, { algorithm: 'ES384', keyid: kid });
      expectOver(tokens, other, 'ES384');
    }));

  it('are refused for another audience, issuer, kind, key, or without session or person', () =>
    onScene(({ tokens, ring }) => {
      const { privateKey } = generateKeyPairSync('ec', {
        namedCurve: 'P-256',
        publicKeyEncoding: { type: 'spki', format: 'pem' },
        privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      });
      const cases: { readonly [what: string]: Parameters<typeof forged>[1] } = {
        'another organisation': { claims: { aud: 'BankAMSP' } },
        'another issuer': { claims: { iss: 'http://evil.example' } },
        'another kind': { header: { typ: 'JWT' } },
        'no kind': { header: { typ: undefined } },
        'a foreign key': { key: privateKey },
        'an unknown key id': { header: { kid: 'ffff' } },
        'no key id': { header: { kid: undefined } },
        'no session': { claims: { sid: 5 } },
        'no person': { claims: { sub: undefined } },
        'a long life': { claims: { iat: START / 1000 - 400, exp: START / 1000 + 86_400 } },
      };
      for (const [what, change] of Object.entries(cases)) expectOver(tokens, forged(ring, change), what);
      const token = tokens.issue(SUBJECT).accessToken;
      for (const text of ['', 'a.b.c', `${token}x`, token.slice(1), 'x'.repeat(10_000)]) {
        expectOver(tokens, text, text.slice(0, 10));
      }
    }));

  it('of a replaced key count for ten minutes more; the key file is its owner’s alone', () =>
    onScene(({ tokens, ring, file, clock }) => {
      expect(statSync(file).mode & 0o777).to.equal(0o600);
      const before = ring.signingKey().kid;
      const { accessToken } = tokens.issue(SUBJECT);
      ring.rotate(START);
      expect(ring.signingKey().kid).not.to.equal(before);
      expect(tokens.check(accessToken)).to.deep.equal(SUBJECT);
      expect(ring.checkingKey(before, START + 600_000)?.kid).to.equal(before);
      expect(ring.checkingKey(before, START + 600_001)).to.equal(null);
      const reopened = KeyRing.open(file, clock.now);
      expect(reopened.signingKey().kid).to.equal(ring.signingKey().kid);
      expect(reopened.derive('x').equals(ring.derive('x'))).to.equal(true);
      expect(KeyRing.open(file, START + 31 * 86_400_000).signingKey().kid).not.to.equal(
        ring.signingKey().kid,
      );
      expect(readFileSync(file, 'utf8')).to.include('"v":1');
    }));
});
