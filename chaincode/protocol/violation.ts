// The one shape of a refusal, and its way through an error's message, the only thing that leaves chaincode.
import { canonicalJson, type Json } from './canonical-json.js';
import { type Code, CODES, isCode } from './codes.js';

export type Values = { readonly [name: string]: Json };

/** A command is refused by a rule. `values` say what was found and what is needed; never secrets. */
export class RuleViolation extends Error {
  override readonly name = 'RuleViolation';

  constructor(
    readonly code: Code,
    readonly values: Values = {},
  ) {
    super(`${code}: ${CODES[code].en} ${canonicalJson(values)}`);
  }
}

const VIOLATION = /\b([A-Z][A-Z_]+): [^{]*(\{.*\})/s;

/**
 * Finds a refusal in the text of an error, as peers and gateways hand it on (they wrap it in words of their own).
 * Null where there is none.
 */
export function parseViolation(text: string): { readonly code: Code; readonly values: Values } | null {
  const [, code = '', json = ''] = VIOLATION.exec(text) ?? [];
  if (!isCode(code)) return null;
  return { code, values: valuesOf(json) };
}

/** The JSON object at the start of a text that may go on after it. */
function valuesOf(text: string): Values {
  for (let end = text.lastIndexOf('}'); end > 0; end = text.lastIndexOf('}', end - 1)) {
    try {
      return JSON.parse(text.slice(0, end + 1)) as Values; // the text starts with '{', so it is an object
    } catch {
      continue;
    }
  }
  return {};
}
