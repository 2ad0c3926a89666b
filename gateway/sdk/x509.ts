// The little of X.509 (RFC 5280) that says whose key a certificate names: issued by a known authority with ECDSA on
// P-256, and valid at an instant. What is not of that form is not accepted.
import { base64urlBytes, base64urlText, hexText } from '#hash';
import type { Instant } from '../../chaincode/protocol/forms.js';
import { isSignature } from './keys.js';

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const VERSION = 0xa0;
const UTC_TIME = 0x17;
const LONG_FORM = 0x80;
const MOST_LENGTH_BYTES = 3;
/** 1.2.840.10045.4.3.2 */
const ECDSA_WITH_SHA256 = '2a8648ce3d040302';
const SCALAR_BYTES = 32;

interface Part {
  readonly tag: number;
  readonly content: Uint8Array;
  /** With tag and length. */
  readonly whole: Uint8Array;
}

interface Certificate {
  readonly signed: Uint8Array;
  readonly issuer: string;
  readonly subject: string;
  readonly validFrom: Instant;
  readonly validTo: Instant;
  /** SubjectPublicKeyInfo, base64url. */
  readonly publicKey: string;
  /** Raw r‖s. */
  readonly signature: Uint8Array;
}

/** Of a certificate (DER, base64url) that one of these authorities issued; null: none did, or not for then. */
export async function certifiedKey(
  certificate: string,
  of: { readonly authorities: readonly string[]; readonly at: Instant },
): Promise<string | null> {
  const leaf = certificateOf(certificate);
  if (leaf === null || !isValidAt(leaf, of.at)) return null;
  for (const text of of.authorities) {
    const authority = certificateOf(text);
    if (authority === null || authority.subject !== leaf.issuer || !isValidAt(authority, of.at)) continue;
    if (await isSignature(authority.publicKey, leaf.signed, leaf.signature)) return leaf.publicKey;
  }
  return null;
}

function isValidAt({ validFrom, validTo }: Certificate, at: Instant): boolean {
  return validFrom <= at && at <= validTo;
}

function certificateOf(text: string): Certificate | null {
  const bytes = base64urlBytes(text);
  if (bytes === null) return null;
  try {
    return parsed(bytes);
  } catch (error) {
    if (error instanceof MalformedCertificate) return null;
    throw error;
  }
}

function parsed(bytes: Uint8Array): Certificate {
  const [outer] = partsOf(bytes);
  const [signed, algorithm, seal] = partsOf(contentOf(outer, SEQUENCE));
  const [oid] = partsOf(contentOf(algorithm, SEQUENCE));
  if (oid === undefined || hexText(oid.content) !== ECDSA_WITH_SHA256) throw new MalformedCertificate();
  const fields = partsOf(contentOf(signed, SEQUENCE));
  const [, , issuer, validity, subject, key] = fields[0]?.tag === VERSION ? fields.slice(1) : fields;
  const [from, to] = partsOf(contentOf(validity, SEQUENCE));
  return {
    signed: present(signed).whole,
    issuer: hexText(present(issuer).whole),
    subject: hexText(present(subject).whole),
    validFrom: instantOf(present(from)),
    validTo: instantOf(present(to)),
    publicKey: base64urlText(present(key).whole),
    signature: rawSignature(contentOf(seal, BIT_STRING).subarray(1)),
  };
}

class MalformedCertificate extends Error {}

function present(part: Part | undefined): Part {
  if (part === undefined) throw new MalformedCertificate();
  return part;
}

function contentOf(part: Part | undefined, tag: number): Uint8Array {
  const { tag: found, content } = present(part);
  if (found !== tag) throw new MalformedCertificate();
  return content;
}

function partsOf(bytes: Uint8Array): Part[] {
  const parts: Part[] = [];
  for (let at = 0; at < bytes.length;) {
    const { start, length } = lengthAt(bytes, at + 1);
    const end = start + length;
    const tag = bytes[at];
    if (tag === undefined || end > bytes.length) throw new MalformedCertificate();
    parts.push({ tag, content: bytes.subarray(start, end), whole: bytes.subarray(at, end) });
    at = end;
  }
  return parts;
}

function lengthAt(bytes: Uint8Array, at: number): { readonly start: number; readonly length: number } {
  const first = bytes[at];
  if (first === undefined) throw new MalformedCertificate();
  if (first < LONG_FORM) return { start: at + 1, length: first };
  const count = first - LONG_FORM;
  const start = at + 1 + count;
  if (count === 0 || count > MOST_LENGTH_BYTES) throw new MalformedCertificate();
  return { start, length: bytes.subarray(at + 1, start).reduce((sum, byte) => sum * 256 + byte, 0) };
}

/** UTCTime `YYMMDDHHMMSSZ` (until 2049) or GeneralizedTime `YYYYMMDDHHMMSSZ`. */
function instantOf({ tag, content }: Part): Instant {
  const digits = String.fromCharCode(...content);
  const century = Number(digits.slice(0, 2)) < 50 ? '20' : '19';
  const text = tag === UTC_TIME ? century + digits : digits;
  const found = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (found === null) throw new MalformedCertificate();
  const [year = 0, month = 0, day, hour, minute, second] = found.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** Raw r‖s of ECDSA-Sig-Value. */
function rawSignature(der: Uint8Array): Uint8Array {
  const [value] = partsOf(der);
  const numbers = partsOf(contentOf(value, SEQUENCE)).map((part) => scalarOf(contentOf(part, INTEGER)));
  const raw = new Uint8Array(2 * SCALAR_BYTES);
  if (numbers.length !== 2) throw new MalformedCertificate();
  numbers.forEach((number, index) => {
    raw.set(number, (index + 1) * SCALAR_BYTES - number.length);
  });
  return raw;
}

function scalarOf(content: Uint8Array): Uint8Array {
  const number = content[0] === 0 ? content.subarray(1) : content;
  if (number.length > SCALAR_BYTES) throw new MalformedCertificate();
  return number;
}
