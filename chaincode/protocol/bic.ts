// The form of a business identifier code (ISO 9362), by which payment networks name a bank.
import { badInput, type Parser } from './parse.js';

/** Party prefix of 4, country of 2 letters, party suffix of 2; then either nothing or a branch of 3. */
const FORM = /^[0-9A-Z]{4}[A-Z]{2}[0-9A-Z]{2}([0-9A-Z]{3})?$/;

/** Only the form: whether the code has been given to a bank is known to the register alone. */
export function isBic(code: string): boolean {
  return FORM.test(code);
}

/** Rejects: BAD_INPUT. */
export const bic: Parser<string> = (value, at) => {
  if (typeof value === 'string' && isBic(value)) return value;
  throw badInput(at, 'something else', 'a BIC of 8 or 11 characters such as DEUTDEFF');
};
