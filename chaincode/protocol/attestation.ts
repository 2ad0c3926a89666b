// What an owner's attestation for a public row is, and where it lies: its collection and the key in it (architecture
// §4).
import { sha256 } from '#hash';

/** The organisation's own collection, which the chaincode's definition opens to its members alone. */
export function collectionOf(msp: string): string {
  return `own_${msp}`;
}

/** Key, in the owner's collection, of the attestation for a public row. */
export function attestationKey(rowKey: string): string {
  return `attestation/${rowKey}`;
}

/**
 * Attestation for a row with this stored text: its SHA-256, lower-case hexadecimal. The row itself is public; a second
 * copy of it would be half of what an answer writes privately.
 */
export function attestationOf(rowText: string): string {
  return sha256(rowText);
}

/** What any peer can show others of that attestation: the hash of its bytes, lower-case hexadecimal. */
export function attestationHashOf(rowText: string): string {
  return sha256(attestationOf(rowText));
}
