// Two members rewrite the used-intent marker of a payment: only the payer's signature in it counts.
import { expect } from 'chai';
import { attached, detached, type Intent } from '../../chaincode/protocol/intent.js';
import { planOf } from '../../chaincode/protocol/plan.js';
import { rowKey } from '../../chaincode/protocol/rows.js';
import { type DealTerms, type PhaseRow } from '../../chaincode/protocol/deal.js';
import { type UsedIntentRow } from '../../chaincode/protocol/used-intent.js';
import { termsHash } from '../../chaincode/protocol/terms.js';
import { buy, type DealPlay } from '../support/deal-play.js';
import { BANK_A, BANK_B } from '../support/member-access.js';
import { makePerson, resigned } from '../support/people.js';
import { present, type TestConsortium } from '../support/test-consortium.js';
import {
  ColludingMembers,
  codesOf,
  moneySteps,
  movesNoMoney,
  openedShares,
  sharesOf,
} from './colluding-members.js';
import type { AttackGround } from './attack-ground.js';

export function describeForgedUsedIntents(ground: AttackGround): void {
  describe('attack: marketplace and courier rewrite the used-intent marker of a payment', () => {
    let consortium: TestConsortium;
    let deal: DealPlay;
    let colluding: ColludingMembers;
    before(async () => {
      consortium = await ground.open();
    });
    beforeEach(async () => {
      deal = await buy(consortium, { offer: await consortium.listOffer() });
      colluding = await ColludingMembers.in(ground, consortium);
    });
    afterEach(async () => {
      await colluding.end();
    });
    after(() => ground.close(consortium));

    const alice = () => consortium.alice.person.id;

    /** What the ledger keeps of the payer's signature, and what it is under. */
    async function kept(payment: string): Promise<{ usedIntent: UsedIntentRow; intent: Intent }> {
      const usedIntent = present(await consortium.row('usedIntent', alice(), payment));
      const row = present(await consortium.payment(deal.id, payment));
      const { amount, fee, currency, link, arrivedAt, invitation } = row;
      const sums = { amount, fee, currency, link, arrivedAt, invitation };
      const params = { deal: deal.id, termsHash: row.termsHash, ...sums };
      const said = {
        channel: consortium.channel,
        id: payment,
        person: row.payer,
        action: 'submitPayment',
        params,
      };
      return { usedIntent, intent: attached(present(usedIntent.signed), said) };
    }

    /** Every used-intent marker that is not the payer's word on this payment: how it is written. */
    async function forgeries(payment: string, other: string): Promise<(() => Promise<unknown>)[]> {
      const { usedIntent, intent } = await kept(payment);
      const { content, result } = usedIntent;
      const posing = makePerson('posing', consortium.alice.person.id);
      const key = rowKey('usedIntent', alice(), payment);
      const intents = [
        { ...intent, body: { ...intent.body, expiresAt: intent.body.expiresAt + 1 } },
        resigned(intent, posing),
        resigned(intent, makePerson('mallory')),
        (await kept(other)).intent,
        present(deal.purchase.command.intent),
      ];
      return [
        () => colluding.forge([['delete', key]]),
        () => colluding.forge([['put', key, 'garbage']]),
        () => colluding.forge([['put', key, '{"signed":{"key":null}}']]),
        () => colluding.forge([['put', key, '{"signed":null}']]),
        () => colluding.write('usedIntent', [alice(), payment], { v: 1, content, result, signed: null }),
        ...intents.map((forged) => () => colluding.writeUsedIntent(alice(), payment, detached(forged))),
      ];
    }

    it('its bank holds money by the genuine one only: with the signature over this very payment', async () => {
      const [payment, other] = [await deal.submit(BANK_A, '500000'), await deal.submit(BANK_A, '500000')];
      await consortium.run(deal.admit(payment));
      const { usedIntent } = await kept(payment);
      await movesNoMoney(consortium, async () => {
        for (const forge of await forgeries(payment, other)) {
          await forge();
          expect(await codesOf(consortium, [deal.answer(payment, 'yes')])).to.deep.equal(['BAD_SIGNATURE']);
        }
      });
      await colluding.write('usedIntent', [alice(), payment], usedIntent);
      expect(await codesOf(consortium, [deal.answer(payment, 'yes')])).to.deep.equal(['ok']);
    });

    it('a bank that holds money asks no marker again: forged ones change nothing', async () => {
      await deal.playTo('accepted');
      const [payment, other] = deal.payments.map(({ id }) => id);
      const [forge] = (await forgeries(present(payment), present(other))).slice(-1);
      await present(forge)();
      const { captures } = moneySteps(deal);
      expect(await codesOf(consortium, captures)).to.deep.equal(['ok', 'ok']);
    });

    describe('with a payer in league, who signs again what he is asked to', () => {
      beforeEach(() => deal.playTo('accepted'));

      /** The payments under other terms, signed by their payer; shared rows as these terms have them. */
      async function rewrite(terms: DealTerms, listing: string): Promise<void> {
        const hash = termsHash(terms);
        const payments = (await consortium.deal(deal.id)).payments.map(({ row }) => row);
        const items = planOf(payments, await sharesOf(consortium, terms.offerTerms));
        const plan = { v: 1, deal: deal.id, items } as const;
        await colluding.write('plan', [deal.id], plan);
        for (const { id } of payments) {
          const params = { ...(await kept(id)).intent.body.params, termsHash: hash };
          await colluding.writeUsedIntent(alice(), id, detached(signed('submitPayment', params, id)));
        }
        const { offer } = terms.offerTerms;
        const { recipientCodeHash, buyerLink: link, boughtAt } = terms;
        const bought = { offer, termsHash: hash, recipientCodeHash, link, boughtAt };
        await colluding.writeUsedIntent(alice(), deal.id, detached(signed('buy', bought, deal.id)));
        const before = present(await consortium.row('terms', deal.id));
        const row = { ...before, terms, termsHash: hash, listing };
        await colluding.write('terms', [deal.id], row);
        const inspection = present(await consortium.row('inspection', deal.id));
        const acceptance = signed('acceptGoods', { deal: deal.id, termsHash: hash });
        const accepted = { id: acceptance.body.id, ...detached(acceptance) };
        await colluding.write('inspection', [deal.id], { ...inspection, acceptance: accepted });
      }

      function signed(action: 'submitPayment' | 'buy' | 'acceptGoods', params: object, id?: string): Intent {
        const { person } = consortium.alice;
        return present(
          consortium.signed(person, action, params as never, id === undefined ? {} : { id }).intent,
        );
      }

      it('another seller is paid by nobody: each bank pays by the terms that it recorded', async () => {
        const eve = await consortium.newClient('eve', { [BANK_B]: '0' });
        const { link, bank } = present(eve.accounts[BANK_B]);
        const own = { seller: eve.person.id, sellerLink: link, sellerBank: bank };
        const offerTerms = { ...deal.terms.offerTerms, ...own };
        const { offer } = offerTerms;
        const { net } = await openedShares(consortium, offerTerms);
        const listed = { offer, termsHash: termsHash(offerTerms), net, link };
        const listing = present(consortium.signed(eve.person, 'listOffer', listed).intent);
        await movesNoMoney(consortium, async () => {
          await colluding.writeUsedIntent(eve.person.id, listing.body.id, detached(listing));
          await rewrite({ ...deal.terms, offerTerms }, listing.body.id);
        });
        await consortium.run(...moneySteps(deal).captures);
        const paid = (await consortium.deal(deal.id)).payments.flatMap(({ row }) => row.allocation ?? []);
        const sellers = paid.filter(({ payee }) => payee === 'seller').map((item) => item.link);
        expect(new Set(sellers)).to.deep.equal(new Set([deal.terms.offerTerms.sellerLink]));
      });

      it('a higher price makes no expiry: nothing is given back behind the seller', async () => {
        const { listing } = present(await consortium.row('terms', deal.id));
        const dearer = { ...deal.terms, offerTerms: { ...deal.terms.offerTerms, price: '9999999' } };
        const at = consortium.now();
        const expired: PhaseRow = { v: 1, deal: deal.id, status: 'expired', at, cancelledBy: null };
        await movesNoMoney(consortium, async () => {
          await rewrite(dearer, listing);
          await colluding.write('phase', [deal.id], expired);
          const { returns } = moneySteps(deal);
          expect(await codesOf(consortium, returns)).to.deep.equal(['NOT_DUE', 'NOT_DUE']);
        });
      });
    });

    it('nothing of this moved money wrongly: the books of both banks sum to zero', async () => {
      for (const msp of [BANK_A, BANK_B]) expect((await consortium.trialBalance(msp)).sum).to.equal('0');
    });
  });
}
