// SHA-256, HMAC and the text forms of bytes for Node.js, at native speed. `browser.ts` gives the same results.
import { createHmac, hash } from 'node:crypto';

const HEX_PAIRS = /^(?:[0-9A-Fa-f]{2})*$/;

/** SHA-256 of bytes, or of a text in UTF-8; lower-case hexadecimal. */
export function sha256(data: string | Uint8Array): string {
  return hash('sha256', data);
}

/** HMAC-SHA-256 of bytes, or of a text in UTF-8. */
export function hmacSha256(key: Uint8Array, data: string | Uint8Array): Uint8Array {
  return plain(createHmac('sha256', key).update(data).digest());
}

export function utf8Bytes(text: string): Uint8Array {
  return plain(Buffer.from(text, 'utf8'));
}

/** Lower-case hexadecimal. */
export function hexText(bytes: Uint8Array): string {
  return view(bytes).toString('hex');
}

/** Null: not hexadecimal digits in pairs. Both cases are read. */
export function hexBytes(text: string): Uint8Array | null {
  // Buffer alone would stop at the first other character, and take some of them for digits.
  return HEX_PAIRS.test(text) ? plain(Buffer.from(text, 'hex')) : null;
}

/** Without padding. */
export function base64urlText(bytes: Uint8Array): string {
  return view(bytes).toString('base64url');
}

/** Null: not the one base64url form of any bytes, which has no padding and no bits to spare. */
export function base64urlBytes(text: string): Uint8Array | null {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? plain(bytes) : null;
}

/** The same memory as a Buffer, which has the text forms. */
function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The same memory without Buffer's methods, so that nobody comes to need what a browser lacks. */
function plain(bytes: Buffer): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
