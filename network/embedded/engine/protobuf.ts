// Reading Fabric's protobuf messages strictly, with the one error text that Fabric's own parser gives.
// It must not know what the messages mean.
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
  // One call to the library instead of three, which is most of the cost for keys and rows.
  if (only && parts.length === 1) return hash('sha256', only, 'buffer');
  const all = createHash('sha256');
  for (const part of parts) all.update(part);
  return all.digest();
}

export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

const isAscii = /^[\x00-\x7f]*$/;

/** A key's UTF-8 bytes as one character each, so that JavaScript's `<` orders keys as Fabric (Go) does. */
export function byteString(text: string): string {
  if (isAscii.test(text)) return text;
  return Buffer.from(text, 'utf8').toString('latin1');
}

export function fromByteString(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** Sorted as Go sorts strings: by UTF-8 bytes. */
export function sortedByBytes<V>(map: ReadonlyMap<string, V>): V[] {
  const entries = [...map].map(([key, value]) => ({ order: byteString(key), value }));
  entries.sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0));
  return entries.map((entry) => entry.value);
}
