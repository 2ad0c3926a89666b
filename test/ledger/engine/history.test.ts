// A key's history as chaincode sees it: newest first, deletes included, invalid transactions not.
import { expect } from 'chai';
import { LedgerStage, MEMBERS, OWN_A } from './ledger-stage.js';

const [market, bankA] = MEMBERS;
const MARKET_AND_BANK_A = [market, bankA];

describe('embedded engine: history', () => {
  let stage: LedgerStage;
  beforeEach(async () => {
    stage = await LedgerStage.open({ config: { totalQueryLimit: 250 } });
  });
  afterEach(() => stage.close());

  async function history(key: string): Promise<unknown[]> {
    const [found] = await stage.read([['history', key]]);
    return found as unknown[];
  }

  it('comes newest first, each with transaction, value and the time of the proposal; a delete is marked', async () => {
    const times = [1_700_000_000_000, 1_700_000_060_000, 1_700_000_120_000];
    const timed = await LedgerStage.open({ timeWindowMs: 0 });
    const ids = [];
    for (const [i, step] of (
      [
        ['put', 'k', '1'],
        ['put', 'k', '2'],
        ['del', 'k'],
      ] as const
    ).entries()) {
      ids.push((await timed.submit([[...step]], MARKET_AND_BANK_A, { timestampMs: times[i] ?? 0 })).txId);
    }
    const [found] = await timed.read([['history', 'k']]);
    expect(found).to.deep.equal([
      [ids[2], '', true, 1_700_000_120],
      [ids[1], '2', false, 1_700_000_060],
      [ids[0], '1', false, 1_700_000_000],
    ]);
    await timed.close();
  });

  it('within a block the later transaction is the newer', async () => {
    const one = await stage.endorse([['put', 'k', 'one']], MARKET_AND_BANK_A);
    const other = await stage.endorse([['put', 'k', 'other']], MARKET_AND_BANK_A);
    expect(await stage.codes([one, other])).to.deep.equal([0, 0]);
    const found = (await history('k')) as [string, string][];
    expect(found.map(([txId, value]) => [txId, value])).to.deep.equal([
      [other.txId, 'other'],
      [one.txId, 'one'],
    ]);
  });

  it('invalid transactions, reads and changes of the key policy alone leave no mark', async () => {
    const losing = await stage.endorse([
      ['get', 'k'],
      ['put', 'k', 'lost'],
    ]);
    await stage.submit([['put', 'k', '1']], MARKET_AND_BANK_A);
    expect(await stage.codes([losing])).to.deep.equal([11]);
    await stage.submit([['get', 'k']], MARKET_AND_BANK_A);
    await stage.submit([['own', 'k', bankA]], MARKET_AND_BANK_A);
    expect(await history('k')).to.have.length(1);
  });

  it('private keys have none', async () => {
    await stage.submit([['putPrivate', OWN_A, 'x', '1']], [bankA]);
    expect(await history('x')).to.deep.equal([]);
  });

  it('a key is not mistaken for one that begins with it', async () => {
    await stage.submit(
      [
        ['put', 'k', '1'],
        ['put', 'k\u0001', '2'],
        ['put', 'kk', '3'],
      ],
      MARKET_AND_BANK_A,
    );
    expect(await history('k')).to.have.length(1);
    expect(await history('absent')).to.deep.equal([]);
  });

  it('a long one comes in batches, up to the total query limit', async () => {
    for (let i = 0; i < 26; i++) {
      const prepared = [];
      for (let j = 0; j < 10; j++)
        prepared.push(await stage.endorse([['put', 'k', `${String(i)}/${String(j)}`]], MARKET_AND_BANK_A));
      await stage.codes(prepared);
    }
    const found = (await history('k')) as [string, string][];
    expect(found).to.have.length(250);
    expect(found[0]?.[1]).to.equal('25/9');
    expect(found[249]?.[1]).to.equal('1/0');
  }).timeout(20_000);

  it('is not part of what a transaction read', async () => {
    await stage.submit([['put', 'k', '1']], MARKET_AND_BANK_A);
    const reading = await stage.endorse(
      [
        ['history', 'k'],
        ['put', 'other', '1'],
      ],
      MARKET_AND_BANK_A,
    );
    await stage.submit([['put', 'k', '2']], MARKET_AND_BANK_A);
    expect(await stage.codes([reading])).to.deep.equal([0]);
  });
});
