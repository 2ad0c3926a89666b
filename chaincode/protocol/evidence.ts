// Duty: where an owner's evidence for a public row lies: its collection and the key in it (architecture §4).
// Must not: read, write or compare it.

/** The organisation's own collection, which the chaincode's definition opens to its members alone. */
export function collectionOf(msp: string): string {
  return `own_${msp}`;
}

/** Key, in the owner's collection, of the evidence for a public row. */
export function factKey(rowKey: string): string {
  return `fact/${rowKey}`;
}
