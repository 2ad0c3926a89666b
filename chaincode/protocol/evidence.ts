// Duty: where an owner's evidence for a public row lies: its collection and the key in it (architecture §4).
// Must not: read, write or compare it.

/** Every organisation's implicit collection. */
export function collectionOf(msp: string): string {
  return `_implicit_org_${msp}`;
}

/** Key, in the owner's collection, of the evidence for a public row. */
export function factKey(rowKey: string): string {
  return `fact/${rowKey}`;
}
