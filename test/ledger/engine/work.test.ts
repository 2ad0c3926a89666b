// How much the ledger works for a transaction: counted, so that it is the same on every machine.
import { expect } from 'chai';
import { peer } from '@hyperledger/fabric-protos';
import { spy } from 'sinon';
import { MemoryStore } from '../../../ledger/fabric/memory-store.js';
import { statePrefix, type Snapshot, type Write } from '../../../ledger/fabric/store.js';
import type { Step } from './asset-contract.js';
import { LedgerWorld, members } from './ledger-world.js';

const [market, bankA] = members;
const two = [market, bankA];

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
  let world: LedgerWorld;
  beforeEach(async () => {
    store = new CountingStore();
    world = await LedgerWorld.open({ store });
    await world.submit(
      [
        ['put', 'k', '1'],
        ['own', 'k', two.join()],
      ],
      two,
    );
    store.restart();
  });
  afterEach(() => world.close());

  const rowOf = (name: string): string => statePrefix(world.network.chaincode) + name;

  it('a key without a row is looked up once, however many chaincodes, peers and blocks ask for it', async () => {
    const calls: Step[] = [
      ['get', 'none'],
      ['getPolicy', 'none'],
      ['put', 'none', '1'],
      ['get', 'none'],
    ];
    const prepared = [await world.endorse(calls, two), await world.endorse(calls, two)];
    expect(await world.codes(prepared)).to.deep.equal([0, 11]);
    expect(store.reads.get(rowOf('none'))).to.equal(1);
  });

  it('a row that was written is not read from the store again', async () => {
    for (const value of ['2', '3']) {
      await world.submit(
        [
          ['get', 'k'],
          ['put', 'k', value],
        ],
        two,
      );
    }
    expect(store.reads.get(rowOf('k'))).to.equal(undefined);
  });

  it('a proposal is read once, however many peers endorse it', async () => {
    // A part that the peer alone reads; the shim reads the rest again for its chaincode.
    const reading = spy(peer.ChaincodeHeaderExtension, 'deserializeBinary');
    await world.endorse([['get', 'k']], members);
    expect(reading.callCount).to.equal(1);
    reading.restore();
  });

  it('a transaction alone costs two writes, a hundred together three', async () => {
    const alone = await world.endorse([['put', 'alone', '1']], two);
    store.restart();
    await world.codes([alone]);
    expect(store.writes).to.equal(2);
    const prepared = [];
    for (let i = 0; i < 100; i++) prepared.push(await world.endorse([['put', `k${String(i)}`, '1']], two));
    store.restart();
    await Promise.all(prepared.map(({ envelope }) => world.network.engine.order(envelope)));
    await world.network.engine.cut();
    expect(store.writes).to.equal(3);
  });

  it('a transaction that fills a block is written once, with its block, and then acknowledged', async () => {
    await world.close();
    world = await LedgerWorld.open({ store, config: { maxMessageCount: 2 } });
    const first = await world.endorse([['put', 'first', '1']], two);
    const last = await world.endorse([['put', 'last', '1']], two);
    store.restart();
    const { engine } = world.network;
    await engine.order(first.envelope);
    expect(await engine.transactionStatus(first.txId)).to.equal(undefined);
    await engine.order(last.envelope);
    expect((await engine.transactionStatus(first.txId))?.code).to.equal(0);
    expect((await engine.transactionStatus(last.txId))?.code).to.equal(0);
    expect(store.writes).to.equal(2);
  });
});
