// Ids that callers make: the id of an intent becomes the id of the row that the command creates.
import { hexText } from '#hash';

const ID_BYTES = 10;

/** A new id: `prefix_` and 20 random hexadecimal digits. */
export function newId(prefix: string): string {
  return `${prefix}_${hexText(randomBytes(ID_BYTES))}`;
}

/** Bytes that nobody can foresee. */
export function randomBytes(count: number): Uint8Array {
  return globalThis.crypto.getRandomValues(new Uint8Array(count));
}
