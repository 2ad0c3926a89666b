// The one form of a one-time code, however a person typed it.

export const CODE_DIGITS = 6;

/**
 * The code's digits: full-width ones made plain, blanks and line ends left out. Null for what cannot be a code. A
 * client takes this form before it hashes a code, and the bank before it compares one.
 */
export function normalisedCode(typed: string): string | null {
  // Bounded first: no code is longer, and normalising may lengthen a text.
  if (typed.length > MOST_TYPED) return null;
  const digits = typed.normalize('NFKC').replace(/[\s\p{Cf}]/gu, '');
  return CODE.test(digits) ? digits : null;
}

const MOST_TYPED = 64;
const CODE = /^[0-9]{6}$/;
