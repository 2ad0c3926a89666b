// How much the ledger works for a transaction: counted, so that it is the same on every machine.
import { expect } from 'chai';
import { peer } from '@hyperledger/fabric-protos';
import { spy } from 'sinon';
import { MemoryStore } from '../../../ledger/fabric/memory-store.js';
import { statePrefix, type Snapshot, type Write } from '../../../ledger/fabric/store.js';
import type { Step } from './asset-contract.js';
import { LedgerStage, MEMBERS } from './ledger-stage.js';

const [market, bankA] = MEMBERS;
const MARKET_AND_BANK_A = [market, bankA];

class CountingStore extends MemoryStore {
  readonly reads = new Map<string, number>();
  writes = 0;

  override snapshot(): Snapshot {
    const snapshot = super.snapshot();
    return {
      ...snapshot,
      get: (key) => {
        this.reads.set(key, (this.reads.get(key) ?? 0) + 1);
        return snapshot.get(key);
      },
    };
  }

  override write(batch: readonly Write[]): Promise<void> {
    this.writes++;
    return super.write(batch);
  }

  restart(): void {
    this.reads.clear();
    this.writes = 0;
  }
}

describe('embedded engine: work for a transaction', () => {
  let store: CountingStore;
  let stage: LedgerStage;
  beforeEach(async () => {
    store = new CountingStore();
    stage = await LedgerStage.open({ store });
    await stage.submit(
      [
        ['put', 'k', '1'],
        ['own', 'k', MARKET_AND_BANK_A.join()],
      ],
      MARKET_AND_BANK_A,
    );
    store.restart();
  });
  afterEach(() => stage.close());

  const rowOf = (name: string): string => statePrefix(stage.network.chaincode) + name;

  it('a key without a row is looked up once, however many chaincodes, peers and blocks ask for it', async () => {
    const calls: Step[] = [
      ['get', 'none'],
      ['getPolicy', 'none'],
      ['put', 'none', '1'],
      ['get', 'none'],
    ];
    const prepared = [
      await stage.endorse(calls, MARKET_AND_BANK_A),
      await stage.endorse(calls, MARKET_AND_BANK_A),
    ];
    expect(await stage.codes(prepared)).to.deep.equal([0, 11]);
    expect(store.reads.get(rowOf('none'))).to.equal(1);
  });

  it('a row that was written is not read from the store again', async () => {
    for (const value of ['2', '3']) {
      await stage.submit(
        [
          ['get', 'k'],
          ['put', 'k', value],
        ],
        MARKET_AND_BANK_A,
      );
    }
    expect(store.reads.get(rowOf('k'))).to.equal(undefined);
  });

  it('a proposal is read once, however many peers endorse it', async () => {
    // A part that the peer alone reads; the shim reads the rest again for its chaincode.
    const reading = spy(peer.ChaincodeHeaderExtension, 'deserializeBinary');
    await stage.endorse([['get', 'k']], MEMBERS);
    expect(reading.callCount).to.equal(1);
    reading.restore();
  });

  it('a transaction alone costs two writes, a hundred together three', async () => {
    const alone = await stage.endorse([['put', 'alone', '1']], MARKET_AND_BANK_A);
    store.restart();
    await stage.codes([alone]);
    expect(store.writes).to.equal(2);
    const prepared = [];
    for (let i = 0; i < 100; i++)
      prepared.push(await stage.endorse([['put', `k${String(i)}`, '1']], MARKET_AND_BANK_A));
    store.restart();
    await Promise.all(prepared.map(({ envelope }) => stage.network.engine.order(envelope)));
    await stage.network.engine.cut();
    expect(store.writes).to.equal(3);
  });

  it('a transaction that fills a block is written once, with its block, and then acknowledged', async () => {
    await stage.close();
    stage = await LedgerStage.open({ store, config: { maxMessageCount: 2 } });
    const first = await stage.endorse([['put', 'first', '1']], MARKET_AND_BANK_A);
    const last = await stage.endorse([['put', 'last', '1']], MARKET_AND_BANK_A);
    store.restart();
    const { engine } = stage.network;
    await engine.order(first.envelope);
    expect(await engine.transactionStatus(first.txId)).to.equal(null);
    await engine.order(last.envelope);
    expect((await engine.transactionStatus(first.txId))?.code).to.equal(0);
    expect((await engine.transactionStatus(last.txId))?.code).to.equal(0);
    expect(store.writes).to.equal(2);
  });
});
