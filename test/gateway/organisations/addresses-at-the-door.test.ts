// An address from the purchase to the courier's agents, between the gateways of a marketplace and a courier on a real
// ledger: nothing leaves before the deal is paid, and nothing is lost while the courier is away.
import { expect } from 'chai';
import { systemClock } from '../../../gateway/clock.js';
import { courierDoor } from '../../../gateway/organisations/courier-door.js';
import { buy } from '../../../gateway/sdk/commands/deals.js';
import { makeRecipientCode } from '../../../gateway/sdk/recipient-code.js';
import type { Database } from '../../../gateway/store/postgres/database.js';
import { DealAddressTable } from '../../../gateway/store/postgres/deal-address-table.js';
import { ParcelAddressTable } from '../../../gateway/store/postgres/parcel-address-table.js';
import { ClientConsortium } from '../../support/client-consortium.js';
import { inDatabase } from '../../support/database.js';
import { DealPlay, machine } from '../../support/deal-play.js';
import { agreed, BANK_A, COURIER, MARKETPLACE } from '../../support/member-access.js';
import { present } from '../../support/test-consortium.js';
import { WireGround } from '../../support/wire-ground.js';
import { silentLog } from '../support/silent-log.js';
import { eventually, newWebClient, openMarket, payAtDoor, type WebMarket } from '../support/web-clients.js';
import { openWebOrganisation } from '../support/web-organisation.js';
import { codeOf } from '../support/web-people.js';

const START_LIMIT_MS = 120_000;
const LONG = { answerTimeMs: 600_000 };
const HOME = { recipient: 'Vera', text: 'Pskov, Gogol street, 4', phone: null };
const WORK = { ...HOME, text: 'Pskov, Lenin street, 1' };

describe('addresses between marketplace and courier', function () {
  this.timeout(START_LIMIT_MS);
  let consortium: ClientConsortium;
  before(async () => {
    consortium = await ClientConsortium.open(await WireGround.start(30_000));
  });
  after(() => consortium.close());

  async function atMarket(run: (market: WebMarket, courier: Database) => Promise<void>): Promise<void> {
    await inDatabase(async (database) => {
      const config = consortium.ground.config(MARKETPLACE);
      const web = await openWebOrganisation({ config, database, ledger: consortium.ledger(MARKETPLACE) });
      try {
        const market = await openMarket(consortium, web);
        await inDatabase((courier) => run(market, courier));
      } finally {
        await web.close();
      }
    });
  }

  it('goes with the purchase, comes to the courier once paid and he is back, and changes until he has the parcel', () =>
    atMarket(async (market, database) => {
      const vera = await newWebClient(market, 'vera', { [BANK_A]: '2000000' });
      const eve = await newWebClient(market, 'eve');
      const offer = await consortium.listOffer(LONG);
      const offerTerms = present((await consortium.row('offer', offer))?.terms);
      const { request, terms } = buy({
        ...{ offerTerms, buyer: vera.id, link: present(vera.links[BANK_A]) },
        ...{ recipientCode: makeRecipientCode(), boughtAt: Date.now() },
      });
      await vera.session.command('buy', { request, beside: { address: HOME } });
      const path = { deal: terms.deal };
      const shown = () => vera.session.api.call('getDealAddress', { path });
      expect(await shown()).to.include({ mayChange: true, courier: 'waiting' });
      expect((await shown()).address).to.deep.equal(HOME);
      expect(await codeOf(eve.session.api.call('getDealAddress', { path }))).to.equal('NOT_FOUND');
      expect(await codeOf(eve.session.api.call('putDealAddress', { path, body: WORK }))).to.equal(
        'NOT_FOUND',
      );

      const payment = await payAtDoor(market, vera, terms, { msp: BANK_A, amount: '1240000' });
      const play = new DealPlay(consortium, consortium.alice, {
        ...{ terms, h1: '' },
        purchase: agreed(machine('closePayments', path)), // bought above
      });
      play.addPayment(payment.id, BANK_A);
      await consortium.run(play.admit(payment.id), play.answer(payment.id, 'yes'), play.markPaid());

      // Nobody listens at the courier's door yet.
      const parcels = new ParcelAddressTable(database.query);
      await eventually(async () => (await vera.session.api.call('getDeal', { path })).status === 'paid');
      expect((await shown()).courier).to.equal('waiting');
      const config = consortium.ground.config(COURIER);
      const ledger = consortium.ledger(COURIER);
      const door = await courierDoor({ config, ledger, database, clock: systemClock, log: silentLog });
      try {
        await within(() => parcels.find(terms.deal));
        expect((await parcels.find(terms.deal))?.address).to.deep.equal(HOME);
        await eventually(async () => (await shown()).courier === 'announced');
        await vera.session.api.call('putDealAddress', { path, body: WORK });
        await eventually(async () => (await shown()).courier === 'announced');
        expect((await parcels.find(terms.deal))?.address).to.deep.equal(WORK);
        await consortium.run(play.acceptParcel());
        await eventually(async () => !(await shown()).mayChange);
        expect(await codeOf(vera.session.api.call('putDealAddress', { path, body: HOME }))).to.equal(
          'ADDRESS_FIXED',
        );
      } finally {
        await door?.close();
      }
    }));

  it('of a purchase that is refused for too many unpaid deals is not kept', () =>
    inDatabase(async (database) => {
      const config = consortium.ground.config(MARKETPLACE);
      const limits = { unpaidDeals: 1, unconfirmedPayments: 1 };
      const web = await openWebOrganisation({
        ...{ config, database, ledger: consortium.ledger(MARKETPLACE), web: { limits } },
      });
      try {
        const zoe = await newWebClient(await openMarket(consortium, web), 'zoe', { [BANK_A]: '1' });
        const offerTerms = present((await consortium.row('offer', await consortium.listOffer(LONG)))?.terms);
        const bought = async () => {
          const { request, terms } = buy({
            ...{ offerTerms, buyer: zoe.id, link: present(zoe.links[BANK_A]) },
            ...{ recipientCode: makeRecipientCode(), boughtAt: Date.now() },
          });
          const code = await codeOf(zoe.session.command('buy', { request, beside: { address: HOME } }));
          return { code, kept: await new DealAddressTable(database.query).find(terms.deal, zoe.id) };
        };
        expect((await bought()).kept?.address).to.deep.equal(HOME);
        expect(await bought()).to.deep.equal({ code: 'TOO_MANY_UNPAID', kept: null });
      } finally {
        await web.close();
      }
    }));
});

/** Longer than the pause between two tries. */
async function within(find: () => Promise<unknown>): Promise<void> {
  for (let tried = 0; tried < 4; tried += 1) {
    const isThere = await eventually(async () => (await find()) !== null).then(
      () => true,
      () => false,
    );
    if (isThere) return;
  }
  throw new Error('the courier was not given the address');
}
