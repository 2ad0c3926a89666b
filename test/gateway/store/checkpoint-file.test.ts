// A checkpoint is whole or the one before; a lost one is the beginning.
import { expect } from 'chai';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointFile } from '../../../gateway/store/files/checkpoint-file.js';
import { inTemporaryFolder } from '../support/temporary-folder.js';

const BEGINNING = { block: -1, openDeals: [] };

describe('checkpoint file', () => {
  it('a missing file is the beginning', () =>
    inTemporaryFolder(async (folder) => {
      expect(await new CheckpointFile(join(folder, 'none')).load()).to.deep.equal(BEGINNING);
    }));

  it('a file that is not a checkpoint is the beginning', () =>
    inTemporaryFolder(async (folder) => {
      for (const text of ['', '{"block":3', '{"block":3}', '[]']) {
        await writeFile(join(folder, 'checkpoint'), text);
        expect(await new CheckpointFile(join(folder, 'checkpoint')).load()).to.deep.equal(BEGINNING);
      }
    }));

  it('of checkpoints saved at once the newest stays, and nothing else is left behind', () =>
    inTemporaryFolder(async (folder) => {
      const file = new CheckpointFile(join(folder, 'deep', 'checkpoint'));
      const blocks = [1, 2, 3, 4, 5];
      await Promise.all(blocks.map((block) => file.save({ block, openDeals: [`deal_${String(block)}`] })));
      expect(await file.load()).to.deep.equal({ block: 5, openDeals: ['deal_5'] });
      expect(await readdir(join(folder, 'deep'))).to.deep.equal(['checkpoint']);
    }));
});
