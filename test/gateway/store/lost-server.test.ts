// The server dies while stores are used: nothing that was said to be stored is lost, and they go on when it is back.
import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CheckpointTable } from '../../../gateway/store/postgres/checkpoint-table.js';
import { USUAL_LIMITS } from '../../../gateway/store/postgres/connections.js';
import { Database } from '../../../gateway/store/postgres/database.js';
import { GeneratedValueTable } from '../../../gateway/store/postgres/generated-value-table.js';
import { StoreUnavailable } from '../../../gateway/store-unavailable.js';
import { startServer, type TestServer } from '../../support/database-server.js';
import { silentLog } from '../support/silent-log.js';

const LIMIT_MS = 60_000;

describe('stores whose server is killed', function () {
  this.timeout(LIMIT_MS);
  let folder: string;
  let server: TestServer;
  let database: Database;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'forescrow-lost-'));
    // As in a system: what is stored is on the disk.
    server = await startServer(folder, []);
    const limits = { ...USUAL_LIMITS, patienceMs: 0 };
    database = await Database.open({ url: server.local.url(), world: 'demo', log: silentLog, limits });
  });

  after(async () => {
    await database.close();
    await server.process.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function kill(): void {
    const { pid } = server.process.status();
    if (pid === null) throw new Error('the server does not run');
    process.kill(pid, 'SIGKILL');
  }

  async function untilBack(): Promise<void> {
    const givenUpAt = performance.now() + LIMIT_MS / 2;
    while (server.process.status().state === 'ready' && performance.now() < givenUpAt) await pause(5);
    while (server.process.status().state !== 'ready' && performance.now() < givenUpAt) await pause(20);
  }

  it('lose no value that was given out, however often it dies', async () => {
    const values = new GeneratedValueTable(database);
    const given = new Map<string, string>();
    let failures = 0;
    for (let round = 0; round < 3; round += 1) {
      let isDown = false;
      const work = async (worker: number): Promise<void> => {
        for (let number = 0; !isDown; number += 1) {
          const subject = `${String(round)}/${String(worker)}/${String(number)}`;
          try {
            given.set(
              subject,
              await values.getOrCreate(subject, () => `made ${subject} ${String(Math.random())}`),
            );
          } catch (error) {
            expect(error).to.be.instanceOf(StoreUnavailable);
            failures += 1;
            await pause(5);
          }
        }
      };
      const workers = Promise.all([0, 1, 2, 3].map(work));
      await pause(50);
      kill();
      await untilBack();
      isDown = true;
      await workers;
    }
    expect(given.size).to.be.greaterThan(10);
    expect(failures).to.be.greaterThan(0);
    const rows = await database.query.selectFrom('generated_values').selectAll().execute();
    const stored = new Map(rows.map(({ subject, value }) => [subject, value]));
    for (const [subject, value] of given) expect(stored.get(subject), subject).to.equal(value);
  });

  it('wait out a short absence where nothing was sent yet', async () => {
    const patient = await Database.open({
      ...{ url: server.local.url(), world: 'demo', log: silentLog },
      limits: { ...USUAL_LIMITS, patienceMs: 20_000 },
    });
    const checkpoints = new CheckpointTable(patient, 'patient');
    await checkpoints.save({ block: 1, openDeals: [] });
    await server.process.stop();
    const saving = checkpoints.save({ block: 2, openDeals: [] });
    await pause(100);
    await server.process.start();
    // The connection that was lost may have been chosen first.
    await saving.catch(() => checkpoints.save({ block: 2, openDeals: [] }));
    expect(await checkpoints.load()).to.deep.equal({ block: 2, openDeals: [] });
    await patient.close();
  });
});
