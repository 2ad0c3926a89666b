// Private content lives in its owner's store alone; all others see hashes.
import { createHash } from 'node:crypto';
import { expect } from 'chai';
import type { Step } from './asset-contract.js';
import { LedgerStage, MEMBERS, OWN_A, OWN_B, refusal } from './ledger-stage.js';

const [market, bankA, bankB, courier] = MEMBERS;

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

describe('embedded engine: private data', () => {
  let stage: LedgerStage;
  beforeEach(async () => {
    stage = await LedgerStage.open();
  });
  afterEach(() => stage.close());

  it("only the owner's peer holds the content; the others and the blocks hold its hash", async () => {
    await stage.submit([['putPrivate', OWN_A, 'account', 'canary-content']], [bankA]);
    expect(await stage.read([['getPrivate', OWN_A, 'account']])).to.deep.equal(['canary-content']);
    expect([...(await stage.network.privateStoreOf(bankA)).values()].map(String)).to.deep.equal([
      'canary-content',
    ]);
    for (const mspId of [market, bankB, courier]) {
      expect((await stage.network.privateStoreOf(mspId)).size).to.equal(0);
      expect(await stage.read([['hash', OWN_A, 'account']], mspId)).to.deep.equal([sha256('canary-content')]);
    }
    // Through transient data, as chaincode does: the arguments of this test's contract are public.
    const blocks = Buffer.concat(await stage.network.rawBlocks());
    expect(blocks.includes(Buffer.from(sha256('account'), 'hex'))).to.equal(true);
  });

  it('a peer that is no member says that the private data is not available', async () => {
    await stage.submit([['putPrivate', OWN_A, 'x', '1']], [bankA]);
    expect(await refusal(stage.read([['getPrivate', OWN_A, 'x']], bankB))).to.match(
      /^GET_STATE failed: transaction ID: [0-9a-f]{64}: private data matching public hash version is not available\. /,
    );
  });

  it('endorsing at the owner and others stores the content at the owner only', async () => {
    await stage.submit([['putPrivate', OWN_B, 'x', '1']], [market, bankB]);
    expect((await stage.network.privateStoreOf(bankB)).size).to.equal(1);
    expect((await stage.network.privateStoreOf(market)).size).to.equal(0);
  });

  it('an invalid transaction stores nothing', async () => {
    await stage.submit(
      [
        ['putPrivate', OWN_A, 'x', '1'],
        ['put', 'k', '1'],
      ],
      [bankA],
    );
    expect((await stage.network.privateStoreOf(bankA)).size).to.equal(0);
    expect(await stage.read([['hash', OWN_A, 'x']])).to.deep.equal(['']);
  });

  it('deleting removes content and hash', async () => {
    await stage.submit([['putPrivate', OWN_A, 'x', '1']], [bankA]);
    await stage.submit([['delPrivate', OWN_A, 'x']], [bankA]);
    expect(
      await stage.read([
        ['getPrivate', OWN_A, 'x'],
        ['hash', OWN_A, 'x'],
      ]),
    ).to.deep.equal(['', '']);
    expect((await stage.network.privateStoreOf(bankA)).size).to.equal(0);
  });

  it('a change of the key policy alone leaves the content readable', async () => {
    await stage.submit([['putPrivate', OWN_A, 'x', '1']], [bankA]);
    await stage.submit([['ownPrivate', OWN_A, 'x', bankA]], [bankA]);
    expect(await stage.read([['getPrivate', OWN_A, 'x']])).to.deep.equal(['1']);
  });

  it('two changes of one key in one block end with the later one', async () => {
    const first = await stage.endorse([['putPrivate', OWN_A, 'x', '1']], [bankA]);
    const second = await stage.endorse([['putPrivate', OWN_A, 'x', '2']], [bankA]);
    expect(await stage.codes([first, second])).to.deep.equal([0, 0]);
    expect(await stage.read([['getPrivate', OWN_A, 'x']])).to.deep.equal(['2']);
  });

  it('a range of private data is read at the owner, in key order, and is empty elsewhere', async () => {
    await stage.submit(
      [
        ['putPrivate', OWN_A, 'b', '2'],
        ['putPrivate', OWN_A, 'a', '1'],
      ],
      [bankA],
    );
    expect(await stage.read([['rangePrivate', OWN_A, 'a', 'z']])).to.deep.equal([['a=1', 'b=2']]);
    expect(await stage.read([['rangePrivate', OWN_A, 'a', 'z']], bankB)).to.deep.equal([[]]);
  });

  for (const [what, steps, words] of [
    [
      'a write after a private range',
      [
        ['rangePrivate', OWN_A, 'a', 'z'],
        ['put', 'k', '1'],
      ],
      'PUT_STATE failed: transaction ID: ID: txid [ID]: unsuppored transaction. Transaction has already performed ' +
        'queries on pvt data. Writes are not allowed',
    ],
    [
      'a private range after a write',
      [
        ['put', 'k', '1'],
        ['rangePrivate', OWN_A, 'a', 'z'],
      ],
      'GET_STATE_BY_RANGE failed: transaction ID: ID: txid [ID]: unsuppored transaction. ' +
        'Queries on pvt data is supported only in a read-only transaction',
    ],
    [
      'a write after a page',
      [
        ['page', 'a', 'z', 2, ''],
        ['put', 'k', '1'],
      ],
      'PUT_STATE failed: transaction ID: ID: txid [ID]: unsuppored transaction. Transaction has already performed ' +
        'a paginated query. Writes are not allowed',
    ],
    [
      'a page after a write',
      [
        ['put', 'k', '1'],
        ['page', 'a', 'z', 2, ''],
      ],
      'GET_STATE_BY_RANGE failed: transaction ID: ID: txid [ID]: unsuppored transaction. ' +
        'Paginated queries are supported only in a read-only transaction',
    ],
    [
      'an unknown collection',
      [['putPrivate', 'nope', 'k', '1']],
      'PUT_STATE failed: transaction ID: ID: collection escrow/escrow/nope could not be found',
    ],
    [
      'a rich query',
      [['query', '{}']],
      'GET_QUERY_RESULT failed: transaction ID: ID: ExecuteQuery not supported for leveldb',
    ],
  ] satisfies [string, Step[], string][]) {
    it(`${what} is refused in the words of a peer`, async () => {
      const message = await refusal(stage.endorse(steps, [bankA]));
      expect(message.replace(/[0-9a-f]{64}/g, 'ID')).to.equal(words);
    });
  }

  it('memberOnlyRead and memberOnlyWrite keep clients of other organisations out', async () => {
    const closed = await LedgerStage.open({
      chaincode: {
        collections: [
          {
            name: 'closed',
            memberOrgsPolicy: `OR('${bankB}.member')`,
            memberOnlyRead: true,
            memberOnlyWrite: true,
          },
        ],
      },
    });
    expect(await refusal(closed.read([['getPrivate', 'closed', 'x']], bankB))).to.match(
      /tx creator does not have read access permission on privatedata in chaincodeName:escrow collectionName: closed$/,
    );
    expect(await refusal(closed.endorse([['putPrivate', 'closed', 'x', '1']], [bankB]))).to.match(
      /tx creator does not have write access permission on privatedata/,
    );
    await closed.close();
  });

  it('reading private data lets only members endorse', async () => {
    await stage.submit([['putPrivate', OWN_A, 'x', '1']], [bankA]);
    const prepared = await stage.endorse([
      ['getPrivate', OWN_A, 'x'],
      ['putPrivate', OWN_A, 'y', '1'],
    ]);
    expect(prepared.responses).to.have.length(1);
    expect(
      await refusal(
        stage.endorse([
          ['getPrivate', OWN_A, 'x'],
          ['put', 'k', '1'],
        ]),
      ),
    ).to.equal('no peer combination can satisfy the endorsement policy');
  });
});
