// Refund keys lie sealed in the marketplace's database, and open for their own deal and bank alone.
import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readVaultKey, RefundKeyVault } from '../../../gateway/partner/refund-key-vault.js';
import { RefundKeyTable } from '../../../gateway/store/postgres/refund-key-table.js';
import { inDatabase } from '../../support/database.js';
import { inTemporaryFolder } from '../support/temporary-folder.js';

const KEY = Buffer.alloc(32, 5);
const REFUND_KEY = 'refundkeyrefundkeyrefundkeyrefundkeyrefundk';
const LIMIT_MS = 60_000;

describe('the vault of refund keys', function () {
  this.timeout(LIMIT_MS);

  it('gives back what was kept for a deal and a bank, to the next process as well, and nothing for others', () =>
    inDatabase(async (database) => {
      const vault = new RefundKeyVault(new RefundKeyTable(database), KEY);
      expect(await vault.find('deal_1', '10')).to.equal(null);
      await vault.keep('deal_1', '10', REFUND_KEY);
      const next = new RefundKeyVault(new RefundKeyTable(database), KEY);
      expect(await next.find('deal_1', '10')).to.equal(REFUND_KEY);
      expect(await next.find('deal_1', '20')).to.equal(null);
      expect(await next.find('deal_2', '10')).to.equal(null);
    }));

  it('stores no key in the clear, and the same key twice differently', () =>
    inDatabase(async (database) => {
      const records = new RefundKeyTable(database);
      const vault = new RefundKeyVault(records, KEY);
      await vault.keep('deal_1', '10', REFUND_KEY);
      const first = (await records.find('deal_1', '10')) ?? '';
      await vault.keep('deal_1', '10', REFUND_KEY);
      const second = (await records.find('deal_1', '10')) ?? '';
      expect(first).to.not.equal(second);
      for (const sealed of [first, second]) {
        expect(Buffer.from(sealed, 'base64url').toString('latin1')).to.not.include(REFUND_KEY);
      }
    }));

  it('opens nothing that was moved to another deal or bank, altered, or sealed under another key', () =>
    inDatabase(async (database) => {
      const records = new RefundKeyTable(database);
      const vault = new RefundKeyVault(records, KEY);
      await vault.keep('deal_1', '10', REFUND_KEY);
      const sealed = (await records.find('deal_1', '10')) ?? '';
      await records.save('deal_2', '10', sealed);
      await records.save('deal_1', '20', sealed);
      const altered = Buffer.from(sealed, 'base64url');
      altered.writeUInt8(altered.readUInt8(altered.length - 1) ^ 1, altered.length - 1);
      await records.save('deal_3', '10', altered.toString('base64url'));
      const others = new RefundKeyVault(records, Buffer.alloc(32, 6));
      const attempts = [
        vault.find('deal_2', '10'),
        vault.find('deal_1', '20'),
        vault.find('deal_3', '10'),
        others.find('deal_1', '10'),
      ];
      for (const attempt of await Promise.allSettled(attempts)) expect(attempt.status).to.equal('rejected');
      expect(await vault.find('deal_1', '10')).to.equal(REFUND_KEY);
    }));

  it('takes its own key from a file of exactly 32 bytes', () =>
    inTemporaryFolder((folder) => {
      const path = join(folder, 'key');
      writeFileSync(path, `${KEY.toString('base64url')}\n`);
      expect(readVaultKey(path)).to.deep.equal(KEY);
      for (const bytes of [0, 31, 33]) {
        writeFileSync(path, Buffer.alloc(bytes, 1).toString('base64url'));
        expect(() => readVaultKey(path)).to.throw(/no key of 32 bytes/);
      }
      return Promise.resolve();
    }));
});
