// Makes P-256 keys and X.509 certificates as Fabric's peers accept them.
import 'reflect-metadata';
import { createPrivateKey, webcrypto, type KeyObject } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
  type JsonGeneralName,
  type JsonName,
} from '@peculiar/x509';
import { isIP } from 'node:net';
import { P256_ORDER } from '../../chaincode/protocol/p256.js';

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
const CA_DAYS = 3650;
const LEAF_DAYS = 365;
/** Certificates start five minutes early, so that members' clocks may differ a little. */
const BACKDATE_MS = 300_000;
/** Half of all signatures have a low S; this many failures in a row do not happen. */
const SIGNING_TRIES = 128;

/** Where Fabric CA puts attributes and Fabric's client-identity library looks for them. */
export const ATTRIBUTE_EXTENSION_OID = '1.2.3.4.5.6.7.8.1';

export interface SubjectName {
  readonly commonName: string;
  readonly organisation: string;
  /** The one NodeOU, if the certificate shall have a role in an MSP. */
  readonly unit?: 'client' | 'peer' | 'admin' | 'orderer';
}

export interface IssuedCredential {
  readonly certPem: string;
  /** PKCS#8 PEM. */
  readonly keyPem: string;
}

export interface IssuingAuthority {
  readonly certPem: string;
  readonly keyPem: string;
}

/** A self-signed root, valid for ten years, for signing certificates and nothing else. */
export async function createAuthority(subject: SubjectName, now: Date): Promise<IssuedCredential> {
  const keys = await generateKeys();
  const extensions = [
    new BasicConstraintsExtension(true, undefined, true),
    new KeyUsagesExtension(
      KeyUsageFlags.digitalSignature | KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign,
      true,
    ),
    await SubjectKeyIdentifierExtension.create(keys.publicKey),
  ];
  const name = distinguishedName(subject);
  const certificate = await untilLowS(() =>
    X509CertificateGenerator.create({
      ...lifetime(now, CA_DAYS),
      subject: name,
      issuer: name,
      publicKey: keys.publicKey,
      signingKey: keys.privateKey,
      signingAlgorithm: SIGNING,
      extensions,
    }),
  );
  return { certPem: pemOf(certificate), keyPem: await exportKey(keys.privateKey) };
}

/** A certificate that signs messages: digital signature only, the attributes as Fabric CA writes them. */
export function issueSigningCertificate(
  authority: IssuingAuthority,
  subject: SubjectName,
  options: { readonly now: Date; readonly attributes?: Record<string, string> },
): Promise<IssuedCredential> {
  const extensions: Extension[] = [new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true)];
  if (options.attributes !== undefined) {
    const content = Buffer.from(JSON.stringify({ attrs: options.attributes }), 'utf8');
    extensions.push(new Extension(ATTRIBUTE_EXTENSION_OID, false, content));
  }
  return issue(authority, { subject, extensions, now: options.now });
}

/** A certificate for TLS, as server and as client; `names` are DNS names or IP addresses, none for a pure client. */
export function issueTlsCertificate(
  authority: IssuingAuthority,
  subject: SubjectName,
  options: { readonly now: Date; readonly names: readonly string[] },
): Promise<IssuedCredential> {
  const names = options.names.map((value): JsonGeneralName => ({
    type: isIP(value) === 0 ? 'dns' : 'ip',
    value,
  }));
  const extensions: Extension[] = [
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment, true),
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
  ];
  if (names.length > 0) extensions.push(new SubjectAlternativeNameExtension(names));
  return issue(authority, { subject, extensions, now: options.now });
}

async function issue(
  authority: IssuingAuthority,
  wanted: { readonly subject: SubjectName; readonly extensions: Extension[]; readonly now: Date },
): Promise<IssuedCredential> {
  const root = new X509Certificate(authority.certPem);
  const signingKey = await importKey(createPrivateKey(authority.keyPem));
  const keys = await generateKeys();
  const rootKeyId = root.getExtension(SubjectKeyIdentifierExtension)?.keyId;
  const extensions = [
    new BasicConstraintsExtension(false, undefined, true),
    await SubjectKeyIdentifierExtension.create(keys.publicKey),
    rootKeyId === undefined
      ? await AuthorityKeyIdentifierExtension.create(root.publicKey)
      : new AuthorityKeyIdentifierExtension(rootKeyId),
    ...wanted.extensions,
  ];
  const certificate = await untilLowS(() =>
    X509CertificateGenerator.create({
      ...lifetime(wanted.now, LEAF_DAYS, root.notAfter),
      subject: distinguishedName(wanted.subject),
      issuer: root.subjectName,
      publicKey: keys.publicKey,
      signingKey,
      signingAlgorithm: SIGNING,
      extensions,
    }),
  );
  return { certPem: pemOf(certificate), keyPem: await exportKey(keys.privateKey) };
}

function distinguishedName(subject: SubjectName): JsonName {
  const name: JsonName = [{ O: [subject.organisation] }];
  if (subject.unit !== undefined) name.push({ OU: [subject.unit] });
  name.push({ CN: [subject.commonName] });
  return name;
}

function lifetime(
  now: Date,
  days: number,
  notLaterThan?: Date,
): { readonly notBefore: Date; readonly notAfter: Date } {
  const notBefore = new Date(Math.floor((now.getTime() - BACKDATE_MS) / 1000) * 1000);
  const end = notBefore.getTime() + days * DAY_MS;
  const notAfter = new Date(Math.min(end, notLaterThan?.getTime() ?? end));
  return { notBefore, notAfter };
}

/**
 * Signs again until S is in the lower half. Fabric rewrites certificates with a high S, after which
 * the bytes that a client sends and those that a peer compares would differ.
 */
async function untilLowS(sign: () => Promise<X509Certificate>): Promise<X509Certificate> {
  for (let tried = 0; tried < SIGNING_TRIES; tried += 1) {
    const certificate = await sign();
    if (hasLowS(Buffer.from(certificate.signature))) return certificate;
  }
  throw new Error('No signature with a low S was found; the random source is broken.');
}

/** Whether a DER-encoded P-256 signature has its S in the lower half of the curve's order. */
export function hasLowS(der: Buffer): boolean {
  const lengthOfR = der.readUInt8(3);
  const lengthOfS = der.readUInt8(4 + lengthOfR + 1);
  const start = 4 + lengthOfR + 2;
  const s = BigInt(`0x${der.subarray(start, start + lengthOfS).toString('hex')}`);
  return s <= P256_ORDER / 2n;
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(CURVE, true, ['sign', 'verify']);
}

function importKey(key: KeyObject): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey('pkcs8', key.export({ type: 'pkcs8', format: 'der' }), CURVE, false, [
    'sign',
  ]);
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key));
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
    .export({ type: 'pkcs8', format: 'pem' })
    .toString();
}

function pemOf(certificate: X509Certificate): string {
  return `${certificate.toString('pem').trim()}\n`;
}
