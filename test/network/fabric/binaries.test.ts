// The messages when Fabric's programs are missing or of another version.
import { expect } from 'chai';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  findBinaries,
  locateBinaries,
  PROGRAMS,
  type BinarySearch,
} from '../../../network/fabric/binaries.js';
import { SetupError } from '../../../network/setup-error.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe("Fabric's programs", () => {
  const dir = temporaryFolder();

  /** A folder with stand-ins that all say this version, without the programs that are left out. */
  function folderWith(version: string, without: readonly string[] = []): string {
    const folder = join(dir(), `bin-${version}-${without.join('-')}`);
    mkdirSync(folder);
    for (const program of PROGRAMS.filter((name) => !without.includes(name))) {
      const path = join(folder, program);
      writeFileSync(
        path,
        `#!/bin/sh\nprintf '${program}:\\n Version: v${version}\\n Go version: go1.99.9\\n'\n`,
      );
      chmodSync(path, 0o755);
    }
    return folder;
  }

  async function refusal(search: BinarySearch): Promise<string> {
    try {
      await findBinaries(search);
    } catch (error) {
      expect(error).to.be.instanceOf(SetupError);
      return (error as SetupError).message;
    }
    throw new Error('it was taken');
  }

  it('are found in FABRIC_BIN before PATH', async () => {
    const named = folderWith('3.1.5');
    const found = await findBinaries({ FABRIC_BIN: named, PATH: folderWith('2.5.12') });
    expect(found.peer).to.equal(join(named, 'peer'));
  });

  it('are found on PATH, each in the first folder that has it', async () => {
    const first = folderWith('3.1.6', ['osnadmin']);
    const second = folderWith('3.1.5');
    const found = await findBinaries({ PATH: `${first}:${second}` });
    expect(found.peer).to.equal(join(first, 'peer'));
    expect(found.osnadmin).to.equal(join(second, 'osnadmin'));
  });

  it('that are missing are named, with the one command that brings them', async () => {
    const folder = folderWith('3.1.5', ['peer', 'osnadmin']);
    const sentence = await refusal({ PATH: folder });
    expect(sentence).to.match(
      /^The Fabric ground needs .* and peer, osnadmin are not on PATH: run "curl .*\.$/,
    );
    expect(sentence).to.contain('install-fabric.sh --fabric-version 3.1.5 binary');
    expect(sentence).to.contain('https://hyperledger-fabric.readthedocs.io/en/release-3.1/install.html');
    expect(locateBinaries({ PATH: folder })).to.equal(null);
  });

  it('are not looked for elsewhere when FABRIC_BIN names a folder', async () => {
    const sentence = await refusal({ FABRIC_BIN: dir(), PATH: folderWith('3.1.5') });
    expect(sentence).to.contain(`not in FABRIC_BIN (${dir()})`);
  });

  for (const version of ['3.1.4', '3.2.0', '2.5.12', '4.1.5', 'unknown']) {
    it(`of version ${version} are refused: what was found, what is needed, what to do`, async () => {
      const folder = folderWith(version);
      const sentence = await refusal({ PATH: folder });
      expect(sentence).to.contain(`The program ${join(folder, 'peer')} is of version ${version}`);
      expect(sentence).to.contain('needs 3.1.5 or a later 3.1');
      expect(sentence).to.contain('install-fabric.sh');
    });
  }
});
