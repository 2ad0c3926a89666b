// Writes any protobuf message field by field into one buffer, without objects in between: read-write sets hold
// hundreds of small messages. As proto3 asks, an empty field is left out.
const WIRE_TYPE = { varint: 0, bytes: 2 } as const;
const FIRST_BYTES = 1_024;
const LONGEST_VARINT = 10;

export class MessageWriter {
  private buffer = Buffer.allocUnsafe(FIRST_BYTES);
  private at = 0;

  /** What has been written. The writer is of no use afterwards. */
  finish(): Buffer {
    return this.buffer.subarray(0, this.at);
  }

  /** A whole number from 0. */
  number(field: number, value: number): void {
    if (value === 0) return;
    this.tag(field, WIRE_TYPE.varint);
    this.varint(value);
  }

  flag(field: number, isSet: boolean): void {
    this.number(field, isSet ? 1 : 0);
  }

  text(field: number, text: string): void {
    const length = Buffer.byteLength(text);
    if (length === 0) return;
    this.lengthOf(field, length);
    this.at += this.buffer.write(text, this.at);
  }

  /** Bytes that come as a byte string. */
  byteString(field: number, bytes: string): void {
    if (bytes.length === 0) return;
    this.lengthOf(field, bytes.length);
    this.at += this.buffer.write(bytes, this.at, 'latin1');
  }

  bytes(field: number, bytes: Uint8Array): void {
    if (bytes.length > 0) this.encoded(field, bytes);
  }

  /** A message within this one that has its bytes already. */
  encoded(field: number, bytes: Uint8Array): void {
    this.lengthOf(field, bytes.length);
    this.buffer.set(bytes, this.at);
    this.at += bytes.length;
  }

  /** A message within this one; it is written even if it is empty. */
  message(field: number, write: () => void): void {
    this.tag(field, WIRE_TYPE.bytes);
    this.room(1);
    const lengthAt = this.at;
    this.at += 1;
    write();
    const length = this.at - lengthAt - 1;
    // Most lengths take the one byte that was reserved for them.
    const more = varintLength(length) - 1;
    this.room(more);
    if (more > 0) this.buffer.copyWithin(lengthAt + 1 + more, lengthAt + 1, this.at);
    this.at += more;
    writeVarint(this.buffer, length, lengthAt);
  }

  private tag(field: number, type: number): void {
    this.varint(field * 8 + type);
  }

  private lengthOf(field: number, length: number): void {
    this.tag(field, WIRE_TYPE.bytes);
    this.varint(length);
    this.room(length);
  }

  private varint(value: number): void {
    this.room(LONGEST_VARINT);
    this.at = writeVarint(this.buffer, value, this.at);
  }

  private room(bytes: number): void {
    if (this.at + bytes <= this.buffer.length) return;
    const grown = Buffer.allocUnsafe(2 * (this.at + bytes));
    this.buffer.copy(grown, 0, 0, this.at);
    this.buffer = grown;
  }
}

/** Where it ends. */
function writeVarint(buffer: Buffer, value: number, start: number): number {
  let at = start;
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) buffer[at++] = (rest % 0x80) | 0x80;
  buffer[at++] = rest;
  return at;
}

function varintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) length++;
  return length;
}
