// Reads any protobuf message field by field, without objects in between and as strictly as Go's parser: read-write
// sets and chaincode's requests hold hundreds of small messages.
import { isUtf8 } from 'node:buffer';
import { MalformedMessage } from './protobuf.js';
import { DEEPEST_GROUP, endOfField, HIGHEST_FIELD, WIRE_TYPE } from './wire-format.js';

const ASCII = /^[\x00-\x7f]*$/;
const LONGEST_VARINT = 10;

/** What `tag` is for a field that holds text, bytes or a message. */
export function bytesTag(field: number): number {
  return field * 8 + WIRE_TYPE.bytes;
}

/** What `tag` is for a field that holds a number or a flag. */
export function varintTag(field: number): number {
  return field * 8 + WIRE_TYPE.varint;
}

/** Throws MalformedMessage `error unmarshalling <what>: …`, as `parseMessage` does. */
export function readMessage<T>(what: string, bytes: Uint8Array, read: (reader: MessageReader) => T): T {
  try {
    return read(new MessageReader(bytes));
  } catch (cause) {
    if (!(cause instanceof NotWireFormat)) throw cause;
    const refusal = `error unmarshalling ${what}: proto: cannot parse invalid wire-format data`;
    throw new MalformedMessage(refusal, { cause });
  }
}

class NotWireFormat extends Error {
  override readonly name = 'NotWireFormat';
}

/**
 * `while (reader.next())` each field's value is taken by the one method that fits `tag`, or skipped: a known number
 * with another type of value is an unknown field, as in Go.
 */
export class MessageReader {
  /** Number and type of value of the field that `next` came to. */
  tag = 0;
  private at = 0;
  private end: number;
  private readonly buffer: Buffer;

  constructor(bytes: Uint8Array) {
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.end = bytes.length;
  }

  /** False at the end of the message. */
  next(): boolean {
    if (this.at === this.end) return false;
    this.tag = this.number();
    const field = Math.floor(this.tag / 8);
    if (field < 1 || field > HIGHEST_FIELD) throw new NotWireFormat();
    return true;
  }

  /** Beyond 2^53 it is not exact. */
  number(): number {
    let value = 0;
    for (let i = 0; i < LONGEST_VARINT; i++) {
      const byte = this.at < this.end ? this.buffer[this.at++] : undefined;
      if (byte === undefined || (i === LONGEST_VARINT - 1 && byte > 1)) throw new NotWireFormat();
      if (byte < 0x80) return i === 0 ? byte : value + byte * 2 ** (7 * i);
      value += (byte & 0x7f) * 2 ** (7 * i);
    }
    throw new NotWireFormat();
  }

  flag(): boolean {
    return this.number() !== 0;
  }

  /** A view, not a copy. */
  bytes(): Uint8Array {
    const start = this.skipLength();
    return this.buffer.subarray(start, this.at);
  }

  /** Bytes as a byte string. */
  byteString(): string {
    const start = this.skipLength();
    return this.buffer.toString('latin1', start, this.at);
  }

  /** Text, as the byte string of its UTF-8 bytes. */
  textBytes(): string {
    const start = this.skipLength();
    const text = this.buffer.toString('latin1', start, this.at);
    if (!ASCII.test(text) && !isUtf8(this.buffer.subarray(start, this.at))) throw new NotWireFormat();
    return text;
  }

  text(): string {
    const bytes = this.textBytes();
    return ASCII.test(bytes) ? bytes : Buffer.from(bytes, 'latin1').toString('utf8');
  }

  /** A message within this one. */
  message<T>(read: (reader: MessageReader) => T): T {
    const start = this.skipLength();
    const outer = this.end;
    this.end = this.at;
    this.at = start;
    const value = read(this);
    this.end = outer;
    return value;
  }

  /** Passes over an unknown field, a group with all that is in it. */
  skip(): void {
    const groups: number[] = [];
    do {
      const field = { field: Math.floor(this.tag / 8), groups };
      const end = endOfField(this.buffer, { value: this.tag, end: this.at }, field);
      if (end === null || end > this.end || groups.length > DEEPEST_GROUP) throw new NotWireFormat();
      this.at = end;
    } while (groups.length > 0 && this.nextInGroup());
  }

  private nextInGroup(): boolean {
    if (this.next()) return true;
    throw new NotWireFormat();
  }

  /** Where the value begins; then the reader stands behind it. */
  private skipLength(): number {
    const length = this.number();
    const start = this.at;
    if (length > this.end - start) throw new NotWireFormat();
    this.at = start + length;
    return start;
  }
}
