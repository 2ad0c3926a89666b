// Reads an X.509 revocation list (RFC 5280 §5): which serial numbers its issuer has revoked.
// A list counts only if an authority of the MSP signed it.
import { type X509Certificate, verify } from 'node:crypto';

interface Element {
  readonly tag: number;
  /** With tag and length. */
  readonly whole: Buffer;
  readonly content: Buffer;
}

const TAGS = {
  integer: 0x02,
  bitString: 0x03,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
} as const;

/** Hex serial numbers without leading zeros. Throws when the list cannot be read or no authority signed it. */
export function revokedSerials(pem: string, authorities: readonly X509Certificate[]): string[] {
  const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
  const [list] = elements(der);
  const [signed, , signature] = list?.tag === TAGS.sequence ? elements(list.content) : [];
  if (signed?.tag !== TAGS.sequence || signature?.tag !== TAGS.bitString) throw unreadable();
  const signatureBytes = signature.content.subarray(1);
  if (!authorities.some((authority) => verify('sha256', signed.whole, authority.publicKey, signatureBytes))) {
    throw new Error('A revocation list is not signed by an authority of its organisation.');
  }
  return revokedEntries(signed).map((entry) => {
    const [serial] = elements(entry.content);
    if (serial?.tag !== TAGS.integer) throw unreadable();
    return normalSerial(serial.content.toString('hex'));
  });
}

export function normalSerial(hex: string): string {
  return hex.toLowerCase().replace(/^0+/, '');
}

/** version?, algorithm, issuer, thisUpdate, nextUpdate?, revokedCertificates?, extensions? */
function revokedEntries(signed: Element): Element[] {
  const fields = elements(signed.content);
  const times = fields.filter(({ tag }) => tag === TAGS.utcTime || tag === TAGS.generalizedTime);
  const lastTime = times[times.length - 1];
  if (!lastTime) throw unreadable();
  const revoked = fields[fields.indexOf(lastTime) + 1];
  return revoked?.tag === TAGS.sequence ? elements(revoked.content) : [];
}

function elements(bytes: Buffer): Element[] {
  const found: Element[] = [];
  for (let at = 0; at < bytes.length;) {
    const tag = bytes[at] ?? 0;
    const first = bytes[at + 1] ?? 0;
    const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
    const start = at + 2 + lengthBytes;
    const length =
      lengthBytes === 0 ? first : lengthBytes <= 4 ? bytes.readUIntBE(at + 2, lengthBytes) : Infinity;
    if (start + length > bytes.length) throw unreadable();
    found.push({
      tag,
      whole: bytes.subarray(at, start + length),
      content: bytes.subarray(start, start + length),
    });
    at = start + length;
  }
  return found;
}

function unreadable(): Error {
  return new Error('A revocation list cannot be read.');
}
