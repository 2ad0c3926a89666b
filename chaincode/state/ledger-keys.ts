// Ends of ranges.

/** First key after all that begin with a prefix which ends in '/': '0' follows '/' in every order. */
export function endOfPrefix(prefix: string): string {
  return `${prefix.slice(0, -1)}0`;
}
