// The admin API's token is made once, whole, and for its owner alone.
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { adminToken } from '../../../gateway/protocol/admin-token.js';
import { inTemporaryFolder } from '../support/temporary-folder.js';

describe('admin token', () => {
  it('is made where there is none, readable by its owner alone, and is the same from then on', () =>
    inTemporaryFolder((folder) => {
      const path = join(folder, 'deep', 'token');
      const token = adminToken(path);
      expect(token).to.match(/^[A-Za-z0-9_-]{43}$/);
      expect(adminToken(path)).to.equal(token);
      expect(readFileSync(path, 'utf8')).to.equal(`${token}\n`);
      expect(statSync(path).mode & 0o777).to.equal(0o600);
      expect(existsSync(`${path}.new`)).to.equal(false);
      return Promise.resolve();
    }));

  it('an empty file is no token', () =>
    inTemporaryFolder((folder) => {
      const path = join(folder, 'token');
      writeFileSync(path, '\n');
      expect(adminToken(path)).to.have.length(43);
      return Promise.resolve();
    }));
});
