// The tree of identities: what Fabric's peers require of it, that it is completed and never replaced.
import { expect } from 'chai';
import { X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ClientIdentity, type ChaincodeStub } from 'fabric-shim';
import { readConsortium, type Member } from '../../../network/consortium.js';
import { createAuthority, hasLowS } from '../../../network/identity/certificates.js';
import { organisationTree, USER_NAMES } from '../../../network/identity/layout.js';
import { ensureOrganisation } from '../../../network/identity/organisation.js';
import { SetupError } from '../../../network/setup-error.js';
import { X509Certificate as ParsedCertificate } from '@peculiar/x509';
import { temporaryFolder } from '../support/temporary-folder.js';

const NOW = new Date('2026-11-21T12:00:00Z');
const YEAR_MS = 365 * 86_400_000;
const bankA = memberOf('BankAMSP');

function memberOf(mspId: string): Member {
  const member = readConsortium('network/consortium.yaml').members.find((one) => one.mspId === mspId);
  if (member === undefined) throw new Error(`no ${mspId}`);
  return member;
}

function files(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}

function certificate(path: string): X509Certificate {
  return new X509Certificate(readFileSync(path));
}

async function rejection(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    expect(error).to.be.instanceOf(SetupError);
    return error instanceof Error ? error.message : '';
  }
  return 'no rejection';
}

describe('identities of an organisation', () => {
  const dir = temporaryFolder();
  const tree = () => organisationTree(dir(), bankA);
  const ensure = (now = NOW) => ensureOrganisation(dir(), bankA, { now });
  const signing = () => [
    { files: tree().peer.signing, unit: 'peer' },
    { files: tree().orderer.signing, unit: 'orderer' },
    { files: tree().users.Admin.signing, unit: 'admin' },
    { files: tree().users.Gateway.signing, unit: 'client' },
    { files: tree().users.Worker.signing, unit: 'client' },
  ];

  it('lie where Fabric tools put and look for them', async () => {
    await ensure();
    const peer = 'peerOrganizations/bank-a.example/peers/peer0.bank-a.example';
    const gateway = 'peerOrganizations/bank-a.example/users/Gateway@bank-a.example';
    const orderer = 'ordererOrganizations/bank-a.example/orderers/orderer.bank-a.example';
    expect(files(dir())).to.include.members([
      'peerOrganizations/bank-a.example/ca/ca.bank-a.example-cert.pem',
      'peerOrganizations/bank-a.example/tlsca/tlsca.bank-a.example-cert.pem',
      'peerOrganizations/bank-a.example/msp/config.yaml',
      'peerOrganizations/bank-a.example/msp/cacerts/ca.bank-a.example-cert.pem',
      'peerOrganizations/bank-a.example/msp/tlscacerts/tlsca.bank-a.example-cert.pem',
      `${peer}/msp/config.yaml`,
      `${peer}/msp/keystore/priv_sk`,
      `${peer}/msp/signcerts/peer0.bank-a.example-cert.pem`,
      `${peer}/tls/ca.crt`,
      `${peer}/tls/server.crt`,
      `${peer}/tls/server.key`,
      `${gateway}/msp/signcerts/Gateway@bank-a.example-cert.pem`,
      `${gateway}/tls/client.crt`,
      'ordererOrganizations/bank-a.example/msp/config.yaml',
      `${orderer}/msp/keystore/priv_sk`,
      `${orderer}/tls/server.key`,
    ]);
    const named =
      /Certificate: (.+)/.exec(readFileSync(join(tree().mspDir, 'config.yaml'), 'utf8'))?.[1] ?? '';
    expect(existsSync(join(tree().mspDir, named))).to.equal(true);
  });

  it('have exactly one role each, as their one organisational unit', async () => {
    await ensure();
    for (const {
      files: { certPath },
      unit,
    } of signing()) {
      const units = certificate(certPath)
        .subject.split('\n')
        .filter((part) => part.startsWith('OU='));
      expect(units, certPath).to.deep.equal([`OU=${unit}`]);
    }
  });

  it('chain to their own authority, and TLS certificates to the other one', async () => {
    await ensure();
    const ca = certificate(tree().ca.certPath);
    const tlsCa = certificate(tree().tlsCa.certPath);
    for (const {
      files: { certPath },
    } of signing()) {
      expect(certificate(certPath).verify(ca.publicKey), certPath).to.equal(true);
      expect(certificate(certPath).ca, certPath).to.equal(false);
    }
    const server = certificate(tree().peer.tls.certPath);
    expect(server.verify(tlsCa.publicKey)).to.equal(true);
    expect(server.verify(ca.publicKey)).to.equal(false);
    expect(ca.ca && tlsCa.ca).to.equal(true);
  });

  it('answer under localhost, the loopback addresses and the names of peer and orderer', async () => {
    await ensure();
    const peer = certificate(tree().peer.tls.certPath);
    expect(peer.checkHost('localhost')).to.equal('localhost');
    expect(peer.checkHost('peer0.bank-a.example')).to.equal('peer0.bank-a.example');
    expect(peer.checkIP('127.0.0.1')).to.equal('127.0.0.1');
    expect(certificate(tree().orderer.tls.certPath).checkHost('orderer.bank-a.example')).to.be.a('string');
  });

  it('carry their role as an attribute that chaincode can read', async () => {
    await ensure();
    for (const user of USER_NAMES) {
      const pem = readFileSync(tree().users[user].signing.certPath);
      const creator = { mspid: 'BankAMSP', idBytes: new Uint8Array(pem) };
      const stub = {
        getCreator: () => creator,
        getChannelID: () => 'escrow',
        getTxID: () => 'tx',
      } as unknown as ChaincodeStub;
      const identity = new ClientIdentity(stub);
      expect(identity.getAttributeValue('forescrow.role')).to.equal(user.toLowerCase());
      expect(identity.getAttributeValue('hf.EnrollmentID')).to.equal(user.toLowerCase());
    }
  });

  it('keep every private key from other users of the machine', async () => {
    await ensure();
    const keys = files(dir()).filter((file) => file.endsWith('priv_sk') || file.endsWith('.key'));
    expect(keys).to.have.length(15);
    for (const key of keys) expect(statSync(join(dir(), key)).mode & 0o777, key).to.equal(0o600);
  });

  it('are signed with a low S, so that peers need not rewrite them', async () => {
    await ensure();
    for (const {
      files: { certPath },
    } of signing()) {
      const parsed = new ParsedCertificate(readFileSync(certPath, 'utf8'));
      expect(hasLowS(Buffer.from(parsed.signature)), certPath).to.equal(true);
    }
    const high = Buffer.from(`30250201010220${'ff'.repeat(4)}${'00'.repeat(4)}${'ff'.repeat(24)}`, 'hex');
    expect(hasLowS(high)).to.equal(false);
  });

  it('have serial numbers of their own and live one year, authorities ten', async () => {
    await ensure();
    const serials = signing().map(({ files: { certPath } }) => certificate(certPath).serialNumber);
    expect(new Set(serials).size).to.equal(serials.length);
    const lifeOf = ({ validFrom, validTo }: X509Certificate) => Date.parse(validTo) - Date.parse(validFrom);
    expect(lifeOf(certificate(tree().peer.signing.certPath))).to.equal(YEAR_MS);
    expect(lifeOf(certificate(tree().ca.certPath))).to.equal(10 * YEAR_MS);
  });

  it('are reused as they are', async () => {
    const issued = await ensure();
    const before = files(dir()).map((file) => readFileSync(join(dir(), file), 'utf8'));
    expect(issued).to.have.length(15);
    expect(await ensure()).to.deep.equal([]);
    expect(files(dir()).map((file) => readFileSync(join(dir(), file), 'utf8'))).to.deep.equal(before);
  });

  it('are completed where the tree has gaps, the rest untouched', async () => {
    await ensure();
    const peerBefore = readFileSync(tree().peer.signing.certPath, 'utf8');
    const { signing: worker } = tree().users.Worker;
    rmSync(worker.certPath);
    rmSync(join(tree().peer.mspDir, 'config.yaml'));
    expect(await ensure()).to.deep.equal([worker.certPath]);
    expect(certificate(worker.certPath).verify(certificate(tree().ca.certPath).publicKey)).to.equal(true);
    expect(existsSync(join(tree().peer.mspDir, 'config.yaml'))).to.equal(true);
    expect(readFileSync(tree().peer.signing.certPath, 'utf8')).to.equal(peerBefore);
  });

  it('of a member that keeps its authority elsewhere need no authority key while they are whole', async () => {
    await ensure();
    rmSync(tree().ca.keyPath);
    rmSync(tree().tlsCa.keyPath);
    expect(await ensure()).to.deep.equal([]);
    rmSync(tree().peer.signing.certPath);
    expect(await rejection(ensure())).to.include(`the authority's key ${tree().ca.keyPath} is not there`);
  });

  it('that have expired are named with the date and the remedy', async () => {
    await ensure();
    const sentence = await rejection(ensure(new Date(NOW.getTime() + YEAR_MS)));
    expect(sentence).to.match(
      /peer0\.bank-a\.example-cert\.pem expired on 2027-11-21T11:55:00\.000Z; have it renewed/,
    );
  });

  it('from the future point at the clock', async () => {
    await ensure();
    expect(await rejection(ensure(new Date('2020-01-01')))).to.match(
      /is not valid before .+ check this machine's clock/,
    );
  });

  it('of another authority are refused, not replaced', async () => {
    await ensure();
    const foreign = await createAuthority({ commonName: 'ca.bank-a.example', organisation: 'Bank A' }, NOW);
    writeFileSync(tree().ca.certPath, foreign.certPem);
    expect(await rejection(ensure())).to.include("was not issued by its organisation's authority");
  });

  it('with a foreign key are refused', async () => {
    await ensure();
    writeFileSync(tree().peer.signing.keyPath, readFileSync(tree().orderer.signing.keyPath));
    expect(await rejection(ensure())).to.include('does not belong to the certificate');
  });
});
