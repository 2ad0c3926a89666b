// What happens to one API key at once does not undo one another.
import { expect } from 'chai';
import { ApiKeys } from '../../../gateway/api-keys/api-keys.js';
import { systemClock } from '../../../gateway/clock.js';
import { Refused } from '../../../gateway/refused.js';
import type { ApiKeyRecords } from '../../../gateway/store/api-keys.js';
import { ApiKeyTable } from '../../../gateway/store/postgres/api-key-table.js';
import { inDatabase } from '../../support/database.js';

const LIMIT_MS = 60_000;
const FAR = 4_102_444_800_000;
const WISH = { member: 'MarketplaceMSP', scopes: ['quotes'], label: 'test', expiresAt: FAR };

async function codeOf(attempt: Promise<unknown>): Promise<string> {
  return attempt.then(
    () => 'ok',
    (error: unknown) => (error instanceof Refused ? error.code : String(error)),
  );
}

describe('API keys', function () {
  this.timeout(LIMIT_MS);

  it('one that is revoked while a use of it is checked stays revoked', () =>
    inDatabase(async (database) => {
      const table = new ApiKeyTable(database);
      const keys = new ApiKeys(table, systemClock);
      const { key, record } = await keys.issue(WISH);
      // Between the look at the record and the note of its use.
      const slow: ApiKeyRecords = {
        find: async (id) => {
          const found = await table.find(id);
          await keys.revoke(id);
          return found;
        },
        list: () => table.list(),
        add: (added) => table.add(added),
        noteUse: (id, at) => table.noteUse(id, at),
        revoke: (id, at) => table.revoke(id, at),
        replace: (id, successor, endsAt) => table.replace(id, successor, endsAt),
      };
      await new ApiKeys(slow, systemClock).check(key);
      expect((await table.find(record.id))?.revokedAt).to.be.a('number');
      expect(await keys.check(key)).to.equal(null);
    }));

  it('of many rotations at once one makes a successor, and nothing of the others stays', () =>
    inDatabase(async (database) => {
      const keys = new ApiKeys(new ApiKeyTable(database), systemClock);
      const { record } = await keys.issue(WISH);
      const attempts = await Promise.all([1, 2, 3, 4].map(() => codeOf(keys.rotate(record.id, FAR))));
      expect(attempts.sort()).to.deep.equal(['WRONG_STATE', 'WRONG_STATE', 'WRONG_STATE', 'ok']);
      const all = await keys.list();
      expect(all).to.have.length(2);
      const old = all.find(({ id }) => id === record.id);
      expect(all.map(({ id }) => id)).to.include(old?.replacedBy);
    }));

  it('one that was revoked has no successor, and is revoked when it was first', () =>
    inDatabase(async (database) => {
      const table = new ApiKeyTable(database);
      const keys = new ApiKeys(table, systemClock);
      const { record } = await keys.issue(WISH);
      await table.revoke(record.id, 5);
      expect((await keys.revoke(record.id)).revokedAt).to.equal(5);
      expect(await codeOf(keys.rotate(record.id, FAR))).to.equal('WRONG_STATE');
      expect(await codeOf(keys.revoke('none'))).to.equal('NOT_FOUND');
      expect(await keys.list()).to.have.length(1);
    }));

  it('one that came by configuration and was revoked stays so at the next start', () =>
    inDatabase(async (database) => {
      const keys = new ApiKeys(new ApiKeyTable(database), systemClock);
      const known = { ...WISH, id: '0123456789abcdef', hash: '0'.repeat(64) };
      await keys.adopt(known);
      await keys.revoke(known.id);
      await keys.adopt({ ...known, label: 'anew' });
      const [only] = await keys.list();
      expect(only).to.include({ label: 'test' }).and.to.have.property('revokedAt').a('number');
    }));
});
