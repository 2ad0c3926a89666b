// Reading Fabric's protobuf messages strictly, with the one error text that Fabric's own parser gives.
import { createHash, hash } from 'node:crypto';
import { isWireFormat } from './wire-format.js';

interface MessageType<T> {
  deserializeBinary(bytes: Uint8Array): T;
}

/** Bytes that are not the message they should be. */
export class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage';
}

/** Throws MalformedMessage `error unmarshalling <what>: …`. */
export function parseMessage<T>(type: MessageType<T>, bytes: Uint8Array, what: string): T {
  const refusal = `error unmarshalling ${what}: proto: cannot parse invalid wire-format data`;
  if (!isWireFormat(bytes)) throw new MalformedMessage(refusal);
  try {
    return type.deserializeBinary(bytes);
  } catch (cause) {
    throw new MalformedMessage(refusal, { cause });
  }
}

export function sha256(...parts: readonly Uint8Array[]): Buffer {
  const [only] = parts;
  // One call to the library instead of three, which is most of the cost for keys and rows; and a byte string, because
  // for a buffer it allocates memory of its own.
  if (only && parts.length === 1) return Buffer.from(hash('sha256', only, 'binary'), 'latin1');
  const all = createHash('sha256');
  for (const part of parts) all.update(part);
  return all.digest();
}

/** SHA-256 of the text's UTF-8 bytes, as a byte string. */
export function textHash(text: string): string {
  return hash('sha256', text, 'binary');
}

/** Bytes of UTF-8 as a text. */
export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}

export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

const ASCII = /^[\x00-\x7f]*$/;

/** A key's UTF-8 bytes as one character each, so that JavaScript's `<` orders keys as Fabric (Go) does. */
export function byteString(text: string): string {
  if (ASCII.test(text)) return text;
  return Buffer.from(text, 'utf8').toString('latin1');
}

export function fromByteString(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** Sorted as Go sorts strings: by UTF-8 bytes. */
export function sortedByBytes<V>(map: ReadonlyMap<string, V>): V[] {
  const entries = [...map];
  const hasOwnOrder = entries.every(([key]) => ASCII.test(key));
  if (!hasOwnOrder) for (const entry of entries) entry[0] = byteString(entry[0]);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([, value]) => value);
}
