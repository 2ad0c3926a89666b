// What is checked before anything starts: the ports are free, the folder can be written.
import { expect } from 'chai';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkPorts } from '../../../network/processes/ports.js';
import { SystemFolder } from '../../../network/processes/system-folder.js';
import { SetupError } from '../../../network/setup-error.js';
import { close, freePort, listenSomewhere } from '../support/free-port.js';
import { temporaryFolder } from '../support/temporary-folder.js';

async function sentence(work: Promise<void>): Promise<string> {
  try {
    await work;
  } catch (error) {
    expect(error).to.be.instanceOf(SetupError);
    return error instanceof Error ? error.message : '';
  }
  return 'free';
}

describe('ports and folder', () => {
  const dir = temporaryFolder();

  it('a port in use is named, with whose it would be and what to change', async () => {
    const { port, server } = await listenSomewhere();
    const purpose = 'Bank A, peer';
    try {
      expect(await sentence(checkPorts([{ host: '127.0.0.1', port, purpose }]))).to.equal(
        `Port ${port} on 127.0.0.1 (Bank A, peer) is in use by another program; ` +
          'end that program or choose other ports with --port-base.',
      );
    } finally {
      await close(server);
    }
    expect(await sentence(checkPorts([{ host: '127.0.0.1', port, purpose }]))).to.equal('free');
  });

  it("a host that is not this machine's is told as such", async () => {
    const needed = [{ host: '192.0.2.1', port: await freePort(), purpose: 'Courier, peer' }];
    expect(await sentence(checkPorts(needed))).to.match(
      /\(Courier, peer\) cannot be opened \(EADDRNOTAVAIL\)/,
    );
  });

  it('a folder that cannot be written is named, with what to change', () => {
    const file = join(dir(), 'file');
    writeFileSync(file, '');
    expect(() => {
      new SystemFolder(join(file, 'system')).prepare();
    }).to.throw(
      SetupError,
      /The folder .+file.system cannot be written \(.+\); change its rights or choose another/,
    );
  });

  it('erasing takes what the program made and leaves what somebody else put there', () => {
    const folder = new SystemFolder(join(dir(), 'system'));
    folder.prepare();
    mkdirSync(join(folder.dir, 'ledger', 'store'));
    const note = join(folder.dir, 'my-notes.txt');
    writeFileSync(note, 'mine');
    folder.erase();
    expect(folder.holdsData()).to.equal(false);
    expect(existsSync(note)).to.equal(true);
  });

  it('erasing removes the folder itself if nothing else is in it', () => {
    const folder = new SystemFolder(join(dir(), 'system'));
    folder.prepare();
    folder.erase();
    expect(existsSync(folder.dir)).to.equal(false);
  });
});
