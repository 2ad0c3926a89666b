// Explicit collections, purges and ends of life: what chaincode reads, what deliver streams with private data show.
import { expect } from 'chai';
import { ledger, type peer } from '@hyperledger/fabric-protos';
import type { CollectionConfig } from '../../../ledger/fabric/channel-config.js';
import type { Client } from '../../support/in-process-ledger.js';
import { LedgerStage, MEMBERS, OWN_A, refusal } from './ledger-stage.js';

const [market, bankA, bankB] = MEMBERS;
const MARKET_AND_BANK_A = [market, bankA];
const BANKS: CollectionConfig = {
  name: 'banks',
  memberOrgsPolicy: `OR('${bankA}.member', '${bankB}.member')`,
};

/** `transaction collection key=value` for each private write; no value: a delete. */
function privateWrites(answer: peer.BlockAndPrivateData | null): string[] {
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
  let stage: LedgerStage;
  let courierClient: Client;

  async function open(...collections: CollectionConfig[]): Promise<void> {
    stage = await LedgerStage.open({ chaincode: { collections } });
    courierClient = await stage.network.client('CourierMSP', 'carol');
  }
  afterEach(() => stage.close());

  /** What this organisation's peer delivers of its newest block. */
  async function delivered(mspId: string, reader: Client = stage.alice, back = 1n): Promise<string[]> {
    const { engine } = stage.network;
    const { creator } = reader.signer;
    return privateWrites(await engine.blockWithPrivateData(engine.height() - back, { mspId, creator }));
  }

  it('a block comes with the private writes of the collections that this organisation is a member of', async () => {
    await open(BANKS);
    await stage.submit(
      [
        ['putPrivate', 'banks', 'b', 'ours'],
        ['putPrivate', OWN_A, 'a', 'mine'],
      ],
      MARKET_AND_BANK_A,
    );
    expect(await delivered(bankA)).to.deep.equal([`0 ${OWN_A} a=mine`, '0 banks b=ours']);
    expect(await delivered(bankB)).to.deep.equal(['0 banks b=ours']);
    expect(await delivered(market)).to.deep.equal([]);
  });

  it('only memberOnlyRead keeps a foreign reader from what the peer holds, as on a peer', async () => {
    await open(BANKS, { ...BANKS, name: 'closed', memberOnlyRead: true });
    await stage.submit(
      [
        ['putPrivate', 'banks', 'b', 'open'],
        ['putPrivate', 'closed', 'c', 'closed'],
        ['putPrivate', OWN_A, 'a', 'mine'],
      ],
      MARKET_AND_BANK_A,
    );
    expect(await delivered(bankA)).to.have.length(3);
    expect(await delivered(bankA, courierClient)).to.deep.equal([`0 ${OWN_A} a=mine`, '0 banks b=open']);
  });

  it('what no member endorsed comes to members only where other peers may give it to them', async () => {
    await open({ ...BANKS, name: 'kept' }, { ...BANKS, name: 'given', maxPeerCount: 1 });
    const code = await stage.code(
      [
        ['putPrivate', 'kept', 'k', 'secret'],
        ['putPrivate', 'given', 'k', 'secret'],
      ],
      [market, 'CourierMSP'],
    );
    expect(code).to.equal(0);
    expect(await delivered(bankA)).to.deep.equal(['0 given k=secret']);
    expect(await stage.read([['getPrivate', 'given', 'k']], bankB)).to.deep.equal(['secret']);
    expect(await refusal(stage.read([['getPrivate', 'kept', 'k']], bankB))).to.contain(
      'private data matching public hash version is not available',
    );
  });

  it('writes of an invalid transaction are delivered to nobody', async () => {
    await open(BANKS);
    await stage.submit([['putPrivate', 'banks', 'b', '1']], [bankA]);
    expect(await delivered(bankA)).to.deep.equal([]);
  });

  it('a purge takes the value from the state and from every block, its own included', async () => {
    await open(BANKS);
    await stage.submit(
      [
        ['putPrivate', 'banks', 'b', 'first'],
        ['putPrivate', 'banks', 'other', 'stays'],
      ],
      MARKET_AND_BANK_A,
    );
    await stage.submit([['putPrivate', 'banks', 'b', 'second']], MARKET_AND_BANK_A);
    expect(await stage.code([['purgePrivate', 'banks', 'b']], MARKET_AND_BANK_A)).to.equal(0);
    expect(await stage.read([['getPrivate', 'banks', 'b']], bankB)).to.deep.equal(['']);
    expect(await stage.read([['hash', 'banks', 'b']])).to.deep.equal(['']);
    for (const mspId of [bankA, bankB]) {
      expect(await delivered(mspId)).to.deep.equal([]);
      expect(await delivered(mspId, stage.alice, 2n)).to.deep.equal([]);
      expect(await delivered(mspId, stage.alice, 3n)).to.deep.equal(['0 banks other=stays']);
    }
  });

  it('a purged key may be written again, and a delete leaves the past alone', async () => {
    await open(BANKS);
    await stage.submit([['putPrivate', 'banks', 'b', 'first']], MARKET_AND_BANK_A);
    await stage.submit([['purgePrivate', 'banks', 'b']], MARKET_AND_BANK_A);
    await stage.submit([['putPrivate', 'banks', 'b', 'again']], MARKET_AND_BANK_A);
    await stage.submit([['delPrivate', 'banks', 'b']], MARKET_AND_BANK_A);
    expect(await delivered(bankA, stage.alice, 4n)).to.deep.equal([]);
    expect(await delivered(bankA, stage.alice, 2n)).to.deep.equal(['0 banks b=again']);
  });

  it('rows end with the block after their life, unless they were written again', async () => {
    await open({ ...BANKS, blockToLive: 2 });
    const filler = () => stage.submit([['put', 'k', '1']], MARKET_AND_BANK_A);
    await stage.submit(
      [
        ['putPrivate', 'banks', 'short', '1'],
        ['putPrivate', 'banks', 'long', '1'],
      ],
      MARKET_AND_BANK_A,
    );
    await filler();
    await stage.submit([['putPrivate', 'banks', 'long', '2']], MARKET_AND_BANK_A);
    const read = () =>
      stage.read([
        ['getPrivate', 'banks', 'short'],
        ['hash', 'banks', 'short'],
        ['getPrivate', 'banks', 'long'],
      ]);
    const [short, hash, long] = await read();
    expect([short, long]).to.deep.equal(['1', '2']);
    expect(hash).to.have.length(64);
    await filler();
    expect(await read()).to.deep.equal(['', '', '2']);
    expect(await delivered(bankA, stage.alice, 4n)).to.deep.equal([]);
    await filler();
    await filler();
    expect(await read()).to.deep.equal(['', '', '']);
  });

  it('a collection that is not defined is refused, in other words where only its hash is asked for', async () => {
    await open();
    expect(await refusal(stage.read([['getPrivate', 'nope', 'k']]))).to.contain(
      'GET_STATE failed: transaction ID: ',
    );
    expect(await refusal(stage.read([['getPrivate', 'nope', 'k']]))).to.match(
      /collection escrow\/\w+\/nope could not be found$/,
    );
    expect(await refusal(stage.read([['hash', 'nope', 'k']]))).to.match(
      /collection \[nope\] not defined in the collection config for chaincode \[\w+\]$/,
    );
  });

  it('members are who satisfies the policy, not whose organisation it names', async () => {
    await open({ ...BANKS, memberOrgsPolicy: `OR('${bankA}.peer')`, memberOnlyRead: true });
    expect(await refusal(stage.read([['getPrivate', 'banks', 'k']]))).to.contain(
      'tx creator does not have read access permission on privatedata',
    );
  });
});
