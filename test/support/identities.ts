// Makes members' identities in memory: an issuing authority, a peer and clients, with NodeOUs as Fabric wants them.
// It must not write anything to disk.
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { createPrivateKey, webcrypto } from 'node:crypto';

x509.cryptoProvider.set(webcrypto);

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const day = 24 * 3_600_000;
/** Fabric CA's extension that carries attributes as JSON. */
const attributesOid = '1.2.3.4.5.6.7.8.1';

export interface MadeIdentity {
  mspId: string;
  certPem: string;
  keyPem: string;
}

export interface IdentityRequest {
  name: string;
  /** Organisational units; a role such as 'client' must be among them to count. */
  units: readonly string[];
  attributes?: Readonly<Record<string, string>>;
  notAfter?: Date;
}

export interface MadeOrganisation {
  mspId: string;
  caCertPem: string;
  peer: MadeIdentity;
  issue(request: IdentityRequest): Promise<MadeIdentity>;
  /** A revocation list of these certificates. */
  revoke(identities: readonly MadeIdentity[]): Promise<string>;
}

export async function makeOrganisation(mspId: string): Promise<MadeOrganisation> {
  const keys = await newKeys();
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: `CN=ca.${mspId}, O=${mspId}`,
    notBefore: new Date(Date.now() - day),
    notAfter: new Date(Date.now() + 365 * day),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const issue = async (request: IdentityRequest): Promise<MadeIdentity> => {
    const own = await newKeys();
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: serial(),
      subject: new x509.Name([
        { CN: [request.name] },
        ...request.units.map((unit) => ({ OU: [unit] })),
      ]).toString(),
      issuer: ca.subject,
      notBefore: new Date(Date.now() - day),
      notAfter: request.notAfter ?? new Date(Date.now() + 100 * day),
      signingAlgorithm: algorithm,
      publicKey: own.publicKey,
      signingKey: keys.privateKey,
      extensions: [
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        await x509.AuthorityKeyIdentifierExtension.create(keys.publicKey),
        ...attributeExtension(request.attributes),
      ],
    });
    return { mspId, certPem: certificate.toString('pem'), keyPem: await privatePem(own.privateKey) };
  };
  const revoke = async (identities: readonly MadeIdentity[]): Promise<string> => {
    const list = await x509.X509CrlGenerator.create({
      issuer: ca.subject,
      thisUpdate: new Date(),
      signingAlgorithm: algorithm,
      signingKey: keys.privateKey,
      entries: identities.map(({ certPem }) => ({
        serialNumber: new x509.X509Certificate(certPem).serialNumber,
        revocationDate: new Date(),
      })),
    });
    return list.toString('pem');
  };
  const peer = await issue({ name: `peer0.${mspId}`, units: ['peer'] });
  return { mspId, caCertPem: ca.toString('pem'), peer, issue, revoke };
}

function attributeExtension(attributes: Readonly<Record<string, string>> | undefined): x509.Extension[] {
  if (!attributes) return [];
  return [new x509.Extension(attributesOid, false, Buffer.from(JSON.stringify({ attrs: attributes })))];
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

async function privatePem(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key));
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({
    format: 'pem',
    type: 'pkcs8',
  }) as string;
}

function serial(): string {
  return Buffer.from(webcrypto.getRandomValues(new Uint8Array(12)))
    .toString('hex')
    .replace(/^[89a-f]/, '1');
}
