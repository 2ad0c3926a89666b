// Calls to a bank's core banking system over HTTP, with its key. No answer and no body goes into an error: both may
// hold what only the bank may know.
import { readFileSync } from 'node:fs';

export interface CoreAddress {
  /** Without a path. */
  readonly url: string;
  /** File of the key, readable by its owner alone. */
  readonly keyPath: string;
}

/** The core does not answer, or not as it should: nothing is known of what was asked. */
export class CoreUnavailable extends Error {
  constructor(path: string, cause: unknown) {
    super(`the core bank does not answer at ${path}`, { cause });
    this.name = 'CoreUnavailable';
  }
}

interface CoreCall {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly body?: object;
  readonly signal: AbortSignal;
}

export class CoreHttp {
  private readonly key: string;

  constructor(private readonly address: CoreAddress) {
    this.key = readFileSync(address.keyPath, 'utf8').trim();
  }

  /** The parsed answer; null: it has no body. Rejects: CoreUnavailable, or the signal's reason. */
  async call({ method, path, body, signal }: CoreCall): Promise<unknown> {
    try {
      const response = await fetch(`${this.address.url}${path}`, {
        method,
        headers: { authorization: `Bearer ${this.key}`, 'content-type': 'application/json' },
        signal,
        redirect: 'error',
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`status ${String(response.status)}`);
      return text === '' ? null : JSON.parse(text);
    } catch (cause) {
      signal.throwIfAborted();
      throw new CoreUnavailable(path.split('?')[0] ?? path, cause);
    }
  }
}
