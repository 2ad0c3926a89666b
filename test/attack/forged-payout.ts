// Duty: proves that a bank re-derives why it pays or gives back: signatures with keys of links, own trust, own count.
// Must not: leave the conspirators anything undone: they write every shared row as they like.
import { expect } from 'chai';
import { detached, type Intent } from '../../chaincode/protocol/intent.js';
import { rowKey, type DealTerms, type PaymentRow, type LinkRow } from '../../chaincode/protocol/rows.js';
import { termsHash } from '../../chaincode/protocol/terms.js';
import { buy, preparePurchase, type DealPlay } from '../support/deal-play.js';
import { BANK_A, BANK_B, COURIER, MARKETPLACE } from '../support/member-access.js';
import { makePerson, newId, resigned, type Person } from '../support/people.js';
import { present, type World, type WorldClient } from '../support/world.js';
import {
  ColludingMembers,
  POLICY_FAILURE,
  VALID,
  codeOf,
  codesOf,
  moneySteps,
  movesNoMoney,
  opinion,
  rowText,
} from './colluding-members.js';
import type { AttackGround } from './attack-ground.js';

export function describeForgedPayout(ground: AttackGround): void {
  const { inspectionTimeMs } = ground.pace;

  describe('attack: marketplace and courier forge why a bank should move money', () => {
    let world: World;
    let deal: DealPlay;
    let colluding: ColludingMembers;
    const mallory = makePerson('mallory');
    before(async () => {
      world = await ground.open();
    });
    beforeEach(async () => {
      deal = await buy(world, { offer: await world.listOffer({ inspectionTimeMs }) });
      colluding = await ColludingMembers.in(ground, world);
    });
    afterEach(async () => {
      await colluding.end();
    });
    after(() => ground.close(world));

    const captures = () => codesOf(world, moneySteps(deal).captures);

    async function forgeAcceptance(acceptance: Intent | null): Promise<void> {
      const status = acceptance === null ? 'started' : 'accepted';
      await colluding.write('inspection', [deal.id], {
        v: 1,
        deal: deal.id,
        status,
        startedAt: 0,
        acceptance: acceptance === null ? null : { id: acceptance.body.id, ...detached(acceptance) },
      });
    }

    function acceptanceBy(person: Person, of: DealPlay = deal): Intent {
      const params = { deal: of.id, termsHash: termsHash(of.terms) };
      return present(world.signed(person, 'acceptGoods', params).intent);
    }

    describe("the buyer's acceptance of a delivered parcel", () => {
      beforeEach(() => deal.playTo('delivered'));

      it('signed by another, altered, or taken from another deal: no bank captures', async () => {
        const genuine = acceptanceBy(world.alice.person);
        const other = await buy(world, { offer: await world.listOffer() });
        const altered = { ...genuine, body: { ...genuine.body, expiresAt: genuine.body.expiresAt + 1 } };
        const posing = { ...makePerson('posing', world.alice.person.id) };
        const forgeries = [
          acceptanceBy(mallory),
          acceptanceBy(posing),
          resigned(genuine, mallory),
          altered,
          acceptanceBy(world.alice.person, other),
          present(deal.purchase.command.intent),
        ];
        await movesNoMoney(world, async () => {
          for (const forged of forgeries) {
            await forgeAcceptance(forged);
            expect(await captures()).to.deep.equal(['BAD_SIGNATURE', 'BAD_SIGNATURE']);
          }
        });
      });

      it('replaced by a backdated inspection: the bank counts from its own first sight', async () => {
        await movesNoMoney(world, async () => {
          await forgeAcceptance(null);
          expect(await captures()).to.deep.equal(['NOT_DUE', 'NOT_DUE']);
        });
        const noted = world.now();
        await world.at(noted, () => world.run(deal.recordDelivery(BANK_A)));
        await world.at(noted + inspectionTimeMs - 1, async () => {
          expect(await captures()).to.deep.equal(['NOT_DUE', 'NOT_DUE']);
        });
        await world.at(noted + inspectionTimeMs, async () => {
          expect(codeOf(await world.attempt(present(moneySteps(deal).captures[0])))).to.equal('ok');
        });
      });

      it('under a swapped key of his (the marketplace vouches for it): the key of his link counts', async () => {
        const { alice } = world;
        const posing: Person = { ...makePerson('posing', alice.person.id) };
        const row = present(await world.row('person', alice.person.id));
        const swapped = { ...row, key: posing.key };
        const key = rowKey('person', row.id);
        const text = rowText(swapped);
        await movesNoMoney(world, async () => {
          expect(await colluding.forge([['put', key, text]], [MARKETPLACE])).to.equal(VALID);
          await colluding.vouch(MARKETPLACE, 'person', [row.id], swapped);
          const acceptance = acceptanceBy(posing);
          const asked = { action: 'acceptGoods', intent: acceptance };
          expect(await opinion(world, asked)).to.equal('KEY_DIFFERS');
          await forgeAcceptance(acceptance);
          expect(await captures()).to.deep.equal(['BAD_SIGNATURE', 'BAD_SIGNATURE']);
          await forgeAcceptance(null);
        });
        expect(await colluding.forge([['put', key, rowText(row)]], [MARKETPLACE])).to.equal(VALID);
        await colluding.vouch(MARKETPLACE, 'person', [row.id], row);
      });

      it("under a link of the buyer whose key they rewrite: it is his bank's row", async () => {
        const posing = makePerson('posing', world.alice.person.id);
        const link = present(await world.row('link', deal.terms.buyerLink));
        const forged = rowText({ ...link, keyThumbprint: posing.thumbprint });
        const key = rowKey('link', link.id);
        expect(await colluding.forge([['put', key, forged]])).to.equal(POLICY_FAILURE);
      });
    });

    describe('the payee of a paid deal', () => {
      let eve: WorldClient;
      before(async () => {
        eve = await world.newClient('eve', { [BANK_B]: '0' });
      });
      beforeEach(() => deal.playTo('accepted'));

      const toEve = (terms: DealTerms): DealTerms => {
        const { link, bank } = present(eve.accounts[BANK_B]);
        const offerTerms = { ...terms.offerTerms, sellerLink: link, sellerBank: bank, seller: eve.person.id };
        return { ...terms, offerTerms };
      };

      it('changed in the terms, with and without their hash: no bank captures', async () => {
        const row = present(await world.row('terms', deal.id));
        const terms = toEve(deal.terms);
        const hash = termsHash(terms.offerTerms);
        const { link } = present(eve.accounts[BANK_B]);
        const { offer, net } = terms.offerTerms;
        const listing = present(
          world.signed(eve.person, 'listOffer', { offer, termsHash: hash, net, link }).intent,
        );
        await colluding.writeUsedIntent(listing.body.id, detached(listing));
        await movesNoMoney(world, async () => {
          for (const [forged, code] of [
            [{ ...row, terms }, 'TERMS_DIFFER'],
            [{ ...row, terms, termsHash: termsHash(terms) }, 'BAD_SIGNATURE'],
            [{ ...row, terms, termsHash: termsHash(terms), listing: listing.body.id }, 'BAD_SIGNATURE'],
          ] as const) {
            await colluding.write('terms', [deal.id], forged);
            expect(await captures()).to.deep.equal([code, code]);
          }
        });
      });

      it('changed in the plan and the credits: no bank captures, and credits follow the captured payment', async () => {
        const plan = present(await world.row('plan', deal.id));
        const { link } = present(eve.accounts[BANK_B]);
        const items = plan.items.map((item) => (item.payee === 'seller' ? { ...item, link } : item));
        await movesNoMoney(world, async () => {
          await colluding.write('plan', [deal.id], { ...plan, items });
          expect(await captures()).to.deep.equal(['PLAN_DIFFERS', 'PLAN_DIFFERS']);
        });
        await colluding.write('plan', [deal.id], plan);
        const seller = present(plan.items.find(({ payee }) => payee === 'seller'));
        const ids = [deal.id, seller.payment, 'seller'];
        const credit = present(await world.row('credit', ...ids));
        const forged = rowText({ ...credit, link });
        const key = rowKey('credit', ...ids);
        expect(await colluding.forge([['put', key, forged]])).to.equal(POLICY_FAILURE);
      });

      it('changed with net and commission, for more than the seller signed: no bank captures', async () => {
        const row = present(await world.row('terms', deal.id));
        const { offerTerms } = deal.terms;
        const richer = {
          ...deal.terms,
          offerTerms: { ...offerTerms, net: '0', commission: offerTerms.price },
        };
        const forged = { ...row, terms: richer, termsHash: termsHash(richer) };
        await movesNoMoney(world, async () => {
          await colluding.write('terms', [deal.id], forged);
          expect(await captures()).to.deep.equal(['BAD_SIGNATURE', 'BAD_SIGNATURE']);
        });
      });
    });

    describe('a new bank', () => {
      it("Bank 99 of the courier 'holds' a part of the price: no bank pays out against it", async () => {
        const genuine = await deal.pay(BANK_A, '500000');
        const link: LinkRow = await courierLink(world.alice.person);
        const payment = await courierPayment(link, '740000');
        const row = present(await world.payment(deal.id, genuine));
        await movesNoMoney(world, async () => {
          await colluding.writePaid(deal, [row, payment]);
          await world.run(deal.acceptParcel(), deal.deliver(), deal.acceptGoods());
          const capture = deal.capture(genuine);
          expect((await world.deal(deal.id)).payments.map(({ attested }) => attested)).to.deep.equal([
            true,
            true,
          ]);
          expect(await codesOf(world, [capture])).to.deep.equal(['UNKNOWN_BANK']);
        });
      });

      it("Bank 99 'captured' a payment for a seller at Bank B: he is not credited", async () => {
        const link = await courierLink(world.alice.person);
        const { sellerLink, net } = deal.terms.offerTerms;
        const allocation = [{ payee: 'seller', link: sellerLink, bank: '20', amount: net } as const];
        const held = await courierPayment(link, '1240000');
        const payment: PaymentRow = { ...held, status: 'captured', allocation };
        await movesNoMoney(world, async () => {
          await colluding.write('payment', [deal.id, payment.id], payment);
          await colluding.vouch(COURIER, 'payment', [deal.id, payment.id], payment);
          await colluding.writePaid(deal, [held]);
          deal.addPayment(payment.id, COURIER);
          expect(await codesOf(world, [deal.credit(payment.id, 'seller')])).to.deep.equal(['UNKNOWN_BANK']);
        });
      });

      it("the payee's link is one of Bank 99: no bank pays out to it", async () => {
        const seller = await world.newClient('sam', { [BANK_B]: '0' });
        const link = await courierLink(seller.person);
        await sellThrough(seller, link);
        await movesNoMoney(world, async () => {
          expect(await captures()).to.deep.equal(['UNKNOWN_BANK', 'UNKNOWN_BANK']);
        });
      });

      /** A seller in league lists through a link that no honest bank confirmed; the buyer pays in good faith. */
      async function sellThrough(seller: WorldClient, link: LinkRow): Promise<void> {
        const offer = await world.listOffer({}, seller);
        const row = present(await world.row('offer', offer));
        const terms = { ...present(row.terms), sellerLink: link.id, sellerBank: '99' };
        const params = { offer, termsHash: termsHash(terms), net: terms.net, link: link.id };
        const listing = present(world.signed(seller.person, 'listOffer', params).intent);
        await colluding.writeUsedIntent(listing.body.id, detached(listing));
        await colluding.write('offer', [offer], { ...row, terms, listing: listing.body.id });
        deal = await preparePurchase(world, { offer });
        await world.run(deal.purchase);
        await deal.playTo('accepted');
      }

      async function courierLink(person: Person): Promise<LinkRow> {
        const { id: holder, thumbprint: keyThumbprint } = person;
        const id = newId('link');
        const own = { owner: COURIER, bank: '99', person: holder, currency: 'RUB', keyThumbprint };
        const link: LinkRow = { v: 1, id, ...own, status: 'active' };
        await colluding.write('link', [id], link);
        await colluding.vouch(COURIER, 'link', [id], link);
        return link;
      }

      async function courierPayment(link: LinkRow, amount: string): Promise<PaymentRow> {
        const { id: deals, terms } = deal;
        const fee = '0';
        const arrivedAt = world.now();
        const hash = termsHash(terms);
        const signed = {
          deal: deals,
          termsHash: hash,
          amount,
          fee,
          currency: 'RUB',
          link: link.id,
          arrivedAt,
        };
        const { person } = world.alice;
        const id = newId('payment');
        await colluding.writeUsedIntent(
          id,
          detached(present(world.signed(person, 'submitPayment', signed, { id }).intent)),
        );
        const own = { owner: COURIER, bank: '99', status: 'held', payer: person.id, link: link.id } as const;
        const sums = {
          currency: 'RUB',
          amount,
          fee,
          arrivedAt,
          termsHash: hash,
          allocation: null,
        };
        const payment: PaymentRow = { v: 1, id, deal: deals, ...own, ...sums };
        await colluding.write('payment', [deals, payment.id], payment);
        await colluding.vouch(COURIER, 'payment', [deals, payment.id], payment);
        return payment;
      }
    });

    describe('expiry of a paid deal', () => {
      const returns = () => codesOf(world, moneySteps(deal).returns);

      async function forgeExpiry(): Promise<void> {
        const expired = { v: 1, deal: deal.id, status: 'expired', at: world.now() } as const;
        await colluding.write('phase', [deal.id], expired);
      }

      it('forged while the price is held, and after one bank captured: no bank gives back', async () => {
        await deal.playTo('accepted');
        await movesNoMoney(world, async () => {
          await forgeExpiry();
          expect(await returns()).to.deep.equal(['FULLY_HELD', 'FULLY_HELD']);
        });
        await world.run(present(moneySteps(deal).captures[0]));
        await movesNoMoney(world, async () => {
          expect(await returns()).to.deep.equal(['WRONG_STATE', 'FULLY_HELD']);
        });
      });

      it('with a higher price in the terms, so that the holds seem too little: the payer signed another', async () => {
        await deal.playTo('held');
        const row = present(await world.row('terms', deal.id));
        const dearer = { ...deal.terms, offerTerms: { ...deal.terms.offerTerms, price: '9999999' } };
        await movesNoMoney(world, async () => {
          await forgeExpiry();
          for (const hash of [row.termsHash, termsHash(dearer)]) {
            await colluding.write('terms', [deal.id], { ...row, terms: dearer, termsHash: hash });
            expect(await returns()).to.deep.equal(['TERMS_DIFFER', 'TERMS_DIFFER']);
          }
        });
      });

      it('with the other bank struck off the register: its hold counts all the same', async () => {
        await deal.playTo('held');
        const parameters = present(await world.row('parameters'));
        const members = parameters.members.filter(({ msp }) => msp !== BANK_B);
        await movesNoMoney(world, async () => {
          await forgeExpiry();
          await colluding.write('parameters', [], { ...parameters, members });
          expect(await codesOf(world, [present(moneySteps(deal).returns[0])])).to.deep.equal(['FULLY_HELD']);
        });
        await colluding.write('parameters', [], parameters);
      });

      it('with the other payment deleted or spoilt: only its bank could', async () => {
        await deal.playTo('held');
        const key = rowKey('payment', deal.id, present(deal.payments[1]).id);
        for (const forgery of [['delete', key] as const, ['put', key, '{}'] as const]) {
          expect(await colluding.forge([forgery])).to.equal(POLICY_FAILURE);
        }
      });

      it('truly expired, with garbage among its payments: the banks give back what they hold', async () => {
        const payment = await deal.pay(BANK_A, '500000');
        const garbage = ['', '/x'].map((tail) => `payment/${deal.id}/${newId('payment')}${tail}`);
        const nobody = { id: 'payment_0', deal: deal.id, owner: 'NobodyMSP', status: 'held', amount: 'much' };
        for (const [index, text] of ['garbage', rowText(nobody)].entries()) {
          expect(await colluding.forge([['put', garbage[index] ?? '', text]])).to.equal(VALID);
        }
        await forgeExpiry();
        expect(codeOf(await world.attempt(deal.giveBack(payment)))).to.equal('ok');
        for (const key of garbage) expect(await colluding.forge([['delete', key]])).to.equal(VALID);
      });
    });

    describe('after all this', () => {
      it('the books of both banks sum to zero', async () => {
        for (const msp of [BANK_A, BANK_B]) expect((await world.trialBalance(msp)).sum).to.equal('0');
      });
    });
  });
}
