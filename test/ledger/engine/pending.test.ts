// What is accepted and in no block yet: it is on disk, its writes are shared, and it is bounded.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { EngineClosed } from '../../../ledger/engine/errors.js';
import { openLedger } from '../../../ledger/engine/open-ledger.js';
import { LevelStore } from '../../../ledger/engine/level-store.js';
import { MemoryStore } from '../../../ledger/fabric/memory-store.js';
import type { Write } from '../../../ledger/fabric/store.js';
import { LedgerStage, MEMBERS, OWN_A, refusal } from './ledger-stage.js';

const [market, bankA] = MEMBERS;
const MARKET_AND_BANK_A = [market, bankA];

class CountingStore extends MemoryStore {
  writes = 0;

  override write(batch: readonly Write[]): Promise<void> {
    this.writes++;
    return super.write(batch);
  }
}

class FailingStore extends MemoryStore {
  isFull = false;

  override write(batch: readonly Write[]): Promise<void> {
    return this.isFull ? Promise.reject(new Error('no space left')) : super.write(batch);
  }
}

describe('embedded engine: pending transactions', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ledger-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('an accepted submission commits after a restart, in the order of acceptance', async () => {
    const stage = await LedgerStage.open({ store: await LevelStore.open(folder) });
    const { config, engine, store } = stage.network;
    const prepared = [];
    for (const value of ['1', '2', '3'])
      prepared.push(await stage.endorse([['put', 'k', value]], MARKET_AND_BANK_A));
    engine.faults.pauseOrdering();
    for (const { envelope } of prepared) await engine.order(envelope);
    await store.close();
    const again = await openLedger(config, folder);
    expect(again.height()).to.equal(1n);
    await again.cut();
    for (const { txId } of prepared) {
      expect(await again.transactionStatus(txId)).to.deep.equal({ code: 0, blockNumber: 1n });
    }
    await again.close();
    const once = await openLedger(config, folder);
    await once.cut();
    expect(once.height(), 'nothing is ordered twice').to.equal(2n);
    await once.close();
  });

  it('private writes that were endorsed before a restart are there when the transaction commits', async () => {
    const stage = await LedgerStage.open({ store: await LevelStore.open(folder) });
    const prepared = await stage.endorse([['putPrivate', OWN_A, 'x', 'secret']], [bankA]);
    await stage.close();
    const again = await openLedger(stage.network.config, folder);
    await again.order(prepared.envelope);
    await again.cut();
    const { signed } = stage.network.propose(stage.alice, 'run', ['[["getPrivate","' + OWN_A + '","x"]]']);
    const asking = { mspId: bankA, signedProposal: signed, runner: stage.network.runnerOf(bankA) };
    const response = await again.processProposal(asking);
    expect(Buffer.from(response.getResponse()?.getPayload_asU8() ?? []).toString()).to.equal('["secret"]');
    await again.close();
  });

  it('submissions at the same time share their writes', async () => {
    const store = new CountingStore();
    const stage = await LedgerStage.open({ store });
    const prepared = [];
    for (let i = 0; i < 50; i++)
      prepared.push(await stage.endorse([['put', `k${String(i)}`, '1']], MARKET_AND_BANK_A));
    store.writes = 0;
    await Promise.all(prepared.map(({ envelope }) => stage.network.engine.order(envelope)));
    expect(store.writes).to.equal(2);
    await stage.network.engine.cut();
    expect(store.writes, 'the block is one write more').to.equal(3);
    await stage.close();
  });

  it('a write that fails, of whatever kind, closes the ledger and is what the caller is told', async () => {
    const store = new FailingStore();
    const stage = await LedgerStage.open({ store });
    const { engine } = stage.network;
    const prepared = await stage.endorse([['put', 'k', '1']], MARKET_AND_BANK_A);
    const waiting = engine.waitForTransaction(prepared.txId);
    store.isFull = true;
    expect(await refusal(engine.order(prepared.envelope))).to.equal(
      'the ledger stopped because it could not write',
    );
    expect(await refusal(waiting)).to.equal('the ledger stopped because it could not write');
    store.isFull = false;
    const late = await engine.order(prepared.envelope).catch((error: unknown) => error);
    expect(late).to.be.instanceOf(EngineClosed);
    await stage.close();
  });

  it('private writes that cannot be kept are not endorsed', async () => {
    const store = new FailingStore();
    const stage = await LedgerStage.open({ store });
    store.isFull = true;
    const endorsing = stage.endorse([['putPrivate', OWN_A, 'x', '1']], [bankA]);
    expect(await endorsing.catch((error: unknown) => error)).to.be.instanceOf(EngineClosed);
    await stage.close();
  });

  it('endorsing without private writes writes nothing', async () => {
    const store = new CountingStore();
    const stage = await LedgerStage.open({ store });
    store.writes = 0;
    await stage.endorse([['put', 'k', '1']], MARKET_AND_BANK_A);
    expect(store.writes).to.equal(0);
    await stage.endorse([['putPrivate', OWN_A, 'x', '1']], [bankA]);
    expect(store.writes).to.equal(1);
    await stage.close();
  });

  it('nothing endorsed or queued stays in the store once its block is there', async () => {
    const store = new MemoryStore();
    const stage = await LedgerStage.open({ store });
    await stage.submit([['putPrivate', OWN_A, 'x', '1']], [bankA]);
    const snapshot = store.snapshot();
    expect(await snapshot.range('Y', '[', 10)).to.deep.equal([]);
    snapshot.close();
    await stage.close();
  });

  it('beyond its bound a submission waits for room, then is refused as by a full request pool', async () => {
    const config = { maxPendingEnvelopes: 2, submitTimeoutMs: 20 };
    const stage = await LedgerStage.open({ config });
    const { engine } = stage.network;
    const put = (key: string) => stage.endorse([['put', key, '1']], MARKET_AND_BANK_A);
    const [first, second, third, fourth] = [await put('a'), await put('b'), await put('c'), await put('d')];
    await engine.order(first.envelope);
    await engine.order(second.envelope);
    expect(await refusal(engine.order(third.envelope))).to.equal(
      'status=SERVICE_UNAVAILABLE, info=failed to submit request: acquiring semaphore for request: ' +
        `${third.txId}: context deadline exceeded`,
    );
    const waiting = engine.order(fourth.envelope);
    await engine.cut();
    await waiting;
    await engine.cut();
    expect(await engine.transactionStatus(fourth.txId)).to.deep.equal({ code: 0, blockNumber: 2n });
    await stage.close();
  });

  it('bytes are bounded too, but one envelope always has room', async () => {
    const stage = await LedgerStage.open({ config: { maxPendingBytes: 1, submitTimeoutMs: 20 } });
    const { engine } = stage.network;
    const first = await stage.endorse([['put', 'k', '1']], MARKET_AND_BANK_A);
    const second = await stage.endorse([['put', 'k', '2']], MARKET_AND_BANK_A);
    await engine.order(first.envelope);
    expect(await refusal(engine.order(second.envelope))).to.match(/context deadline exceeded$/);
    await engine.cut();
    await engine.order(second.envelope);
    await stage.close();
  });
});
