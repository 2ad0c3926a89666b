// A problem document (RFC 9457, application/problem+json) as every door answers with.
import type { Json } from '../../chaincode/protocol/canonical-json.js';

export interface ProblemDocument {
  /** `/problems/<code>`, relative to the gateway. */
  readonly type: string;
  /** In the language asked for. */
  readonly title: string;
  readonly status: number;
  /** What was found and what is needed, in the language asked for. */
  readonly detail: string;
  readonly code: string;
  /** Machine-readable particulars, such as `triesLeft`. */
  readonly values: { readonly [name: string]: Json };
  /** As in the header X-Request-ID. */
  readonly requestId: string;
}
