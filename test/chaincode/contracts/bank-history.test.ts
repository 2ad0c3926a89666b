// What a bank's history costs: balance, collecting and the next credit read as much after 200,000 credits as before.
import { expect } from 'chai';
import { collectionOf } from '../../../chaincode/protocol/attestation.js';
import { encodeVersioned } from '../../../ledger/fabric/state.js';
import { privatePrefix, type Snapshot, type Write } from '../../../ledger/fabric/store.js';
import { machine, buy } from '../../support/deal-play.js';
import { BANK_B, owned } from '../../support/member-access.js';
import { newId } from '../../support/people.js';
import { codeOf } from '../../support/refusals.js';
import { type EngineConsortium, openConsortium, present } from '../../support/test-consortium.js';

/** More than a range of the ledger may hold. */
const CREDITS = 200_000;
const PART = 100_000;

describe('a bank with history', function () {
  this.timeout(120_000);
  let consortium: EngineConsortium;
  /** Rows that ranges have given. */
  let ranged = 0;
  beforeEach(async () => {
    consortium = await openConsortium();
    const { store } = consortium.network;
    const snapshot = store.snapshot.bind(store);
    store.snapshot = () => counting(snapshot());
  });
  afterEach(() => consortium.close());

  function counting(snapshot: Snapshot): Snapshot {
    return {
      get: (key) => snapshot.get(key),
      decoded: (key, decode) => snapshot.decoded(key, decode),
      range: async (from, to, limit) => {
        const found = await snapshot.range(from, to, limit);
        ranged += found.length;
        return found;
      },
      close: () => {
        snapshot.close();
      },
    };
  }

  /** Rows of that kind, as if so many transactions had left them at Bank B. */
  async function addRows(keyOf: (number: string) => string, row: object): Promise<void> {
    const { network } = consortium;
    const prefix = privatePrefix(BANK_B, network.chaincode, collectionOf(BANK_B));
    const version = { block: 1, transaction: 0 };
    const value = encodeVersioned({ version, value: Buffer.from(JSON.stringify(row)), metadata: new Map() });
    for (let start = 0; start < CREDITS; start += PART) {
      const writes: Write[] = Array.from({ length: PART }, (_, index) => {
        const number = String(start + index).padStart(64, '0');
        return { key: prefix + keyOf(number), value };
      });
      await network.store.write(writes);
    }
  }

  /** The seller's credits of one deal more are collected; what that and the questions beside it took from ranges. */
  async function collectOnce(): Promise<number> {
    const deal = await buy(consortium, { offer: await consortium.listOffer() });
    await deal.playTo('captured');
    const before = ranged;
    const { account } = present(consortium.bob.accounts[BANK_B]);
    await consortium.run(...deal.payments.map(({ id }) => deal.credit(id, 'seller')));
    const { available, pending } = await consortium.balance(BANK_B, account);
    expect(pending).to.equal('1178000');
    const lines = await consortium.privately<{ credit: string }[]>(BANK_B, { about: 'pending', account });
    expect(lines).to.have.length(2);
    const credits = lines.map(({ credit }) => credit);
    const posting = owned(
      BANK_B,
      machine('postCredits', { account, operation: newId('operation'), credits }),
    );
    await consortium.run(posting);
    const after = await consortium.balance(BANK_B, account);
    expect(after).to.include({ available: String(Number(available) + 1_178_000), pending: '0' });
    const again = machine('postCredits', { account, operation: newId('operation'), credits });
    expect(codeOf(await consortium.attempt(owned(BANK_B, again))), 'collected once').to.equal('NOT_FOUND');
    return ranged - before;
  }

  it('of 200,000 collected credits and as many open ones of others answers and collects as a new one', async () => {
    const fresh = await collectOnce();
    const other = { v: 1, credit: 'x', account: 'y', currency: 'RUB', amount: '1', nonce: '' };
    await addRows((number) => `pendingCredit/${number}/${number}`, other);
    await addRows((number) => `journal/${number}`, { v: 1, entries: [], nonce: '' });
    expect(await collectOnce()).to.equal(fresh);
    expect(fresh).to.be.below(20);
  });
});
