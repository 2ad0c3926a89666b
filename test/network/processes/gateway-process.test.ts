// What each gateway process gets: the keys of its own organisation alone, in the agreed shape.
import { expect } from 'chai';
import { readFileSync, statSync } from 'node:fs';
import { readGatewayConfig } from '../../../gateway/protocol/gateway-config.js';
import { readConsortium } from '../../../network/consortium.js';
import { EmbeddedGround } from '../../../network/grounds/embedded.js';
import { prepareGateway } from '../../../network/processes/gateway-process.js';
import { Supervisor } from '../../../network/processes/supervisor.js';
import { SystemFolder } from '../../../network/processes/system-folder.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('the process of a gateway', () => {
  const dir = temporaryFolder();

  function plan() {
    const folder = new SystemFolder(dir());
    const consortium = readConsortium('network/consortium.yaml', { portBase: 30_000 });
    const supervisor = new Supervisor(folder, { consortiumFile: '', portBase: 30_000 });
    const ground = new EmbeddedGround({ folder, consortium, supervisor }).addresses();
    return { folder, consortium, ground };
  }

  it('reads a configuration of the shape that the gateway states', () => {
    const given = plan();
    for (const member of given.consortium.members) {
      const { args } = prepareGateway(given, member);
      const config = readGatewayConfig(args.at(-1) ?? '');
      expect(config.organisation.mspId).to.equal(member.mspId);
      expect(config.ledger.address).to.equal(`127.0.0.1:${30_001 + member.portOffset}`);
      expect(config.admin.port).to.equal(30_004 + member.portOffset);
      expect(config.simulator !== undefined).to.equal(member.kind === 'bank');
      expect(config.members).to.have.length(4);
    }
  });

  it("names keys of its own organisation's folder only", () => {
    const given = plan();
    for (const member of given.consortium.members) {
      const { args } = prepareGateway(given, member);
      const text = readFileSync(args.at(-1) ?? '', 'utf8');
      const domains = [...text.matchAll(/Organizations\/([a-z0-9.-]+)\//g)].map(([, domain]) => domain);
      expect(new Set(domains)).to.deep.equal(new Set([member.domain]));
    }
  });

  it('gets a token that others cannot read, and the same one again after a restart', () => {
    const given = plan();
    const [marketplace, bankA] = given.consortium.members;
    if (marketplace === undefined || bankA === undefined) throw new Error('members are missing');
    prepareGateway(given, marketplace);
    prepareGateway(given, bankA);
    const path = given.folder.adminToken(bankA);
    const token = readFileSync(path, 'utf8');
    expect(token.trim()).to.match(/^[A-Za-z0-9_-]{43}$/);
    expect(token).not.to.equal(readFileSync(given.folder.adminToken(marketplace), 'utf8'));
    expect(statSync(path).mode & 0o777).to.equal(0o600);
    prepareGateway(given, bankA);
    expect(readFileSync(path, 'utf8')).to.equal(token);
  });
});
