// Everything that people's programs send and receive, and the secrets that pass through them: what the platform's
// cryptography is given as keys is noted, so that no secret is missed because a test did not know of it.

import type { PlatformKey } from '../../gateway/sdk/keys.js';

export interface Exchange {
  /** Whose program. */
  readonly who: string;
  readonly method: string;
  readonly url: string;
  /** Address, headers and body, as they left. */
  readonly sent: string;
  /** Status, headers and body, as they came. */
  readonly received: string;
}

export class RecordedTraffic {
  readonly exchanges: Exchange[] = [];

  /** `fetch` of one person's program. */
  fetchOf(who: string): typeof fetch {
    return async (input, init) => {
      const url = input instanceof Request ? input.url : String(input);
      const headers = [...new Headers(init?.headers)].map(([name, value]) => `${name}: ${value}`);
      const body = typeof init?.body === 'string' ? init.body : '';
      const method = init?.method ?? 'GET';
      const response = await fetch(input, init);
      const text = await response.clone().text();
      const back = [...response.headers].map(([name, value]) => `${name}: ${value}`);
      this.exchanges.push({
        ...{ who, method, url },
        sent: [`${method} ${url}`, ...headers, body].join('\n'),
        received: [String(response.status), ...back, text].join('\n'),
      });
      return response;
    };
  }

  /** Where a text was sent, whatever way bytes of it may be written. */
  sentWith(secret: Secret): string[] {
    const forms = formsOf(secret);
    return this.exchanges
      .filter(({ sent }) => forms.some((form) => sent.includes(form)))
      .map(({ who, method, url }) => `${secret.name}: ${who} ${method} ${new URL(url).pathname}`);
  }

  /** Who received a text that fits, and where. */
  receivedWith(name: string, form: RegExp, by: (who: string) => boolean): string[] {
    return this.exchanges
      .filter(({ who, received }) => by(who) && form.test(received))
      .map(({ who, method, url }) => `${name}: ${who} ${method} ${new URL(url).pathname}`);
  }
}

export interface Secret {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export function textSecret(name: string, text: string): Secret {
  return { name, bytes: new TextEncoder().encode(text) };
}

/** Shorter ones stand in other texts by chance. */
const LEAST_FORM = 6;

function formsOf({ bytes }: Secret): string[] {
  const buffer = Buffer.from(bytes);
  const text = buffer.toString('utf8');
  const isText = !text.includes('\ufffd') && !text.includes('\u0000');
  const encoded = [
    buffer.toString('base64url'),
    buffer.toString('base64').replace(/=+$/, ''),
    buffer.toString('hex'),
  ];
  return [...(isText ? [text, encodeURIComponent(text)] : []), ...encoded].filter(
    ({ length }) => length >= LEAST_FORM,
  );
}

/** Notes every private and secret key that WebCrypto is given or gives out, until `stop`. */
export function watchKeys(): { readonly secrets: readonly Secret[]; readonly stop: () => void } {
  const { subtle } = globalThis.crypto;
  const secrets: Secret[] = [];
  const imported = subtle.importKey.bind(subtle) as (...given: unknown[]) => Promise<PlatformKey>;
  const exported = subtle.exportKey.bind(subtle) as (...given: unknown[]) => Promise<ArrayBuffer>;
  const note = (format: unknown, algorithm: unknown, data: unknown): void => {
    const bytes = ArrayBuffer.isView(data)
      ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice()
      : new Uint8Array(data as ArrayBuffer).slice();
    secrets.push({ name: `${String(format)} ${nameOf(algorithm)}`, bytes });
  };
  const own = {
    importKey: (...given: unknown[]) => {
      const [format, data, algorithm, , usages] = given;
      const isSecret = format === 'pkcs8' || (format === 'raw' && (usages as readonly string[]).length > 0);
      if (isSecret && nameOf(algorithm) !== 'X25519') note(format, algorithm, data);
      return imported(...given);
    },
    exportKey: async (...given: unknown[]) => {
      const [format, key] = given as [string, PlatformKey];
      const bytes = await exported(...given);
      if (key.type !== 'public') note(format, key.algorithm, bytes);
      return bytes;
    },
  };
  Object.assign(subtle, own);
  return {
    secrets,
    stop: () => {
      for (const name of Object.keys(own)) Reflect.deleteProperty(subtle, name);
    },
  };
}

function nameOf(algorithm: unknown): string {
  return typeof algorithm === 'string' ? algorithm : (algorithm as { readonly name: string }).name;
}
