// Access tokens: JWT signed with ES256, for this organisation alone, good for five minutes.
import jwt from 'jsonwebtoken';
import type { Clock } from '../clock.js';
import type { Instant } from '../../chaincode/protocol/forms.js';
import { Refused } from '../refused.js';
import type { KeyRing } from './key-ring.js';

/** RFC 9068: so that no other kind of token of the same keys passes for one. */
const TYPE = 'at+jwt';
const ALGORITHM = 'ES256';
const LIFE_S = 300;
const LONGEST_TOKEN = 2_048;

export interface TokenSubject {
  readonly person: string;
  readonly session: string;
}

export class AccessTokens {
  constructor(
    private readonly options: {
      readonly ring: KeyRing;
      /** Address of the gateway. */
      readonly issuer: string;
      /** MSP id of the organisation. */
      readonly audience: string;
      readonly clock: Clock;
    },
  ) {}

  issue({ person, session }: TokenSubject): { readonly accessToken: string; readonly expiresAt: Instant } {
    const { ring, issuer, audience, clock } = this.options;
    const { kid, privateKey } = ring.signingKey();
    const iat = Math.floor(clock.now() / 1000);
    const exp = iat + LIFE_S;
    const accessToken = jwt.sign({ iat, exp, sid: session }, privateKey, {
      ...{ algorithm: ALGORITHM, keyid: kid, header: { alg: ALGORITHM, typ: TYPE } },
      ...{ issuer, audience, subject: person },
    });
    return { accessToken, expiresAt: exp * 1000 };
  }

  /** Throws: Refused SESSION_OVER, whatever is wrong with it. */
  check(token: string): TokenSubject {
    const { ring, issuer, audience, clock } = this.options;
    const now = clock.now();
    const header = token.length > LONGEST_TOKEN ? null : headerOf(token);
    const key = header === null ? null : ring.checkingKey(header.kid, now);
    if (key === null) throw new Refused('SESSION_OVER');
    try {
      const payload = jwt.verify(token, key.publicKey, {
        ...{ algorithms: [ALGORITHM], issuer, audience },
        ...{ clockTimestamp: Math.floor(now / 1000), maxAge: LIFE_S },
      });
      if (typeof payload === 'string') throw new Refused('SESSION_OVER');
      return { person: textOf(payload.sub), session: textOf(payload['sid']) };
    } catch {
      throw new Refused('SESSION_OVER');
    }
  }
}

function headerOf(token: string): { readonly kid: string } | null {
  const decoded = jwt.decode(token, { complete: true });
  if (decoded === null) return null;
  const { alg, typ, kid } = decoded.header;
  return alg === ALGORITHM && typ === TYPE && typeof kid === 'string' ? { kid } : null;
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new Refused('SESSION_OVER');
  return value;
}
