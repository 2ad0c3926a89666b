// Who a client says that it is and how it signs: members' own identities, and some that are wrong on purpose.
import 'reflect-metadata';
import { createPrivateKey, generateKeyPairSync, sign, webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { msp } from '@hyperledger/fabric-protos';
import { KeyUsageFlags, KeyUsagesExtension, X509Certificate, X509CertificateGenerator } from '@peculiar/x509';
import { derOfSignature, p256Signer, type MessageSigner } from '../../gateway/ledger/fabric/p256-signer.js';
import { createAuthority, issueSigningCertificate } from '../../network/identity/certificates.js';
import { readAuthority } from '../../network/identity/credential.js';
import type { CredentialFiles, UserName } from '../../network/identity/layout.js';
import type { Place } from './ground.js';

export interface SigningIdentity {
  readonly mspId: string;
  readonly certificate: Buffer;
  readonly sign: MessageSigner;
}

const MINUTE_MS = 60_000;
const CURVE = { name: 'ECDSA', namedCurve: 'P-256' };

export function userOf({ mspId, tree }: Place, user: UserName = 'Gateway'): SigningIdentity {
  return fromFiles(mspId, tree.users[user].signing);
}

export function peerOf({ mspId, tree }: Place): SigningIdentity {
  return fromFiles(mspId, tree.peer.signing);
}

export function ordererOf({ mspId, tree }: Place): SigningIdentity {
  return fromFiles(mspId, tree.orderer.signing);
}

function fromFiles(mspId: string, { certPath, keyPath }: CredentialFiles): SigningIdentity {
  return { mspId, certificate: readFileSync(certPath), sign: p256Signer(readFileSync(keyPath)) };
}

/** A client whose certificate, issued by the member's own authority, was over a minute ago. */
export async function expiredUserOf({ mspId, tree }: Place): Promise<SigningIdentity> {
  const authority = readAuthority(tree.ca);
  const root = new X509Certificate(authority.certPem);
  const signingKey = await webcrypto.subtle.importKey(
    'pkcs8',
    createPrivateKey(authority.keyPem).export({ type: 'pkcs8', format: 'der' }),
    CURVE,
    false,
    ['sign'],
  );
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const certificate = await X509CertificateGenerator.create({
    subject: `O=${mspId}, OU=client, CN=guest`,
    issuer: root.subjectName,
    notBefore: new Date(Date.now() - 3 * MINUTE_MS),
    notAfter: new Date(Date.now() - MINUTE_MS),
    publicKey: await webcrypto.subtle.importKey(
      'spki',
      keys.publicKey.export({ type: 'spki', format: 'der' }),
      CURVE,
      true,
      ['verify'],
    ),
    signingKey,
    signingAlgorithm: { ...CURVE, hash: 'SHA-256' },
    extensions: [new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true)],
  });
  const key = keys.privateKey.export({ format: 'pem', type: 'pkcs8' });
  return { mspId, certificate: Buffer.from(certificate.toString('pem')), sign: p256Signer(key) };
}

/** A client with a good certificate that names no role at all. */
export async function userWithoutRoleOf(place: Place): Promise<SigningIdentity> {
  return issued(place, { now: new Date() });
}

/** A client with attributes, issued now. */
export async function userWith(place: Place, attributes: Record<string, string>): Promise<SigningIdentity> {
  return issued(place, { unit: 'client', now: new Date(), attributes });
}

async function issued(
  { mspId, tree }: Place,
  wanted: { unit?: 'client'; now: Date; attributes?: Record<string, string> },
): Promise<SigningIdentity> {
  const { unit, now, attributes } = wanted;
  const subject = { commonName: 'guest', organisation: mspId, ...(unit === undefined ? {} : { unit }) };
  const { certPem, keyPem } = await issueSigningCertificate(readAuthority(tree.ca), subject, {
    now,
    ...(attributes === undefined ? {} : { attributes }),
  });
  return { mspId, certificate: Buffer.from(certPem), sign: p256Signer(keyPem) };
}

/** A client of an authority that nobody knows, under a member's name. */
export async function strangerAs({ mspId }: Place): Promise<SigningIdentity> {
  const now = new Date();
  const authority = await createAuthority({ commonName: 'ca.stranger', organisation: 'Stranger' }, now);
  const subject = { commonName: 'guest', organisation: 'Stranger', unit: 'client' } as const;
  const { certPem, keyPem } = await issueSigningCertificate(authority, subject, { now });
  return { mspId, certificate: Buffer.from(certPem), sign: p256Signer(keyPem) };
}

/** Signs with a key that is not the certificate's. */
export function withOtherKey(identity: SigningIdentity): SigningIdentity {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...identity, sign: p256Signer(privateKey.export({ format: 'pem', type: 'pkcs8' })) };
}

/** Signs rightly, with the one of the two valid signatures that Fabric refuses. */
export function withHighS(place: Place): SigningIdentity {
  const { mspId, tree } = place;
  const key = createPrivateKey(readFileSync(tree.users.Gateway.signing.keyPath));
  return {
    ...userOf(place),
    mspId,
    sign: (message) => {
      const raw = sign('sha256', message, { key, dsaEncoding: 'ieee-p1363' });
      return Promise.resolve(highS(derOfSignature(raw)));
    },
  };
}

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** The other signature: s replaced by order − s, which needs a leading zero since it is then large. */
export function highS(der: Uint8Array): Buffer {
  const bytes = Buffer.from(der);
  const rLength = bytes.readUInt8(3);
  const r = bytes.subarray(2, 4 + rLength);
  const s = BigInt(`0x${bytes.subarray(6 + rLength).toString('hex')}`);
  const other = Buffer.from((ORDER - s).toString(16).padStart(64, '0'), 'hex');
  const positive = (other[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), other]) : other;
  const body = Buffer.concat([r, Buffer.from([2, positive.length]), positive]);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}

/** The creator as it stands in headers. */
export function creatorOf({ mspId, certificate }: SigningIdentity): Uint8Array {
  const identity = new msp.SerializedIdentity();
  identity.setMspid(mspId);
  identity.setIdBytes(certificate);
  return identity.serializeBinary();
}
