// What was acknowledged is read again; a torn end is cut off, a damaged middle is refused.
import { expect } from 'chai';
import { appendFile, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GeneratedValuesFile } from '../../../gateway/store/files/generated-values-file.js';
import { RecordFile, RecordFileDamaged } from '../../../gateway/store/files/record-file.js';
import { inTemporaryFolder } from '../support/temporary-folder.js';

const numbers = (value: unknown): number => {
  if (typeof value !== 'number') throw new TypeError('not a number');
  return value;
};

describe('record file', () => {
  it('gives back every appended record, in order, also those appended at once', () =>
    inTemporaryFolder(async (folder) => {
      const path = join(folder, 'deep', 'records.jsonl');
      const { file } = await RecordFile.open(path, numbers);
      await Promise.all([1, 2, 3].map((value) => file.append(value)));
      await file.append(4);
      await file.close();
      const again = await RecordFile.open(path, numbers);
      expect(again.records).to.deep.equal([1, 2, 3, 4]);
      await again.file.close();
    }));

  it('keeps its file from other users', () =>
    inTemporaryFolder(async (folder) => {
      const path = join(folder, 'records.jsonl');
      const { file } = await RecordFile.open(path, numbers);
      await file.close();
      expect((await stat(path)).mode & 0o777).to.equal(0o600);
    }));

  it('drops a last line that its writer did not finish, and goes on after it', () =>
    inTemporaryFolder(async (folder) => {
      const path = join(folder, 'records.jsonl');
      await writeFile(path, '1\n2\n3');
      const { file, records } = await RecordFile.open(path, numbers);
      expect(records).to.deep.equal([1, 2]);
      await file.append(4);
      await file.close();
      expect(await readFile(path, 'utf8')).to.equal('1\n2\n4\n');
    }));

  it('refuses a file with a damaged line and names the line', () =>
    inTemporaryFolder(async (folder) => {
      const path = join(folder, 'records.jsonl');
      await writeFile(path, '1\n{broken\n3\n');
      const error = await RecordFile.open(path, numbers).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(RecordFileDamaged);
      expect((error as Error).message).to.include('line 2');
    }));
});

describe('made values', () => {
  it('a value is made once, also when asked for at once and after a restart', () =>
    inTemporaryFolder(async (folder) => {
      const path = join(folder, 'values.jsonl');
      let made = 0;
      const make = (): string => String((made += 1));
      const values = await GeneratedValuesFile.open(path);
      const both = await Promise.all([
        values.getOrCreate('hold/payment', make),
        values.getOrCreate('hold/payment', make),
      ]);
      await values.close();
      const again = await GeneratedValuesFile.open(path);
      expect([...both, await again.getOrCreate('hold/payment', make)]).to.deep.equal(['1', '1', '1']);
      await again.close();
    }));

  it('a value whose record was torn off was never given out and is made anew', () =>
    inTemporaryFolder(async (folder) => {
      const path = join(folder, 'values.jsonl');
      await appendFile(path, '{"subject":"hold/payment","value":"to');
      const values = await GeneratedValuesFile.open(path);
      expect(await values.getOrCreate('hold/payment', () => 'new')).to.equal('new');
      await values.close();
    }));
});
