// The socket through which faults are injected: what it accepts, and that only its owner can open it.
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer, createConnection, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createStubInstance, type SinonStubbedInstance } from 'sinon';
import type { FaultInjector } from '../../../ledger/engine/faults.js';
import { openFaultSocket, requestFault } from '../../../ledger/grpc/fault-socket.js';

class Switches implements FaultInjector {
  setPeerDown(): void {}
  isPeerDown(): boolean {
    return false;
  }
  pauseOrdering(): void {}
  resumeOrdering(): void {}
  loseAnswers(): void {}
  answerAlreadyProcessed(): void {}
  withholdStatus(): void {}
  forceConflicts(): void {}
  slowEndorser(): void {}
  atRandom(): void {}
  clear(): void {}
}

describe('faults socket', () => {
  let dir: string;
  let path: string;
  let switches: SinonStubbedInstance<Switches>;
  let server: Server;

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'faults-'));
    path = join(dir, 'socket');
    switches = createStubInstance(Switches);
    server = await openFaultSocket(path, switches);
  });

  afterEach(() => {
    server.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it('is a socket that only its owner may open', () => {
    const found = statSync(path);
    expect(found.isSocket()).to.equal(true);
    expect(found.mode & 0o777).to.equal(0o600);
  });

  it('sets each fault of the engine', async () => {
    await requestFault(path, { switch: 'peerDown', mspId: 'Org1MSP', down: true });
    await requestFault(path, { switch: 'pauseOrdering' });
    await requestFault(path, { switch: 'resumeOrdering' });
    await requestFault(path, { switch: 'loseAnswers', count: 2 });
    await requestFault(path, { switch: 'answerAlreadyProcessed', count: 3 });
    await requestFault(path, { switch: 'withholdStatus', withheld: true });
    await requestFault(path, { switch: 'forceConflicts', count: 4 });
    await requestFault(path, { switch: 'slowEndorser', mspId: 'Org2MSP', delayMs: 5 });
    const probability = { loseAnswer: 0.5 };
    await requestFault(path, { switch: 'atRandom', seed: 's', probability, delayMs: 6 });
    await requestFault(path, { switch: 'clear' });
    expect(switches.atRandom.args).to.deep.equal([[{ seed: 's', probability, delayMs: 6 }]]);
    expect(switches.clear.callCount).to.equal(1);
    expect(switches.setPeerDown.args).to.deep.equal([['Org1MSP', true]]);
    expect(switches.pauseOrdering.callCount).to.equal(1);
    expect(switches.resumeOrdering.callCount).to.equal(1);
    expect(switches.loseAnswers.args).to.deep.equal([[2]]);
    expect(switches.answerAlreadyProcessed.args).to.deep.equal([[3]]);
    expect(switches.withholdStatus.args).to.deep.equal([[true]]);
    expect(switches.forceConflicts.args).to.deep.equal([[4]]);
    expect(switches.slowEndorser.args).to.deep.equal([['Org2MSP', 5]]);
  });

  it('answers nonsense with an error and sets nothing', async () => {
    const refused = await requestFault(path, { switch: 'loseAnswers', count: -1 }).then(
      () => 'accepted',
      (error: unknown) => String(error),
    );
    expect(refused).to.contain('count');
    expect(switches.loseAnswers.callCount).to.equal(0);
  });

  it('hangs up on a line without end', async () => {
    const socket = createConnection(path);
    socket.on('error', () => undefined);
    socket.write('x'.repeat(20_000));
    await once(socket, 'close');
    expect(socket.destroyed).to.equal(true);
  });

  it('takes the place of a socket that a killed process left', async () => {
    const left = join(dir, 'left');
    const dead = createServer().listen(left);
    await once(dead, 'listening');
    const again = await openFaultSocket(left, switches);
    await requestFault(left, { switch: 'pauseOrdering' });
    again.close();
    dead.close();
    expect(switches.pauseOrdering.callCount).to.equal(1);
  });

  it('refuses a path that is too long for the system', async () => {
    const refused = await openFaultSocket(join(dir, 'x'.repeat(120)), switches).then(
      () => 'accepted',
      (error: unknown) => String(error),
    );
    expect(refused).to.contain('longer than 100 bytes');
  });
});
