// A population follows from its file: the same people, numbers and ids in every run.
import { expect } from 'chai';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAccountNumber } from '../../../chaincode/protocol/account-number.js';
import { DemoError } from '../../../demo/demo-error.js';
import { Journal } from '../../../demo/population/journal.js';
import { accountsOfClient, PopulationPlan } from '../../../demo/population/plan.js';
import type { DemoContext } from '../../../demo/context.js';
import { temporaryFolder } from '../../network/support/temporary-folder.js';

const SIZE = { banks: 2, clients: 3, accounts: 4, offers: 0 };
const LENGTH = { listLength: 5 };
const BANKS = [{ bankId: '10' }, { bankId: '20' }];

describe('plan of a population', () => {
  const folder = temporaryFolder();
  const open = (size = SIZE) =>
    // The folder is all that a plan uses of it.
    PopulationPlan.open({ dir: folder() } as DemoContext, size, LENGTH);
  const clientsOf = (plan: PopulationPlan) => BANKS.flatMap((bank, place) => plan.clientsOf(bank, place));

  it('clients have from one account to the most, evenly', () => {
    const counts = (clients: number, accounts: number): number[] =>
      Array.from({ length: clients }, (_, index) => accountsOfClient({ clients, accounts }, index));
    expect(counts(3, 3)).to.deep.equal([1, 2, 3]);
    expect(counts(4, 2)).to.deep.equal([1, 1, 2, 2]);
    expect(counts(1, 7)).to.deep.equal([7]);
    expect(counts(100, 100).reduce((sum, count) => sum + count)).to.equal(5_050);
  });

  it('opened again it is the same, to the last id', async () => {
    const [first, again] = [await open(), await open()];
    expect(clientsOf(again)).to.deep.equal(clientsOf(first));
    expect(again.id('offer', '1')).to.equal(first.id('offer', '1'));
    expect(again.listLength).to.equal(LENGTH.listLength);
  });

  it('every account is well made, of its bank, and has ids of its own', async () => {
    const clients = clientsOf(await open());
    const accounts = clients.flatMap((client) => client.accounts);
    expect(accounts.map(({ number }) => isAccountNumber(number))).to.not.include(false);
    expect(accounts.map(({ bank, number }) => number.startsWith(bank))).to.not.include(false);
    const own = accounts.flatMap(({ number, link, operation }) => [number, link, operation]);
    expect(new Set(own).size).to.equal(own.length);
    for (const { holder, person, accounts: of } of clients) {
      expect(new Set(of.map((account) => `${account.holder} ${account.person}`))).to.deep.equal(
        new Set([`${holder} ${person.id}`]),
      );
    }
  });

  it('another size has people of its own, and keys are for the owner of the file alone', async () => {
    const [plan, other] = [await open(), await open({ ...SIZE, offers: 1 })];
    const ids = [...clientsOf(plan), ...clientsOf(other)].map(({ person }) => person.id);
    expect(new Set(ids).size).to.equal(12);
    expect(statSync(join(plan.folder, 'plan.json')).mode & 0o077).to.equal(0);
  });

  it('says which file it cannot read', async () => {
    const { folder: place } = await open();
    writeFileSync(join(place, 'plan.json'), '{}');
    const failure = await open().catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(DemoError);
    expect(String(failure)).to.include(join(place, 'plan.json'));
  });
});

describe('journal of a population', () => {
  const folder = temporaryFolder();
  const LIFE = { lifeMs: 60_000 };

  it('keeps when a list was begun, and that it is done, for the next run', () => {
    const journal = Journal.open(folder());
    const at = journal.begin('accounts/10/0', LIFE);
    const next = Journal.open(folder());
    expect(next.begin('accounts/10/0', LIFE)).to.equal(at);
    expect(next.isDone('accounts/10/0')).to.equal(false);
    next.finish('accounts/10/0');
    expect(Journal.open(folder()).isDone('accounts/10/0')).to.equal(true);
  });

  it('begins anew what was signed too long ago', () => {
    const old = { kind: 'begun', list: 'accounts/10/0', at: Date.now() - LIFE.lifeMs };
    writeFileSync(join(folder(), 'journal.jsonl'), `${JSON.stringify(old)}\n`);
    expect(Journal.open(folder()).begin('accounts/10/0', LIFE)).to.be.greaterThan(old.at);
  });
});
