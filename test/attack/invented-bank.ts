// A bank that a conspirator has invented: nothing that it says of money counts at an honest bank.
import { expect } from 'chai';
import { detached } from '../../chaincode/protocol/intent.js';
import type { LinkRow } from '../../chaincode/protocol/account.js';
import type { PaymentRow } from '../../chaincode/protocol/payment.js';
import { termsHash } from '../../chaincode/protocol/terms.js';
import { buy, preparePurchase, type DealPlay } from '../support/deal-play.js';
import { BANK_A, BANK_B, COURIER } from '../support/member-access.js';
import { newId, type Person } from '../support/people.js';
import { present, type TestConsortium, type TestClient } from '../support/test-consortium.js';
import { ColludingMembers, codesOf, movesNoMoney, openedShares, sellersShare } from './colluding-members.js';
import type { AttackGround } from './attack-ground.js';

export function describeInventedBank(ground: AttackGround): void {
  const { inspectionTimeMs } = ground.pace;

  describe('attack: marketplace and courier invent a bank', () => {
    let consortium: TestConsortium;
    let deal: DealPlay;
    let colluding: ColludingMembers;
    before(async () => {
      consortium = await ground.open();
    });
    beforeEach(async () => {
      deal = await buy(consortium, { offer: await consortium.listOffer({ inspectionTimeMs }) });
      colluding = await ColludingMembers.in(ground, consortium);
    });
    afterEach(async () => {
      await colluding.end();
    });
    after(() => ground.close(consortium));

    it("Bank 99 of the courier 'holds' a part of the price: no bank pays out against it", async () => {
      const genuine = await deal.pay(BANK_A, '500000');
      const link: LinkRow = await courierLink(consortium.alice.person);
      const payment = await courierPayment(link, '740000');
      const row = present(await consortium.payment(deal.id, genuine));
      await colluding.writePaid(deal, [row, payment]);
      await consortium.run(deal.acceptParcel(), deal.deliver(), deal.acceptGoods());
      const { payments } = await consortium.deal(deal.id);
      expect(payments.map(({ attested }) => attested)).to.deep.equal([true, true]);
      deal.addPayment(payment.id, COURIER);
      await consortium.run(deal.record(BANK_A));
      await movesNoMoney(consortium, async () => {
        expect(await codesOf(consortium, [deal.capture(genuine)])).to.deep.equal(['NOT_FULL']);
      });
    });

    it("Bank 99 'captured' a payment for a seller at Bank B: he is not credited", async () => {
      const link = await courierLink(consortium.alice.person);
      const allocation = await sellersShare(consortium, deal.terms.offerTerms);
      const held = await courierPayment(link, '1240000');
      const payment: PaymentRow = { ...held, status: 'captured', allocation };
      await movesNoMoney(consortium, async () => {
        await colluding.write('payment', [deal.id, payment.id], payment);
        await colluding.vouch(COURIER, 'payment', [deal.id, payment.id], payment);
        await colluding.writePaid(deal, [held]);
        deal.addPayment(payment.id, COURIER);
        expect(await codesOf(consortium, [deal.credit(payment.id, 'seller')])).to.deep.equal([
          'UNKNOWN_BANK',
        ]);
      });
    });

    it("the payee's link is one of Bank 99: no bank holds money for it", async () => {
      const seller = await consortium.newClient('sam', { [BANK_B]: '0' });
      const link = await courierLink(seller.person);
      await sellThrough(seller, link);
      await movesNoMoney(consortium, async () => {
        const payment = await deal.submit(BANK_A, '500000');
        await consortium.run(deal.admit(payment));
        expect(await codesOf(consortium, [deal.answer(payment, 'yes')])).to.deep.equal(['UNKNOWN_BANK']);
      });
    });

    /** A seller in league lists through a link that no honest bank confirmed; the buyer buys in good faith. */
    async function sellThrough(seller: TestClient, link: LinkRow): Promise<void> {
      const offer = await consortium.listOffer({}, seller);
      const row = present(await consortium.row('offer', offer));
      const terms = { ...present(row.terms), sellerLink: link.id, sellerBank: '99' };
      const { net } = await openedShares(consortium, terms);
      const params = { offer, termsHash: termsHash(terms), net, link: link.id };
      const listing = present(consortium.signed(seller.person, 'listOffer', params).intent);
      await colluding.writeUsedIntent(seller.person.id, listing.body.id, detached(listing));
      await colluding.write('offer', [offer], { ...row, terms, listing: listing.body.id });
      deal = await preparePurchase(consortium, { offer });
      await consortium.run(deal.purchase);
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
      const arrivedAt = consortium.now();
      const hash = termsHash(terms);
      const signed = {
        deal: deals,
        termsHash: hash,
        amount,
        fee,
        currency: 'RUB',
        link: link.id,
        arrivedAt,
        invitation: null,
      };
      const { person } = consortium.alice;
      const id = newId('payment');
      await colluding.writeUsedIntent(
        person.id,
        id,
        detached(present(consortium.signed(person, 'submitPayment', signed, { id }).intent)),
      );
      const own = { owner: COURIER, bank: '99', status: 'held', payer: person.id, link: link.id } as const;
      const sums = {
        currency: 'RUB',
        amount,
        fee,
        arrivedAt,
        termsHash: hash,
        invitation: null,
        allocation: null,
      };
      const payment: PaymentRow = { v: 1, id, deal: deals, ...own, ...sums };
      await colluding.write('payment', [deals, payment.id], payment);
      await colluding.vouch(COURIER, 'payment', [deals, payment.id], payment);
      return payment;
    }
  });
}
