// Who signed: X.509 identities of the members' MSPs, their NodeOU role, chain, revocation and signatures.
import { X509Certificate, type KeyObject, verify as verifySignature } from 'node:crypto';
import { msp as mspProto } from '@hyperledger/fabric-protos';
import { sha256 } from './protobuf.js';
import { normalSerial, revokedSerials } from './revocation-list.js';
import type { OrganisationConfig } from './channel-config.js';

export type NodeRole = 'client' | 'peer' | 'admin' | 'orderer';
const NODE_ROLES: readonly NodeRole[] = ['client', 'peer', 'admin', 'orderer'];

/** A certificate that chains to its MSP; `role` is null when it does not carry exactly one NodeOU. */
export interface KnownIdentity {
  readonly mspId: string;
  /** Distinguishes identities: MSP and certificate. */
  readonly id: string;
  readonly certPem: string;
  readonly role: NodeRole | null;
  readonly revoked: boolean;
  readonly publicKey: KeyObject;
  readonly expiresAt: number;
}

/** Order of the base point of P-256 (FIPS 186-5); an s above half of it is replaced by its negative. */
export const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const HALF_ORDERS: Readonly<Record<string, bigint>> = {
  prime256v1: P256_ORDER >> 1n,
  secp384r1:
    0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n >> 1n,
};

interface Member {
  readonly authorities: readonly X509Certificate[];
  readonly revokedSerials: ReadonlySet<string>;
}

const IDENTITY_CACHE_LIMIT = 5_000;
const SIGNATURE_CACHE_LIMIT = 10_000;

/** The MSPs of a channel: Fabric's MSPManager. */
export class MspRegistry {
  private readonly members = new Map<string, Member>();
  private readonly identities = new Map<string, KnownIdentity | null>();
  private readonly signatures = new Map<string, boolean>();

  constructor(organisations: readonly OrganisationConfig[]) {
    for (const organisation of organisations) {
      const pems = [...organisation.caCertsPem, ...(organisation.intermediatesPem ?? [])];
      const authorities = pems.map((pem) => new X509Certificate(pem));
      const lists = organisation.revocationListsPem ?? [];
      this.members.set(organisation.mspId, {
        authorities,
        revokedSerials: new Set(lists.flatMap((pem) => revokedSerials(pem, authorities))),
      });
    }
  }

  /** Undefined: unknown MSP, not a certificate, or not issued by that MSP's authorities. */
  deserialize(creator: Uint8Array): KnownIdentity | null {
    // Hashed, so that no sender can fill memory with long creators.
    const cacheKey = sha256(creator).toString('latin1');
    if (this.identities.has(cacheKey)) return this.identities.get(cacheKey) ?? null;
    const identity = this.read(creator);
    remember(this.identities, cacheKey, identity, IDENTITY_CACHE_LIMIT);
    return identity;
  }

  /** Signature by this identity over SHA-256 of the message; high-S signatures are refused as in Fabric. */
  verify(identity: KnownIdentity, message: Uint8Array, signature: Uint8Array): boolean {
    const digest = sha256(message).toString('base64');
    const cacheKey = `${identity.id}/${digest}/${Buffer.from(signature).toString('base64')}`;
    const known = this.signatures.get(cacheKey);
    if (known !== undefined) return known;
    const valid =
      isLowS(identity.publicKey, signature) &&
      verifySignature('sha256', message, identity.publicKey, signature);
    remember(this.signatures, cacheKey, valid, SIGNATURE_CACHE_LIMIT);
    return valid;
  }

  private read(creator: Uint8Array): KnownIdentity | null {
    let mspId: string;
    let certificate: X509Certificate;
    try {
      const serialized = mspProto.SerializedIdentity.deserializeBinary(creator);
      mspId = serialized.getMspid();
      certificate = new X509Certificate(Buffer.from(serialized.getIdBytes_asU8()));
    } catch {
      return null;
    }
    const member = this.members.get(mspId);
    if (!member || certificate.ca || !chainsTo(certificate, member.authorities)) return null;
    return {
      mspId,
      id: `${mspId}/${certificate.fingerprint256}`,
      certPem: certificate.toString(),
      role: nodeRole(certificate),
      revoked: member.revokedSerials.has(normalSerial(certificate.serialNumber)),
      publicKey: certificate.publicKey,
      expiresAt: new Date(certificate.validTo).getTime(),
    };
  }
}

/** Fabric's identity.Validate(): not revoked and exactly one NodeOU. */
export function isValidIdentity(identity: KnownIdentity): boolean {
  return !identity.revoked && identity.role !== null;
}

function remember<V>(cache: Map<string, V>, key: string, value: V, limit: number): void {
  if (cache.size >= limit) {
    const oldest = cache.keys().next();
    if (!oldest.done) cache.delete(oldest.value);
  }
  cache.set(key, value);
}

function chainsTo(certificate: X509Certificate, authorities: readonly X509Certificate[]): boolean {
  let current = certificate;
  for (let depth = 0; depth <= authorities.length; depth++) {
    const issuer = authorities.find((authority) => isIssuedBy(current, authority));
    if (!issuer) return false;
    if (issuer.checkIssued(issuer)) return true;
    current = issuer;
  }
  return false;
}

function isIssuedBy(certificate: X509Certificate, authority: X509Certificate): boolean {
  return authority.ca && certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
}

function nodeRole(certificate: X509Certificate): NodeRole | null {
  const units = certificate.subject
    .split('\n')
    .filter((line) => line.startsWith('OU='))
    .flatMap((line) => line.slice(3).split('+OU='));
  const roles = NODE_ROLES.filter((role) => units.includes(role));
  return roles.length === 1 ? (roles[0] ?? null) : null;
}

function isLowS(key: KeyObject, der: Uint8Array): boolean {
  const halfOrder = HALF_ORDERS[key.asymmetricKeyDetails?.namedCurve ?? ''];
  const s = secondInteger(der);
  return halfOrder !== undefined && s !== null && s <= halfOrder;
}

/** S of an ASN.1 DER SEQUENCE { INTEGER r, INTEGER s }. */
function secondInteger(der: Uint8Array): bigint | null {
  const rLength = der[3];
  if (der[0] !== 0x30 || der[2] !== 0x02 || rLength === undefined) return null;
  const start = 4 + rLength;
  const sLength = der[start + 1];
  if (der[start] !== 0x02 || !sLength || start + 2 + sLength !== der.length) return null;
  return BigInt(`0x${Buffer.from(der.subarray(start + 2)).toString('hex')}`);
}
