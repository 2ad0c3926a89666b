// SHA-256, HMAC and the text forms of bytes for browsers. `node.ts` gives the same results.
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 as digestOf } from '@noble/hashes/sha2.js';

const HEX_PAIRS = /^(?:[0-9A-Fa-f]{2})*$/;
const BASE64URL = /^[A-Za-z0-9_-]*$/;

/** SHA-256 of bytes, or of a text in UTF-8; lower-case hexadecimal. */
export function sha256(data: string | Uint8Array): string {
  return hexText(digestOf(bytesOf(data)));
}

/** HMAC-SHA-256 of bytes, or of a text in UTF-8. */
export function hmacSha256(key: Uint8Array, data: string | Uint8Array): Uint8Array {
  return hmac(digestOf, key, bytesOf(data));
}

export function utf8Bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Lower-case hexadecimal. */
export function hexText(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

/** Null: not hexadecimal digits in pairs. Both cases are read. */
export function hexBytes(text: string): Uint8Array | null {
  if (!HEX_PAIRS.test(text)) return null;
  return Uint8Array.from({ length: text.length / 2 }, (_, index) =>
    Number.parseInt(text.slice(2 * index, 2 * index + 2), 16),
  );
}

/** Without padding. */
export function base64urlText(bytes: Uint8Array): string {
  return btoa(binaryText(bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** Null: not the one base64url form of any bytes, which has no padding and no bits to spare. */
export function base64urlBytes(text: string): Uint8Array | null {
  if (!BASE64URL.test(text) || text.length % 4 === 1) return null;
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  return base64urlText(bytes) === text ? bytes : null;
}

/** A character for each byte, as `btoa` reads them. */
function binaryText(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function bytesOf(data: string | Uint8Array): Uint8Array {
  return typeof data === 'string' ? utf8Bytes(data) : data;
}
