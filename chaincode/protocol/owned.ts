// A row that one organisation owns, as far as others may rely on it (architecture §4).

/** An owned row with the verdict on its attestation: initial form, or the owner's collection vouches for it. */
export interface Owned<R> {
  readonly row: R;
  readonly attested: boolean;
}

/** The row if its owner stands behind it, else null: a row that nobody vouches for says nothing. */
export function attestedOrNull<R>(owned: Owned<R> | null): R | null {
  return owned !== null && owned.attested ? owned.row : null;
}
