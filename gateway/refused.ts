// A refusal that a gateway's room gives for a reason of its own; each door says it in its own form.
import type { Json } from '../chaincode/protocol/canonical-json.js';
import type { ApiCode } from './protocol/problem-codes.js';

export class Refused extends Error {
  constructor(
    readonly code: ApiCode,
    readonly values: { readonly [name: string]: Json } = {},
    options: { readonly retryAfterMs?: number } = {},
  ) {
    super(code);
    this.name = 'Refused';
    this.retryAfterMs = options.retryAfterMs ?? null;
  }

  /** When it is worth trying again; null: nothing to wait for. */
  readonly retryAfterMs: number | null;
}
