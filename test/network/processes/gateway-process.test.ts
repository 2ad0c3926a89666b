// What each gateway process gets: the keys of its own organisation alone, in the agreed shape.
import { expect } from 'chai';
import { readFileSync, statSync } from 'node:fs';
import { readGatewayConfig } from '../../../gateway/protocol/gateway-config.js';
import { readConsortium, type Member } from '../../../network/consortium.js';
import { EmbeddedGround } from '../../../network/grounds/embedded.js';
import { databasePlace } from '../../../network/postgres/databases.js';
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
    const database = (member: Member) => databasePlace({ folder, consortium }, member, {});
    return { folder, consortium, ground, database };
  }

  it('reads a configuration of the shape that the gateway states', () => {
    const given = plan();
    for (const member of given.consortium.members) {
      const { args } = prepareGateway(given, member);
      const config = readGatewayConfig(args.at(-1) ?? '');
      expect(config.organisation.mspId).to.equal(member.mspId);
      expect(config.ledger.address).to.equal(`127.0.0.1:${30_001 + member.portOffset}`);
      expect(config.admin.port).to.equal(30_011 + member.portOffset);
      expect(config.simulator !== undefined).to.equal(member.kind === 'bank');
      expect(config.members).to.have.length(4);
    }
  });

  it("names its own organisation's folder only, but for the authorities of members that it meets", () => {
    const given = plan();
    for (const member of given.consortium.members) {
      const { args } = prepareGateway(given, member);
      const text = readFileSync(args.at(-1) ?? '', 'utf8');
      const places = text.matchAll(
        /Organizations\/([a-z0-9.-]+)\/(?!(?:tls)?ca\/(?:tls)?ca\.[a-z0-9.-]+-cert\.pem)/g,
      );
      const domains = [...places].map(([, domain]) => domain);
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

  it("is given a named database's address by its own environment, and no file holds it", () => {
    const url = 'postgres://forescrow:very-secret@db.example/bank';
    const given = plan();
    const database = () => ({ kind: 'named', url }) as const;
    for (const member of given.consortium.members) {
      const { args, env } = prepareGateway({ ...given, database }, member);
      expect(env).to.deep.equal({ DATABASE_URL: url });
      const file = args.at(-1) ?? '';
      expect(readFileSync(file, 'utf8')).not.to.include('very-secret');
      expect(readGatewayConfig(file, env).database).to.deep.equal({ url });
    }
    expect(prepareGateway(given, given.consortium.members[0] as Member).env).to.equal(undefined); // there are four
  });
});
