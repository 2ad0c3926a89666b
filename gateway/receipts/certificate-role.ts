// The role that a member's authority wrote into a certificate: the attribute that Fabric's authorities put into an
// extension as JSON.
import type { X509Certificate } from 'node:crypto';

const ROLE_ATTRIBUTE = 'forescrow.role';
/** DER of the extension's object identifier, 1.2.3.4.5.6.7.8.1. */
const ATTRIBUTES = Buffer.from('06082a03040506070801', 'hex');
const OCTET_STRING = 0x04;
const LONG_FORM = 0x80;

/** Null: the certificate names none. */
export function roleOf({ raw }: X509Certificate): string | null {
  const at = raw.indexOf(ATTRIBUTES);
  if (at < 0) return null;
  const content = octetString(raw.subarray(at + ATTRIBUTES.length));
  if (content === null) return null;
  try {
    const { attrs } = JSON.parse(content.toString('utf8')) as {
      readonly attrs?: { readonly [n: string]: unknown };
    };
    const role = attrs?.[ROLE_ATTRIBUTE];
    return typeof role === 'string' ? role : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** X.690 §8.1.3: a length below 128 stands in one byte, a longer one behind the count of its bytes. */
function octetString(der: Buffer): Buffer | null {
  const first = der[1];
  if (der[0] !== OCTET_STRING || first === undefined) return null;
  const lengthBytes = first < LONG_FORM ? 0 : first - LONG_FORM;
  if (lengthBytes > 2 || der.length < 2 + lengthBytes) return null;
  const length = lengthBytes === 0 ? first : der.readUIntBE(2, lengthBytes);
  return der.subarray(2 + lengthBytes, 2 + lengthBytes + length);
}
