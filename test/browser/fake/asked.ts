// What the fake gateway's answers are asked with, and how they refuse.
import type { Json } from '../../../chaincode/protocol/canonical-json.js';
import type { EndpointName } from '../../../gateway/protocol/api/endpoints.js';

export interface Asked {
  readonly path: { readonly [name: string]: string };
  readonly query: { readonly [name: string]: string };
  readonly body: unknown;
  readonly token: string | null;
  /** Of the cookie that a log-in set; null: none. */
  readonly refresh: string | null;
}

export type Answers = { readonly [N in EndpointName]: (asked: Asked) => unknown };

/** Becomes a problem document. */
export class FakeRefusal extends Error {
  constructor(
    readonly code: string,
    readonly values: { readonly [name: string]: Json } = {},
  ) {
    super(code);
    this.name = 'FakeRefusal';
  }
}
