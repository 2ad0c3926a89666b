// What the projection makes of blocks is what the ledger itself answers, step by step, also where rows are forged.
import { expect } from 'chai';
import type { DealView } from '../../../chaincode/protocol/queries.js';
import { rowKey } from '../../../chaincode/protocol/rows.js';
import { dealViewOf } from '../../../gateway/projection/deal-view.js';
import { bodyOf } from '../../../gateway/projection/projected-row.js';
import { buy, type DealPlay, STAGES } from '../../support/deal-play.js';
import { BANK_A, BANK_B } from '../../support/member-access.js';
import { type EngineConsortium, openConsortium } from '../../support/test-consortium.js';
import { blocksOf, project } from './chain.js';
import { MemoryTables } from './memory-tables.js';

function viewIn(tables: MemoryTables, deal: string): DealView {
  const rows = tables.ofDeal(deal);
  const terms = rows.map((row) => bodyOf(row, 'terms')?.terms ?? null).find((found) => found !== null);
  const shares = tables.rows.get(rowKey('shares', terms?.offerTerms.sharesHash ?? ''));
  return dealViewOf(rows, shares === undefined ? null : bodyOf(shares, 'shares'));
}

async function expectSame(consortium: EngineConsortium, deal: DealPlay): Promise<DealView> {
  const seen = viewIn(await project(await blocksOf(consortium), new MemoryTables()), deal.id);
  expect(seen).to.deep.equal(await consortium.deal(deal.id));
  return seen;
}

describe('projection', () => {
  it('shows a deal at every stage as the ledger does', async () => {
    const consortium = await openConsortium();
    const deal = await buy(consortium, { offer: await consortium.listOffer() });
    await expectSame(consortium, deal);
    await deal.submit(BANK_A, '500000');
    const submitted = await expectSame(consortium, deal);
    expect(submitted.payments[0]?.row.status).to.equal('submitted');
    const offer = await consortium.listOffer({ stock: STAGES.length });
    const deals: DealPlay[] = [];
    for (const stage of STAGES) deals.push(await (await buy(consortium, { offer })).playTo(stage));
    for (const played of deals) await expectSame(consortium, played);
    const other = deals[deals.length - 1] ?? deal;
    const completed = await expectSame(consortium, other);
    expect(completed.phase?.status).to.equal('completed');
    expect(completed.payments.filter(({ row }) => row.status === 'captured')).to.have.length(2);
  });

  it('shows what a bank attests of a payment that it does not rewrite', async () => {
    const consortium = await openConsortium();
    const deal = await buy(consortium, { offer: await consortium.listOffer() });
    const payment = await deal.pay(BANK_A, '500000');
    const tables = await project(await blocksOf(consortium), new MemoryTables());
    const row = tables.rows.get(rowKey('payment', deal.id, payment));
    expect(JSON.parse(row?.text ?? '{}')).to.include({ status: 'submitted' });
    expect(row?.body).to.include({ status: 'held' });
    expect(row?.isAttested).to.equal(true);
  });

  it('goes on where its tables stand, and ends with the same as at one go', async () => {
    const consortium = await openConsortium();
    const deal = await buy(consortium, { offer: await consortium.listOffer() });
    await deal.pay(BANK_A, '500000');
    await deal.pay(BANK_B, '740000');
    const blocks = await blocksOf(consortium);
    const once = await project(blocks, new MemoryTables());
    const twice = await project(blocks.slice(0, 5), new MemoryTables());
    await project(blocks, twice);
    expect([...twice.rows]).to.have.deep.members([...once.rows]);
    expect(twice.changes.map(({ events }) => events)).to.deep.equal(once.changes.map(({ events }) => events));
  });

  it('names people who signed publicly, and each event of a deal in its order', async () => {
    const consortium = await openConsortium();
    const deal = await buy(consortium, { offer: await consortium.listOffer() });
    await deal.playTo('completed');
    const { changes } = await project(await blocksOf(consortium), new MemoryTables());
    const events = changes.flatMap(({ events }) => events).filter((event) => event.deal === deal.id);
    const names = events.map(({ name }) => name);
    expect(names[0]).to.equal('DealOpened');
    expect(names.at(-1)).to.equal('DealCompleted');
    expect(names).to.include.members(['PaymentSubmitted', 'PaymentHeld', 'DealPaid', 'ParcelDelivered']);
    const signed = events.filter(({ person }) => person !== null).map(({ name }) => name);
    expect(signed).to.include.members(['DealOpened', 'PaymentSubmitted', 'GoodsAccepted']);
    expect(events.find(({ name }) => name === 'DealOpened')?.person).to.equal(consortium.alice.person.id);
  });

  it('chains blocks by the hashes that it shows', async () => {
    const blocks = await blocksOf(await openConsortium());
    for (const [index, { previousHash }] of blocks.entries()) {
      if (index > 0) expect(previousHash).to.equal(blocks[index - 1]?.hash);
    }
  });
});
