// The chaincode package and the three scripts with which a peer takes it apart.
import { expect } from 'chai';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  chaincodePackage,
  packageId,
  type ChaincodeAddress,
} from '../../../network/fabric/chaincode-package.js';
import { FABRIC_BUILDER } from '../../../network/repository.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const PLAIN: ChaincodeAddress = { label: 'escrow_1.0', address: '127.0.0.1:7052' };
const SECURED: ChaincodeAddress = {
  ...PLAIN,
  address: '10.0.0.7:7052',
  tls: { rootCert: 'root', clientCert: 'certificate', clientKey: 'key' },
};

describe('the chaincode package', () => {
  const dir = temporaryFolder();

  function unpack(bytes: Buffer, name: string): string {
    const folder = join(dir(), name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'archive'), bytes);
    execFileSync('tar', ['-xzf', 'archive'], { cwd: folder });
    return folder;
  }

  function connectionIn(address: ChaincodeAddress): Record<string, unknown> {
    const outer = unpack(chaincodePackage(address), 'package');
    const inner = unpack(readFileSync(join(outer, 'code.tar.gz')), 'code');
    return JSON.parse(readFileSync(join(inner, 'connection.json'), 'utf8')) as Record<string, unknown>;
  }

  it('holds its label and the address of the service, and no code', () => {
    const outer = unpack(chaincodePackage(PLAIN), 'package');
    const metadata: unknown = JSON.parse(readFileSync(join(outer, 'metadata.json'), 'utf8'));
    expect(metadata).to.deep.equal({ type: 'ccaas', label: 'escrow_1.0' });
    expect(connectionIn(PLAIN)).to.deep.equal({
      address: '127.0.0.1:7052',
      dial_timeout: '10s',
      tls_required: false,
    });
  });

  it('asks for TLS from both sides when the service is not on loopback', () => {
    expect(connectionIn(SECURED)).to.deep.include({
      tls_required: true,
      client_auth_required: true,
      client_key: 'key',
      client_cert: 'certificate',
      root_cert: 'root',
    });
  });

  it('has the same id at each start, and another one for another address', () => {
    const id = packageId('escrow_1.0', chaincodePackage(PLAIN));
    expect(id).to.match(/^escrow_1\.0:[0-9a-f]{64}$/);
    expect(packageId('escrow_1.0', chaincodePackage(PLAIN))).to.equal(id);
    expect(packageId('escrow_1.0', chaincodePackage(SECURED))).not.to.equal(id);
  });

  it('is taken by the builder, which puts the address where the peer looks for it', () => {
    const script = (name: string, ...args: string[]) =>
      spawnSync(join(FABRIC_BUILDER, 'bin', name), args, { encoding: 'utf8' });
    const metadata = unpack(chaincodePackage(PLAIN), 'package');
    const source = unpack(readFileSync(join(metadata, 'code.tar.gz')), 'code');
    const [output, release] = [join(dir(), 'output'), join(dir(), 'release')];
    for (const folder of [output, release]) mkdirSync(folder);
    expect(script('detect', source, metadata).status).to.equal(0);
    expect(script('build', source, metadata, output).status).to.equal(0);
    expect(script('release', output, release).status).to.equal(0);
    const released = readFileSync(join(release, 'chaincode', 'server', 'connection.json'), 'utf8');
    expect(released).to.equal(readFileSync(join(source, 'connection.json'), 'utf8'));
  });

  it('of another type, or without an address, is left alone by the builder', () => {
    const folder = join(dir(), 'other');
    mkdirSync(folder);
    writeFileSync(join(folder, 'metadata.json'), '{"type":"golang","label":"other"}');
    const run = (name: string) =>
      spawnSync(join(FABRIC_BUILDER, 'bin', name), [folder, folder, folder], { encoding: 'utf8' });
    expect(run('detect').status).not.to.equal(0);
    expect(run('build').status).not.to.equal(0);
    expect(run('build').stderr).to.contain('no connection.json');
  });

  it('finds its scripts executable, as the peer runs them', () => {
    for (const name of ['detect', 'build', 'release']) {
      expect(statSync(join(FABRIC_BUILDER, 'bin', name)).mode & 0o111, name).to.equal(0o111);
    }
  });
});
