// Finds secrets in bytes in every form: text, hex, base64, and the same of their SHA-256.
import { createHash } from 'node:crypto';

export interface Secret {
  /** For messages: what it is and whose; never the secret itself. */
  readonly label: string;
  readonly text: string;
  /** Those who may hold it. */
  readonly holders: readonly string[];
}

interface Pattern {
  readonly bytes: Buffer;
  readonly secret: Secret;
  readonly form: string;
  /** A short word or number must stand alone: the same letters inside a longer hash are chance. */
  readonly alone: boolean;
}

export interface Finding {
  readonly secret: Secret;
  readonly form: string;
  /** What stands about it, for messages; the secret itself is left out. */
  readonly about: string;
}

const ABOUT_BYTES = 40;
/** Shorter texts than this are looked for as whole words. */
const LONG_TEXT = 12;
const PREFIX_BYTES = 3;
const BEFORE_OTHERS = /((\d+\.\d+\.\d+\.\d+|\]|localhost):|\d\d:\d\d:\d\d\.)$/;
const LONGEST_BEFORE = 16;

export class LeakScanner {
  private readonly byPrefix = new Map<number, Pattern[]>();
  /** One bit would do; one byte is simpler: whether any pattern begins with these three bytes. */
  private readonly begins = new Uint8Array(2 ** (8 * PREFIX_BYTES));

  constructor(secrets: readonly Secret[]) {
    for (const pattern of secrets.flatMap(patternsOf)) {
      const prefix = pattern.bytes.readUIntBE(0, PREFIX_BYTES);
      this.begins[prefix] = 1;
      this.byPrefix.set(prefix, [...(this.byPrefix.get(prefix) ?? []), pattern]);
    }
  }

  /** Secrets in these bytes, each form once. `reader` may hold his own. */
  find(content: Uint8Array, reader: string | null = null): Finding[] {
    const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
    const found = new Map<Pattern, number>();
    for (let at = 0; at + PREFIX_BYTES <= bytes.length; at += 1) {
      const prefix = bytes.readUIntBE(at, PREFIX_BYTES);
      if (this.begins[prefix] !== 1) continue;
      for (const pattern of this.byPrefix.get(prefix) ?? []) {
        const allowed = reader !== null && pattern.secret.holders.includes(reader);
        if (!allowed && !found.has(pattern) && matches(bytes, at, pattern)) found.set(pattern, at);
      }
    }
    return [...found].map(([pattern, at]) => ({
      secret: pattern.secret,
      form: pattern.form,
      about: surroundings(bytes, at, at + pattern.bytes.length),
    }));
  }
}

function surroundings(bytes: Buffer, from: number, to: number): string {
  const before = bytes.toString('latin1', Math.max(0, from - ABOUT_BYTES), from);
  const after = bytes.toString('latin1', to, to + ABOUT_BYTES);
  return `${before}…${after}`.replace(/[^ -~…]/g, '.');
}

function matches(bytes: Buffer, at: number, { bytes: wanted, alone }: Pattern): boolean {
  const end = at + wanted.length;
  if (end > bytes.length || bytes.compare(wanted, 0, wanted.length, at, end) !== 0) return false;
  return !alone || (!isWordByte(bytes[at - 1]) && !isWordByte(bytes[end]) && !isOfAnotherKind(bytes, at));
}

/** The port of `127.0.0.1:35000`, the microseconds of `14:03:07.350000`: nodes write thousands of them. */
function isOfAnotherKind(bytes: Buffer, at: number): boolean {
  return BEFORE_OTHERS.test(bytes.toString('latin1', Math.max(0, at - LONGEST_BEFORE), at));
}

function isWordByte(byte: number | undefined): boolean {
  return byte !== undefined && /[0-9A-Za-z]/.test(String.fromCharCode(byte));
}

function patternsOf(secret: Secret): Pattern[] {
  const text = Buffer.from(secret.text, 'utf8');
  const digest = createHash('sha256').update(text).digest();
  const forms: [string, Buffer][] = [
    ['text', text],
    ...(escaped(secret.text) === secret.text
      ? []
      : [['JSON escapes', Buffer.from(escaped(secret.text))] as [string, Buffer]]),
    ['SHA-256', digest],
    ...encodings('text', text),
    ...encodings('SHA-256', digest),
  ];
  return forms.map(([form, bytes]) => ({
    bytes,
    secret,
    form,
    alone: form === 'text' && text.length < LONG_TEXT,
  }));
}

function encodings(of: string, bytes: Buffer): [string, Buffer][] {
  const hex = bytes.toString('hex');
  const shifted = [0, 1, 2].flatMap((offset): [string, string][] => {
    const base64 = shiftedBase64(bytes, offset);
    const url = base64.replace(/\+/g, '-').replace(/\//g, '_');
    return [
      [`${of} in base64 at ${String(offset)}`, base64],
      [`${of} in base64url at ${String(offset)}`, url],
    ];
  });
  const all: [string, string][] = [[`${of} in hex`, hex], [`${of} in HEX`, hex.toUpperCase()], ...shifted];
  return all.map(([form, encoded]) => [form, Buffer.from(encoded)]);
}

/** Characters of base64 that these bytes alone decide, when `offset` bytes (modulo 3) stand before them. */
function shiftedBase64(bytes: Buffer, offset: number): string {
  const whole = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  const first = Math.ceil((offset * 8) / 6);
  const last = Math.floor(((offset + bytes.length) * 8) / 6);
  return whole.slice(first, last);
}

/** Other letters than ASCII as JSON may write them. */
function escaped(text: string): string {
  return [...text]
    .map((letter) =>
      letter < '\u0080' ? letter : `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
    .join('');
}
