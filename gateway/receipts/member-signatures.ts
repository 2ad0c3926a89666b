// What a member says under the key of its gateway on the ledger, and whether such a signature is that member's.
import { createPrivateKey, sign, verify, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { canonicalJson, type Json } from '../../chaincode/protocol/canonical-json.js';
import type { Instant } from '../../chaincode/protocol/forms.js';
import type { MemberSignature, Verdict } from '../protocol/api/receipts.js';
import type { IdentityFiles, Member } from '../protocol/gateway-config.js';
import { roleOf } from './certificate-role.js';

const RAW = 'ieee-p1363';
/** Of the certificates by which a member may state something to others; its other machines may not. */
const SIGNING_ROLE = 'gateway';

export type MemberSigner = (content: Json) => MemberSignature;

/** Reads the identity's files. Throws when one cannot be read. */
export function memberSigner(member: string, { certPath, keyPath }: IdentityFiles): MemberSigner {
  const certificate = readFileSync(certPath, 'utf8');
  const key = createPrivateKey(readFileSync(keyPath));
  return (content) => {
    const value = sign('sha256', bytesOf(content), { key, dsaEncoding: RAW }).toString('base64url');
    return { member, certificate, value };
  };
}

/** `at`: when it was signed, by the signer's word. */
export type SignatureChecker = (content: Json, signature: MemberSignature, at: Instant) => Verdict;

/** `unknown` is said of members whose authority the configuration does not name. Reads the authorities' files. */
export function signatureChecker(members: readonly Member[]): SignatureChecker {
  const authorities = new Map(
    members.flatMap(({ mspId, caCertPath }) =>
      caCertPath === undefined ? [] : [[mspId, new X509Certificate(readFileSync(caCertPath))] as const],
    ),
  );
  return (content, { member, certificate, value }, at) => {
    const authority = authorities.get(member);
    if (authority === undefined) return 'unknown';
    const signer = certificateOf(certificate);
    const isGateway = signer !== null && isIssuedBy(signer, authority, at) && roleOf(signer) === SIGNING_ROLE;
    if (!isGateway) return 'differs';
    const signature = Buffer.from(value, 'base64url');
    const key = { key: signer.publicKey, dsaEncoding: RAW } as const;
    return verify('sha256', bytesOf(content), key, signature) ? 'fits' : 'differs';
  };
}

function bytesOf(content: Json): Buffer {
  return Buffer.from(canonicalJson(content), 'utf8');
}

function isIssuedBy(certificate: X509Certificate, authority: X509Certificate, at: Instant): boolean {
  const isInTime = Date.parse(certificate.validFrom) <= at && at <= Date.parse(certificate.validTo);
  return isInTime && certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
}

/** Null: the text is no certificate. */
function certificateOf(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem);
  } catch {
    return null;
  }
}
