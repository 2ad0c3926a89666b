// As whom PostgreSQL is started, by what the machine can do; and whose databases are named by the operator.
import { expect } from 'chai';
import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readConsortium } from '../../../network/consortium.js';
import { databasePlace, databaseVariable } from '../../../network/postgres/databases.js';
import { giveTo, type Machine, runAs } from '../../../network/postgres/run-as.js';
import { SystemFolder } from '../../../network/processes/system-folder.js';
import { SetupError } from '../../../network/setup-error.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const PASSWD = 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65533:nobody:/:/usr/sbin/nologin\n';

function machine(has: readonly string[], isRoot = true): Machine {
  return { isRoot, succeeds: (command) => has.includes(command), passwd: () => PASSWD };
}

describe('PostgreSQL is started', () => {
  const dir = temporaryFolder();
  const nowhere = '/nowhere/data';

  it('as oneself by anybody but root, and ends with its starter where that can be had', () => {
    expect(runAs(nowhere, machine(['setpriv', 'unshare'], false))).to.deep.equal({
      prefix: ['setpriv', '--pdeathsig', 'INT'],
      owner: null,
    });
    expect(runAs(nowhere, machine([], false))).to.deep.equal({ prefix: [], owner: null });
  });

  it('in a user namespace by root', () => {
    const { prefix, owner } = runAs(nowhere, machine(['setpriv', 'unshare']));
    expect(prefix.slice(0, 2)).to.deep.equal(['unshare', '--user']);
    expect(prefix.slice(-3)).to.deep.equal(['setpriv', '--pdeathsig', 'INT']);
    expect(owner).to.equal(null);
  });

  it('as nobody by root where there are no user namespaces', () => {
    const { prefix, owner } = runAs(nowhere, machine(['setpriv']));
    expect(prefix.slice(0, 3)).to.deep.equal(['setpriv', '--reuid=65534', '--regid=65533']);
    expect(owner).to.deep.equal({ uid: 65_534, gid: 65_533 });
  });

  it('by root in no third way: one sentence says what to do', () => {
    expect(() => runAs(nowhere, machine([]))).to.throw(SetupError, /start the system as another user/);
  });

  it('never as nobody on the files of root', () => {
    if (process.getuid?.() !== 0) return;
    expect(() => runAs(dir(), machine(['setpriv']))).to.throw(SetupError, /belongs to root/);
  });

  it('as nobody only where nobody can pass to the files', () => {
    if (process.getuid?.() !== 0) return;
    const nobody = runAs(nowhere, machine(['setpriv']));
    const closed = join(dir(), 'closed');
    const root = join(closed, 'system');
    const data = join(root, 'databases', 'data');
    mkdirSync(data, { recursive: true, mode: 0o700 });
    chmodSync(dir(), 0o711);
    expect(() => {
      giveTo(nobody, [data], root);
    }).to.throw(SetupError, `may not pass through ${closed}`);
    chmodSync(closed, 0o711);
    giveTo(nobody, [data], root);
    expect(statSync(data)).to.deep.include({ uid: 65_534, gid: 65_533 });
    expect(statSync(root).mode & 0o777).to.equal(0o711);
    expect(statSync(data).mode & 0o777).to.equal(0o700);
  });
});

describe("a member's database", () => {
  const consortium = readConsortium('network/consortium.yaml');
  const [marketplace, bankA] = consortium.members;
  if (marketplace === undefined || bankA === undefined) throw new Error('members are missing');
  const place = { folder: new SystemFolder('/nowhere'), consortium };
  const url = 'postgres://user:secret@db.example/forescrow';

  it('is a local server unless the operator names another, by environment before the file', () => {
    expect(databasePlace(place, bankA, {}).kind).to.equal('local');
    expect(databasePlace(place, { ...bankA, databaseUrl: 'postgres://file/db' }, {})).to.deep.equal({
      kind: 'named',
      url: 'postgres://file/db',
    });
    const environment = { DATABASE_URL_BANK_A_EXAMPLE: url };
    expect(databasePlace(place, { ...bankA, databaseUrl: 'postgres://file/db' }, environment)).to.deep.equal({
      kind: 'named',
      url,
    });
    expect(databasePlace(place, marketplace, environment).kind).to.equal('local');
  });

  it('is refused with one sentence that does not repeat the address if it is none', () => {
    const environment = { DATABASE_URL_BANK_A_EXAMPLE: 'mysql://user:secret@db' };
    expect(() => databasePlace(place, bankA, environment))
      .to.throw(SetupError, /correct the variable DATABASE_URL_BANK_A_EXAMPLE/)
      .with.property('message')
      .not.include('secret');
  });

  it('is refused where one variable would name the databases of two', () => {
    const twin = { ...marketplace, domain: 'bank.a.example' };
    const both = { ...place, consortium: { ...consortium, members: [twin, bankA] } };
    expect(databaseVariable(twin)).to.equal(databaseVariable(bankA));
    expect(() => databasePlace(both, bankA, { DATABASE_URL_BANK_A_EXAMPLE: url })).to.throw(
      SetupError,
      /would name the database of both Bank A and Marketplace/,
    );
  });
});
