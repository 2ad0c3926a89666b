// What a deal's page holds for each who may look, and that others find none. The commission is in none of a client's.
import { expect } from 'chai';
import type { DealPage } from '../../../gateway/protocol/api/deals.js';
import { dealPage, type SeenDeal } from '../../../gateway/views/deal-page.js';
import { namesOf, type Observer } from '../../../gateway/views/viewer.js';
import { dealViewOf } from '../../../gateway/projection/deal-view.js';
import { bodyOf } from '../../../gateway/projection/projected-row.js';
import { buy, type DealPlay, type Stage } from '../../support/deal-play.js';
import { BANK_A } from '../../support/member-access.js';
import { openConsortium, type EngineConsortium } from '../../support/test-consortium.js';
import { blocksOf, project } from '../projection/chain.js';
import { MemoryTables } from '../projection/memory-tables.js';

/** The worked example's commission and net, minor units. */
const COMMISSION = '62000';
const NET = '1178000';
const BOBS_PICTURE = 'b0b'.padEnd(64, '0');

describe('a deal’s page', () => {
  let consortium: EngineConsortium;
  let eve: Observer;
  before(async () => {
    consortium = await openConsortium();
    const { person } = await consortium.newClient('eve', { [BANK_A]: '5' });
    eve = { person: person.id, roles: ['client'] };
  });

  async function seen(deal: DealPlay, settlement: SeenDeal['settlement'] = null): Promise<SeenDeal> {
    const tables = await project(await blocksOf(consortium), new MemoryTables());
    const shares = tables.rows.get(`shares/${deal.terms.offerTerms.sharesHash}`);
    const view = dealViewOf(tables.ofDeal(deal.id), shares === undefined ? null : bodyOf(shares, 'shares'));
    const events = tables.changes
      .flatMap((changes) => changes.events)
      .filter((event) => event.deal === deal.id);
    return { view, events, title: 'Bicycle', picture: null, settlement, block: 9 };
  }
  const names = () =>
    namesOf(
      {
        names: new Map([
          [consortium.alice.person.id, 'Alice'],
          [consortium.bob.person.id, 'Bob'],
        ]),
        pictures: new Map([[consortium.bob.person.id, BOBS_PICTURE]]),
      },
      Buffer.from('secret'),
    );
  const observer = (person: string, roles: Observer['roles'] = ['client']): Observer => ({ person, roles });
  const pageOf = async (deal: DealPlay, viewer: Observer): Promise<DealPage | null> =>
    dealPage(await seen(deal), viewer, names(), consortium.now());
  const at = async (stage: Stage): Promise<DealPlay> =>
    (await buy(consortium, { offer: await consortium.listOffer() })).playTo(stage);

  it('is none for a stranger, and whole for a moderator', async () => {
    const deal = await at('bought');
    expect(await pageOf(deal, eve)).to.equal(null);
    expect(await pageOf(deal, { ...eve, roles: ['moderator'] })).to.include({ role: 'staff' });
  });

  it('masks buyer and seller for each other until the deal is paid', async () => {
    const { alice, bob } = consortium;
    const open = await pageOf(await at('held'), observer(alice.person.id));
    expect(open?.seller).to.include({ isMasked: true });
    expect(open?.buyer).to.include({ name: 'Alice', isMasked: false });
    expect(JSON.stringify({ ...open, terms: null })).not.to.contain('Bob');
    expect(JSON.stringify(open), 'nor his picture').not.to.contain(BOBS_PICTURE);
    expect((await pageOf(await at('held'), observer(bob.person.id)))?.seller.picture).to.equal(BOBS_PICTURE);
    const paid = await at('paid');
    const seenBy = async (viewer: Observer) => (await pageOf(paid, viewer))?.seller.picture;
    expect(await seenBy(observer(alice.person.id))).to.equal(BOBS_PICTURE);
    expect(await seenBy({ ...eve, roles: ['administrator'] })).to.equal(BOBS_PICTURE);
    expect(await seenBy({ ...eve, roles: ['moderator'] })).to.equal(undefined);
    expect((await pageOf(paid, observer(alice.person.id)))?.seller).to.include({ name: 'Bob' });
    expect((await pageOf(paid, observer(bob.person.id)))?.buyer).to.include({ name: 'Alice' });
  });

  it("says whose settlement the payee's bank waits for, once money is captured and not credited", async () => {
    const { alice, bob } = consortium;
    const settlement = { payeeBank: '20', payerBank: '10' };
    const next = async (stage: Stage, person: string) => {
      const deal = await at(stage);
      const page = dealPage(await seen(deal, settlement), observer(person), names(), consortium.now());
      return [page?.next?.who, page?.next?.what, page?.next?.isMine, page?.settlement];
    };
    for (const { person } of [alice, bob]) {
      expect(await next('captured', person.id)).to.deep.equal(['bank', 'settle', false, settlement]);
    }
    expect((await next('accepted', bob.person.id))[1]).to.equal('payOut');
    const free = await pageOf(await at('captured'), observer(bob.person.id));
    expect(free?.next?.what).to.equal('credit');
    expect(free?.settlement).to.equal(null);
  });

  it('shows the seller his net at every stage, and no client how the price is shared', async () => {
    const { alice, bob } = consortium;
    for (const stage of ['bought', 'captured', 'completed'] as const) {
      const deal = await at(stage);
      const buyers = await pageOf(deal, observer(alice.person.id));
      const sellers = await pageOf(deal, observer(bob.person.id));
      expect(sellers?.net, stage).to.equal(NET);
      expect(buyers?.net, stage).to.equal(null);
      expect(JSON.stringify(buyers), stage).not.to.match(new RegExp(`"(${NET}|${COMMISSION})"`));
      expect(JSON.stringify(sellers), stage).not.to.contain(`"${COMMISSION}"`);
      const paidTo = (page: DealPage | null) => page?.timeline.flatMap(({ ids }) => ids) ?? [];
      expect(paidTo(buyers), stage).not.to.include.oneOf(['marketplace', 'seller']);
      expect(paidTo(sellers), stage).not.to.include('marketplace');
      const staffs = await pageOf(deal, { ...eve, roles: ['moderator'] });
      expect(paidTo(staffs).includes('marketplace'), stage).to.equal(stage !== 'bought');
    }
  });

  it('says who may cancel until it is paid, who did, and that the deal ends so', async () => {
    const { alice, bob } = consortium;
    const [buyer, seller] = [observer(alice.person.id), observer(bob.person.id)];
    const deal = await at('bought');
    const mayCancel = async (of: DealPlay) =>
      Promise.all(
        [buyer, seller, { ...eve, roles: ['moderator' as const] }].map(
          async (viewer) => (await pageOf(of, viewer))?.mayCancel,
        ),
      );
    expect(await mayCancel(deal)).to.deep.equal([true, true, false]);
    for (const stage of ['held', 'paid'] as const) {
      expect(await mayCancel(await at(stage)), stage).to.deep.equal([false, false, false]);
    }
    const held = await deal.pay(BANK_A, '500000');
    await consortium.run(deal.cancel('seller'));
    const cancelled = { status: 'cancelled', cancelledBy: 'seller', mayCancel: false };
    expect(await pageOf(deal, buyer)).to.deep.include({
      ...cancelled,
      next: { who: 'anybody', what: 'close', until: null, isMine: false },
    });
    await consortium.run(deal.expire());
    expect((await pageOf(deal, buyer))?.next).to.include({ who: 'bank', what: 'giveBack' });
    await consortium.run(deal.giveBack(held));
    expect(await pageOf(deal, seller)).to.deep.include({ ...cancelled, next: null });
  });

  it('says where the money is: asked, held, captured, credited', async () => {
    const money = async (stage: Stage) =>
      (await pageOf(await at(stage), observer(consortium.alice.person.id)))?.money;
    expect(await money('bought')).to.include({ asked: '0', held: '0', missing: '1240000' });
    expect(await money('held')).to.include({ held: '1240000', captured: '0', missing: '0' });
    expect(await money('captured')).to.include({ held: '0', captured: '1240000', credited: '0' });
    expect(await money('completed')).to.include({ captured: '1240000', credited: '1240000' });
  });
});
