// The hash by which a client's signed confirmation and the bank's one-time code for a link are compared. It travels as
// transient data only: six digits are found by trying.
import { hashOf } from './canonical-json.js';
import type { Hash } from './forms.js';

const DOMAIN = 'forescrow link code v1';

/** SHA-256 over domain, link and code, lower-case hexadecimal. */
export function linkCodeHash(of: { readonly link: string; readonly code: string }): Hash {
  return hashOf({ domain: DOMAIN, link: of.link, code: of.code });
}
