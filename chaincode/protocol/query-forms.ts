// Duty: the strict form of questions about an organisation's private rows.
// Must not: answer them.
import { isAccountNumberForm } from './account-number.js';
import { id } from './command-forms.js';
import type { PrivateQuery } from './commands.js';
import { badInput, exactly, membersOf, oneOf, type Parser } from './parse.js';

const account: Parser<string> = (value, at) => {
  if (typeof value === 'string' && isAccountNumberForm(value)) return value;
  throw badInput(at, 'something else', 'an account number');
};

const about = <const N extends string>(name: N): Parser<N> => oneOf([name]);

const FORMS: { readonly [A in PrivateQuery['about']]: Parser<Extract<PrivateQuery, { about: A }>> } = {
  balance: exactly({ about: about('balance'), account }),
  statement: exactly({ about: about('statement'), account }),
  pending: exactly({ about: about('pending'), account }),
  operations: exactly({ about: about('operations'), deal: id }),
  trialBalance: exactly({ about: about('trialBalance') }),
  link: exactly({ about: about('link'), link: id }),
  delivery: exactly({ about: about('delivery'), deal: id }),
  usedIntent: exactly({ about: about('usedIntent'), intent: id }),
};
// The names of a total record are exactly its keys.
const NAMES = Object.keys(FORMS) as (keyof typeof FORMS)[];
const name = oneOf(NAMES);

/** Rejects: BAD_INPUT. */
export const privateQueryForm: Parser<PrivateQuery> = (value, at) => {
  const named = name(membersOf(value, at)['about'] ?? null, `${at}.about`);
  return FORMS[named](value, at);
};
