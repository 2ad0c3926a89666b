// Death at any moment of any write: what was acknowledged is there afterwards, to the last value, and nothing twice.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Engine } from '../../../ledger/engine/ledger.js';
import { openLedger } from '../../../ledger/engine/open-ledger.js';
import { LevelStore } from '../../../ledger/engine/level-store.js';
import { openEngine } from '../../../ledger/engine/open-engine.js';
import { assemble, type PreparedTransaction, type SignedRequest } from '../../support/proposals.js';
import type { Step } from './asset-contract.js';
import { FaultyStore, MOMENTS, type Moment } from './faulty-store.js';
import { LedgerStage, MEMBERS, OWN_A } from './ledger-stage.js';

const [market, bankA] = MEMBERS;
const CRASH_POINTS = 200;
const TRANSACTIONS = 4;
/** Genesis; for each transaction its private writes, its place in the queue; a block for each two of them. */
const WRITES = 1 + 2 * TRANSACTIONS + TRANSACTIONS / 2;

/** A small seeded generator (mulberry32): the same seed gives the same crash points. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Progress {
  readonly endorsed: PreparedTransaction[];
  readonly submitted: PreparedTransaction[];
  readonly committed: PreparedTransaction[];
}

interface Plan {
  readonly atWrite: number;
  readonly moment: Moment;
  readonly tear: number;
  readonly copyTo: string;
}

describe('embedded engine: crash points', () => {
  let folder: string;
  let stage: LedgerStage;
  let requests: SignedRequest[];
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ledger-'));
    stage = await LedgerStage.open();
    // Blind writes, so that the same proposals are valid on every new ledger of the same members.
    requests = Array.from({ length: TRANSACTIONS }, (_, i) =>
      propose([
        ['put', `k${String(i)}`, String(i).repeat(400)],
        ['putPrivate', OWN_A, `x${String(i)}`, `secret ${String(i)}`],
      ]),
    );
  });
  afterEach(async () => {
    await stage.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it(`nothing acknowledged is lost at ${String(CRASH_POINTS)} seeded points`, async function () {
    this.timeout(240_000);
    const random = generator(20_261_121);
    const seen = new Set<string>();
    for (let point = 0; point < CRASH_POINTS; point++) {
      const moment = MOMENTS[Math.floor(random() * MOMENTS.length)] ?? 'torn write';
      const atWrite = 1 + Math.floor(random() * WRITES);
      seen.add(moment);
      const copyTo = join(folder, `${String(point)}-b`);
      const home = join(folder, `${String(point)}-a`);
      const progress = await runUntilCrash(home, { atWrite, moment, tear: random(), copyTo });
      await checkRecovered(copyTo, progress, `${moment} of write ${String(atWrite)}`);
      rmSync(home, { recursive: true });
      rmSync(copyTo, { recursive: true });
    }
    expect([...seen].sort()).to.deep.equal([...MOMENTS].sort());
  });

  function propose(steps: readonly Step[]): SignedRequest {
    return stage.network.propose(stage.alice, 'run', [JSON.stringify(steps)]);
  }

  async function endorse(engine: Engine, request: SignedRequest): Promise<PreparedTransaction> {
    const responses = [];
    for (const mspId of [market, bankA]) {
      const asking = { mspId, signedProposal: request.signed, runner: stage.network.runnerOf(mspId) };
      responses.push(await engine.processProposal(asking));
    }
    return assemble(stage.alice, request, responses);
  }

  async function runUntilCrash(home: string, plan: Plan): Promise<Progress> {
    const store = new FaultyStore(await LevelStore.open(home), plan);
    const progress: Progress = { endorsed: [], submitted: [], committed: [] };
    try {
      const engine = await openEngine(stage.network.config, store);
      for (const request of requests) {
        const transaction = await endorse(engine, request);
        progress.endorsed.push(transaction);
        await engine.order(transaction.envelope);
        progress.submitted.push(transaction);
        if (progress.submitted.length % 2 === 1) continue;
        await engine.cut();
        for (const { txId } of progress.submitted) await engine.waitForTransaction(txId);
        progress.committed.push(...progress.submitted.slice(progress.committed.length));
      }
    } catch (error) {
      if (!store.hasCrashed) throw error;
    }
    expect(store.hasCrashed, `${plan.moment} of write ${String(plan.atWrite)}`).to.equal(true);
    await store.close();
    return progress;
  }

  async function checkRecovered(place: string, progress: Progress, where: string): Promise<void> {
    const engine = await openLedger(stage.network.config, place);
    for (const { txId } of progress.committed) {
      const status = await engine.transactionStatus(txId);
      expect(status?.code, `${where}: a transaction said to be committed`).to.equal(0);
    }
    await engine.cut();
    for (const { txId } of progress.submitted) {
      const status = await engine.transactionStatus(txId);
      expect(status?.code, `${where}: a submission that was accepted`).to.equal(0);
    }
    await finish(engine, progress);
    expect(await validTransactions(engine), `${where}: valid transactions`).to.equal(TRANSACTIONS);
    expect(await values(engine), `${where}: values`).to.deep.equal(
      requests.flatMap((_, i) => [String(i).repeat(400), `secret ${String(i)}`]),
    );
    await engine.close();
  }

  /** A client that was left without an answer sends again; what was endorsed needs no second endorsement. */
  async function finish(engine: Engine, progress: Progress): Promise<void> {
    for (const [i, request] of requests.entries()) {
      if (await engine.transactionStatus(request.txId)) continue;
      const { envelope } = progress.endorsed[i] ?? (await endorse(engine, request));
      await engine.order(envelope);
      await engine.cut();
    }
  }

  async function validTransactions(engine: Engine): Promise<number> {
    let valid = 0;
    for (let number = 1n; number < engine.height(); number++) {
      const flags = (await engine.block(number))?.getMetadata()?.getMetadataList_asU8()[2] ?? [];
      valid += [...flags].filter((code) => code === 0).length;
    }
    return valid;
  }

  async function values(engine: Engine): Promise<unknown> {
    const reads = requests.flatMap((_, i): Step[] => [
      ['get', `k${String(i)}`],
      ['getPrivate', OWN_A, `x${String(i)}`],
    ]);
    const asking = {
      mspId: bankA,
      signedProposal: propose(reads).signed,
      runner: stage.network.runnerOf(bankA),
    };
    const response = await engine.processProposal(asking);
    return JSON.parse(Buffer.from(response.getResponse()?.getPayload_asU8() ?? []).toString());
  }
});
