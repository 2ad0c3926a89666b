// Explicit collections, purges and ends of life: what chaincode reads, what deliver streams with private data show.
import { expect } from 'chai';
import { ledger, type peer } from '@hyperledger/fabric-protos';
import type { CollectionConfig } from '../../../ledger/fabric/channel-config.js';
import type { Client } from '../../support/in-process-network.js';
import { LedgerWorld, members, ownA, refusal } from './ledger-world.js';

const [market, bankA, bankB] = members;
const two = [market, bankA];
const banks: CollectionConfig = {
  name: 'banks',
  memberOrgsPolicy: `OR('${bankA}.member', '${bankB}.member')`,
};

/** `transaction collection key=value` for each private write; no value: a delete. */
function privateWrites(answer: peer.BlockAndPrivateData | undefined): string[] {
  const found: string[] = [];
  answer?.getPrivateDataMapMap().forEach((set, transaction) => {
    for (const collection of set.getNsPvtRwsetList().flatMap((one) => one.getCollectionPvtRwsetList())) {
      const writes = ledger.rwset.kvrwset.KVRWSet.deserializeBinary(collection.getRwset_asU8());
      const where = `${String(transaction)} ${collection.getCollectionName()}`;
      for (const write of writes.getWritesList()) {
        found.push(`${where} ${write.getKey()}=${Buffer.from(write.getValue_asU8()).toString()}`);
      }
    }
  });
  return found;
}

describe('embedded engine: collections', () => {
  let world: LedgerWorld;
  let courierClient: Client;

  async function open(...collections: CollectionConfig[]): Promise<void> {
    world = await LedgerWorld.open({ chaincode: { collections } });
    courierClient = await world.network.client('CourierMSP', 'carol');
  }
  afterEach(() => world.close());

  /** What this organisation's peer delivers of its newest block. */
  async function delivered(mspId: string, reader: Client = world.alice, back = 1n): Promise<string[]> {
    const { engine } = world.network;
    const { creator } = reader.signer;
    return privateWrites(await engine.blockWithPrivateData(engine.height() - back, { mspId, creator }));
  }

  it('a block comes with the private writes of the collections that this organisation is a member of', async () => {
    await open(banks);
    await world.submit(
      [
        ['putPrivate', 'banks', 'b', 'ours'],
        ['putPrivate', ownA, 'a', 'mine'],
      ],
      two,
    );
    expect(await delivered(bankA)).to.deep.equal([`0 ${ownA} a=mine`, '0 banks b=ours']);
    expect(await delivered(bankB)).to.deep.equal(['0 banks b=ours']);
    expect(await delivered(market)).to.deep.equal([]);
  });

  it('only memberOnlyRead keeps a foreign reader from what the peer holds, as on a peer', async () => {
    await open(banks, { ...banks, name: 'closed', memberOnlyRead: true });
    await world.submit(
      [
        ['putPrivate', 'banks', 'b', 'open'],
        ['putPrivate', 'closed', 'c', 'closed'],
        ['putPrivate', ownA, 'a', 'mine'],
      ],
      two,
    );
    expect(await delivered(bankA)).to.have.length(3);
    expect(await delivered(bankA, courierClient)).to.deep.equal([`0 ${ownA} a=mine`, '0 banks b=open']);
  });

  it('what no member endorsed comes to members only where other peers may give it to them', async () => {
    await open({ ...banks, name: 'kept' }, { ...banks, name: 'given', maxPeerCount: 1 });
    const code = await world.code(
      [
        ['putPrivate', 'kept', 'k', 'secret'],
        ['putPrivate', 'given', 'k', 'secret'],
      ],
      [market, 'CourierMSP'],
    );
    expect(code).to.equal(0);
    expect(await delivered(bankA)).to.deep.equal(['0 given k=secret']);
    expect(await world.read([['getPrivate', 'given', 'k']], bankB)).to.deep.equal(['secret']);
    expect(await refusal(world.read([['getPrivate', 'kept', 'k']], bankB))).to.contain(
      'private data matching public hash version is not available',
    );
  });

  it('writes of an invalid transaction are delivered to nobody', async () => {
    await open(banks);
    await world.submit([['putPrivate', 'banks', 'b', '1']], [bankA]);
    expect(await delivered(bankA)).to.deep.equal([]);
  });

  it('a purge takes the value from the state and from every block, its own included', async () => {
    await open(banks);
    await world.submit(
      [
        ['putPrivate', 'banks', 'b', 'first'],
        ['putPrivate', 'banks', 'other', 'stays'],
      ],
      two,
    );
    await world.submit([['putPrivate', 'banks', 'b', 'second']], two);
    expect(await world.code([['purgePrivate', 'banks', 'b']], two)).to.equal(0);
    expect(await world.read([['getPrivate', 'banks', 'b']], bankB)).to.deep.equal(['']);
    expect(await world.read([['hash', 'banks', 'b']])).to.deep.equal(['']);
    for (const mspId of [bankA, bankB]) {
      expect(await delivered(mspId)).to.deep.equal([]);
      expect(await delivered(mspId, world.alice, 2n)).to.deep.equal([]);
      expect(await delivered(mspId, world.alice, 3n)).to.deep.equal(['0 banks other=stays']);
    }
  });

  it('a purged key may be written again, and a delete leaves the past alone', async () => {
    await open(banks);
    await world.submit([['putPrivate', 'banks', 'b', 'first']], two);
    await world.submit([['purgePrivate', 'banks', 'b']], two);
    await world.submit([['putPrivate', 'banks', 'b', 'again']], two);
    await world.submit([['delPrivate', 'banks', 'b']], two);
    expect(await delivered(bankA, world.alice, 4n)).to.deep.equal([]);
    expect(await delivered(bankA, world.alice, 2n)).to.deep.equal(['0 banks b=again']);
  });

  it('rows end with the block after their life, unless they were written again', async () => {
    await open({ ...banks, blockToLive: 2 });
    const filler = () => world.submit([['put', 'k', '1']], two);
    await world.submit(
      [
        ['putPrivate', 'banks', 'short', '1'],
        ['putPrivate', 'banks', 'long', '1'],
      ],
      two,
    );
    await filler();
    await world.submit([['putPrivate', 'banks', 'long', '2']], two);
    const read = () =>
      world.read([
        ['getPrivate', 'banks', 'short'],
        ['hash', 'banks', 'short'],
        ['getPrivate', 'banks', 'long'],
      ]);
    const [short, hash, long] = await read();
    expect([short, long]).to.deep.equal(['1', '2']);
    expect(hash).to.have.length(64);
    await filler();
    expect(await read()).to.deep.equal(['', '', '2']);
    expect(await delivered(bankA, world.alice, 4n)).to.deep.equal([]);
    await filler();
    await filler();
    expect(await read()).to.deep.equal(['', '', '']);
  });

  it('a collection that is not defined is refused, in other words where only its hash is asked for', async () => {
    await open();
    expect(await refusal(world.read([['getPrivate', 'nope', 'k']]))).to.contain(
      'GET_STATE failed: transaction ID: ',
    );
    expect(await refusal(world.read([['getPrivate', 'nope', 'k']]))).to.match(
      /collection escrow\/\w+\/nope could not be found$/,
    );
    expect(await refusal(world.read([['hash', 'nope', 'k']]))).to.match(
      /collection \[nope\] not defined in the collection config for chaincode \[\w+\]$/,
    );
  });

  it('members are who satisfies the policy, not whose organisation it names', async () => {
    await open({ ...banks, memberOrgsPolicy: `OR('${bankA}.peer')`, memberOnlyRead: true });
    expect(await refusal(world.read([['getPrivate', 'banks', 'k']]))).to.contain(
      'tx creator does not have read access permission on privatedata',
    );
  });
});
