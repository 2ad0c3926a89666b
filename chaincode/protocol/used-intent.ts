// Marks of intents that were used, so that the same id and content get the same answer (I9).
import { type RowOf, sharedRow } from './declaration.js';
import { detachedSignature, hash, version1 } from './forms.js';
import { exactly, orNull } from './parse.js';

/**
 * `usedIntent/<person>/<intent id>`. The person is part of the key: nobody can use up an id that somebody else is about
 * to use.
 */
export const usedIntentRow = sharedRow({
  kind: 'usedIntent',
  ids: null,
  form: exactly({
    v: version1,
    content: hash,
    result: hash,
    /** Of a listing, a purchase or a payment, which banks prove again before they move money; null otherwise. */
    signed: orNull(detachedSignature),
  }),
});
export type UsedIntentRow = RowOf<typeof usedIntentRow>;
