// Duty: names of collections, of evidence, and ends of ranges.
// Must not: read or write.

/** Every organisation's implicit collection. */
export function collectionOf(msp: string): string {
  return `_implicit_org_${msp}`;
}

/** Key, in the owner's collection, of the evidence for a public row. */
export function factKey(rowKey: string): string {
  return `fact/${rowKey}`;
}

/** First key after all that begin with a prefix which ends in '/': '0' follows '/' in every order. */
export function endOfPrefix(prefix: string): string {
  return `${prefix.slice(0, -1)}0`;
}
