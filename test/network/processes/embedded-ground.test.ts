// The embedded ground as processes: up with the real ledger, back after a kill, nothing left after down.
import { expect } from 'chai';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:tls';
import { join } from 'node:path';
import { readConsortium } from '../../../network/consortium.js';
import { EmbeddedGround } from '../../../network/grounds/embedded.js';
import { readLedgerConfig } from '../../../ledger/ledger-config.js';
import { ensureIdentities } from '../../../network/identity/organisation.js';
import type { ProcessStatus } from '../../../network/processes/managed-process.js';
import { isRunning } from '../../../network/processes/process-mark.js';
import { Supervisor } from '../../../network/processes/supervisor.js';
import { SystemFolder } from '../../../network/processes/system-folder.js';
import { consecutivePorts } from '../../support/consecutive-ports.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const CONTRACT = `
  const { Contract } = require(${JSON.stringify(require.resolve('fabric-contract-api'))});
  class Assets extends Contract { async put(ctx, key, value) { await ctx.stub.putState(key, Buffer.from(value)); } }
  exports.contracts = [Assets];`;

describe('the embedded ground', () => {
  let ground: EmbeddedGround | null = null;
  afterEach(async () => {
    await ground?.down();
  });
  // Registered after the stop above: the folder goes last.
  const dir = temporaryFolder();

  async function make(): Promise<EmbeddedGround> {
    const folder = new SystemFolder(join(dir(), 'system'));
    folder.prepare();
    const chaincodePackage = join(dir(), 'chaincode');
    mkdirSync(chaincodePackage);
    writeFileSync(
      join(chaincodePackage, 'package.json'),
      '{"name":"assets","version":"1.0.0","main":"index.js"}',
    );
    writeFileSync(join(chaincodePackage, 'index.js'), CONTRACT);
    const portBase = await consecutivePorts();
    const consortium = readConsortium('network/consortium.yaml', { portBase });
    await ensureIdentities(folder.organizations, consortium);
    const supervisor = new Supervisor(folder, { consortiumFile: '', portBase });
    ground = new EmbeddedGround({ folder, consortium, supervisor, chaincodePackage });
    return ground;
  }

  /** The names that the certificate of the peer at the address is for, checked against its TLS root. */
  function namesAt(address: string, rootPath: string, servername: string): Promise<string | null> {
    const [host = '', port = ''] = address.split(':');
    return new Promise((resolve, reject) => {
      const ca = readFileSync(rootPath);
      const socket = connect({ host, port: Number(port), ca, servername, ALPNProtocols: ['h2'] }, () => {
        resolve(socket.getPeerCertificate().subjectaltname ?? null);
        socket.destroy();
      });
      socket.once('error', reject);
    });
  }

  function pidsOf(states: readonly ProcessStatus[]): number[] {
    return states.map(({ pid }) => pid ?? 0);
  }

  it("serves every member under its own TLS certificate, and 'down' leaves no process", async () => {
    const made = await make();
    expect(made.ready()).to.equal(false);
    const { members } = await made.up();
    expect(made.ready()).to.equal(true);
    expect(members.map(({ mspId }) => mspId)).to.deep.equal([
      'MarketplaceMSP',
      'BankAMSP',
      'BankBMSP',
      'CourierMSP',
    ]);
    for (const { peerAddress, tlsRootCertPath, hostOverride } of members) {
      expect(await namesAt(peerAddress, tlsRootCertPath, hostOverride)).to.include(`DNS:${hostOverride}`);
    }
    const pids = pidsOf(made.status());
    await made.down();
    expect(pids.filter((pid) => isRunning({ pid }))).to.deep.equal([]);
  });

  it('gives the ledger the window, the policy of agreements and a folder that others cannot enter', async () => {
    const made = await make();
    await made.up();
    const folder = new SystemFolder(join(dir(), 'system'));
    const config = readLedgerConfig(folder.configFile('ledger'));
    expect(config.timeWindowMs).to.equal(3000);
    expect(config.policies).to.have.property('Agreement').that.includes("AND('MarketplaceMSP.peer'");
    expect(config.chaincodes[0]?.endorsementPolicy).to.equal('/Channel/Application/Agreement');
    const collections = config.chaincodes[0]?.collections ?? [];
    const members = ['MarketplaceMSP', 'BankAMSP', 'BankBMSP', 'CourierMSP'];
    expect(collections.map(({ name }) => name)).to.deep.equal(members.map((mspId) => `own_${mspId}`));
    expect(config.faultSocketPath).to.equal(undefined);
    expect(statSync(folder.dir).mode & 0o077).to.equal(0);
  });

  it('says before it starts which ports it will listen on, the chaincode on loopback', async () => {
    const made = await make();
    const ports = made.neededPorts();
    expect(ports.map(({ purpose }) => purpose)).to.deep.equal([
      'Marketplace, peer',
      'Bank A, peer',
      'Bank B, peer',
      'Courier, peer',
      'chaincode',
    ]);
    expect(ports.at(-1)?.host).to.equal('127.0.0.1');
  });

  it('names the mistake if the ledger refuses to start', async () => {
    const made = await make();
    writeFileSync(join(dir(), 'system', 'ledger', 'store'), 'a file stands in the way');
    let sentence = '';
    await made.up().catch((error: unknown) => {
      sentence = error instanceof Error ? error.message : '';
    });
    expect(sentence).to.match(
      /^The process "ledger" ended before it was ready; see its log .+ledger\.log: ./,
    );
  });

  it('comes up again in the folder that it left', async () => {
    const made = await make();
    await made.up();
    const first = pidsOf(made.status());
    await made.down();
    await made.up();
    expect(made.ready()).to.equal(true);
    expect(made.status()).to.have.length(2);
    expect(pidsOf(made.status())).not.to.have.members(first);
  });
});
