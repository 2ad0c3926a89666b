// A bank re-derives why it pays or gives back, though conspirators write every shared row as they like.
import { expect } from 'chai';
import { detached, type Intent } from '../../chaincode/protocol/intent.js';
import { inspectedFrom } from '../../chaincode/protocol/deal-times.js';
import { rowKey } from '../../chaincode/protocol/rows.js';
import { type DealTerms, type TermsRow } from '../../chaincode/protocol/deal.js';
import { sharesHash } from '../../chaincode/protocol/shares.js';
import { termsHash } from '../../chaincode/protocol/terms.js';
import { buy, type DealPlay } from '../support/deal-play.js';
import { BANK_A, BANK_B, MARKETPLACE } from '../support/member-access.js';
import { makePerson, newId, resigned, type Person } from '../support/people.js';
import { present, type TestConsortium, type TestClient } from '../support/test-consortium.js';
import {
  ColludingMembers,
  POLICY_FAILURE,
  VALID,
  codeOf,
  codesOf,
  moneySteps,
  movesNoMoney,
  openedShares,
  opinion,
  rowText,
} from './colluding-members.js';
import type { AttackGround } from './attack-ground.js';

const NONCE = Buffer.alloc(32).toString('base64url');

export function describeForgedPayout(ground: AttackGround): void {
  const { inspectionTimeMs } = ground.pace;

  describe('attack: marketplace and courier forge why a bank should move money', () => {
    let consortium: TestConsortium;
    let deal: DealPlay;
    let colluding: ColludingMembers;
    const mallory = makePerson('mallory');
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

    const captures = () => codesOf(consortium, moneySteps(deal).captures);
    /** Both banks are handed the acceptance, and find nothing in it to record. */
    async function record(acceptance: Intent): Promise<void> {
      for (const step of deal.records({ id: acceptance.body.id, ...detached(acceptance) })) {
        expect(await consortium.attempt(step)).to.include({ ok: true, repeated: true });
      }
    }
    /** What Bank A says to a payment while its rows are forged. */
    const answer = async () => codesOf(consortium, [deal.answer(present(deal.payments[0]).id, 'yes')]);

    async function submitted(): Promise<void> {
      await consortium.run(deal.admit(await deal.submit(BANK_A, '500000')));
    }

    /** The links of the seller's share, as the banks have really captured it. */
    async function paidLinks(): Promise<readonly string[]> {
      await consortium.run(...moneySteps(deal).captures);
      const rows = (await consortium.deal(deal.id)).payments.map(({ row }) => row.allocation ?? []);
      return [...new Set(rows.flat().filter(({ payee }) => payee === 'seller'))].map(({ link }) => link);
    }

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
      return present(consortium.signed(person, 'acceptGoods', params).intent);
    }

    describe("the buyer's acceptance of a delivered parcel", () => {
      beforeEach(() => deal.playTo('delivered'));

      it('signed by another, altered, or taken from another deal: no bank captures', async () => {
        const genuine = acceptanceBy(consortium.alice.person);
        const other = await buy(consortium, { offer: await consortium.listOffer() });
        const altered = { ...genuine, body: { ...genuine.body, expiresAt: genuine.body.expiresAt + 1 } };
        const posing = { ...makePerson('posing', consortium.alice.person.id) };
        const forgeries = [
          acceptanceBy(mallory),
          acceptanceBy(posing),
          resigned(genuine, mallory),
          altered,
          acceptanceBy(consortium.alice.person, other),
          present(deal.purchase.command.intent),
        ];
        await consortium.run(...deal.records());
        await movesNoMoney(consortium, async () => {
          for (const forged of forgeries) {
            await forgeAcceptance(forged);
            await record(forged);
            expect(await captures()).to.deep.equal(['NOT_DUE', 'NOT_DUE']);
          }
        });
      });

      it('replaced by a backdated inspection: the bank counts from its own first sight', async () => {
        await movesNoMoney(consortium, async () => {
          await forgeAcceptance(null);
          expect(await captures()).to.deep.equal(['NOT_DUE', 'NOT_DUE']);
        });
        const noted = consortium.now();
        await consortium.at(noted, () => consortium.run(deal.record(BANK_A)));
        await consortium.at(inspectedFrom(noted, deal.terms) - 1, async () => {
          expect(await captures()).to.deep.equal(['NOT_DUE', 'NOT_DUE']);
        });
        await consortium.at(inspectedFrom(noted, deal.terms), async () => {
          expect(codeOf(await consortium.attempt(present(moneySteps(deal).captures[0])))).to.equal('ok');
        });
      });

      it('under a swapped key of his (the marketplace vouches for it): the key of his link counts', async () => {
        const { alice } = consortium;
        const posing: Person = { ...makePerson('posing', alice.person.id) };
        const row = present(await consortium.row('person', alice.person.id));
        const swapped = { ...row, key: posing.key };
        const key = rowKey('person', row.id);
        const text = rowText(swapped);
        await consortium.run(...deal.records());
        await movesNoMoney(consortium, async () => {
          expect(await colluding.forge([['put', key, text]], [MARKETPLACE])).to.equal(VALID);
          await colluding.vouch(MARKETPLACE, 'person', [row.id], swapped);
          const acceptance = acceptanceBy(posing);
          const asked = { action: 'acceptGoods', intent: acceptance };
          expect(await opinion(consortium, asked)).to.equal('KEY_DIFFERS');
          await forgeAcceptance(acceptance);
          await record(acceptance);
          expect(await captures()).to.deep.equal(['NOT_DUE', 'NOT_DUE']);
          await forgeAcceptance(null);
        });
        expect(await colluding.forge([['put', key, rowText(row)]], [MARKETPLACE])).to.equal(VALID);
        await colluding.vouch(MARKETPLACE, 'person', [row.id], row);
      });

      it("under a link of the buyer whose key they rewrite: it is his bank's row", async () => {
        const posing = makePerson('posing', consortium.alice.person.id);
        const link = present(await consortium.row('link', deal.terms.buyerLink));
        const forged = rowText({ ...link, keyThumbprint: posing.thumbprint });
        const key = rowKey('link', link.id);
        expect(await colluding.forge([['put', key, forged]])).to.equal(POLICY_FAILURE);
      });
    });

    describe('the payee of a paid deal', () => {
      let eve: TestClient;
      before(async () => {
        eve = await consortium.newClient('eve', { [BANK_B]: '0' });
      });
      const toEve = (terms: DealTerms): DealTerms => {
        const { link, bank } = present(eve.accounts[BANK_B]);
        const offerTerms = { ...terms.offerTerms, sellerLink: link, sellerBank: bank, seller: eve.person.id };
        return { ...terms, offerTerms };
      };

      /** The deal's terms with Eve for the seller, with more and more of what belongs to it. */
      async function forgeries(): Promise<readonly [TermsRow, code: string][]> {
        const row = present(await consortium.row('terms', deal.id));
        const terms = toEve(deal.terms);
        const { link } = present(eve.accounts[BANK_B]);
        const sellersLink = present(await consortium.row('link', link));
        const { offer } = terms.offerTerms;
        const { net } = await openedShares(consortium, deal.terms.offerTerms);
        const params = { offer, termsHash: termsHash(terms.offerTerms), net, link };
        const listing = present(consortium.signed(eve.person, 'listOffer', params).intent);
        await colluding.writeUsedIntent(eve.person.id, listing.body.id, detached(listing));
        const hashed = { ...row, terms, termsHash: termsHash(terms) };
        return [
          [{ ...row, terms }, 'TERMS_DIFFER'],
          [hashed, 'TERMS_DIFFER'],
          [{ ...hashed, sellersLink }, 'BAD_SIGNATURE'],
          [{ ...hashed, sellersLink, listing: listing.body.id }, 'BAD_SIGNATURE'],
        ];
      }

      it('changed in the terms, with and without their hash: no bank holds money under them', async () => {
        await submitted();
        const forged = await forgeries();
        await movesNoMoney(consortium, async () => {
          for (const [terms, code] of forged) {
            await colluding.write('terms', [deal.id], terms);
            expect(await answer()).to.deep.equal([code]);
          }
        });
      });

      it('changed in the terms, the plan and the links after banks hold: they pay whom they recorded', async () => {
        await deal.playTo('accepted');
        const plan = present(await consortium.row('plan', deal.id));
        const { link } = present(eve.accounts[BANK_B]);
        const items = plan.items.map((item) => (item.payee === 'seller' ? { ...item, link } : item));
        await colluding.write('plan', [deal.id], { ...plan, items });
        const [terms] = present((await forgeries()).at(-1));
        await colluding.write('terms', [deal.id], terms);
        expect(new Set(await paidLinks())).to.deep.equal(new Set([deal.terms.offerTerms.sellerLink]));
        const seller = present(plan.items.find(({ payee }) => payee === 'seller'));
        const ids = [deal.id, seller.payment, 'seller'];
        const credit = present(await consortium.row('credit', ...ids));
        const forged = rowText({ ...credit, link });
        const key = rowKey('credit', ...ids);
        expect(await colluding.forge([['put', key, forged]])).to.equal(POLICY_FAILURE);
      });

      it('changed with net and commission, for more than the seller signed: no bank holds money', async () => {
        await submitted();
        const row = present(await consortium.row('terms', deal.id));
        const { offerTerms } = deal.terms;
        const { offer, offerVersion } = offerTerms;
        const nothing = { offer, offerVersion, net: '0', nonce: NONCE };
        const hash = sharesHash(nothing);
        await colluding.write('shares', [hash], { v: 1, hash, ...nothing });
        const richer = { ...deal.terms, offerTerms: { ...offerTerms, sharesHash: hash } };
        const forged = { ...row, terms: richer, termsHash: termsHash(richer) };
        await movesNoMoney(consortium, async () => {
          await colluding.write('terms', [deal.id], forged);
          expect(await answer()).to.deep.equal(['BAD_SIGNATURE']);
        });
      });
    });

    describe('expiry of a paid deal', () => {
      const returns = () => codesOf(consortium, moneySteps(deal).returns);

      async function forgeExpiry(): Promise<void> {
        const at = consortium.now();
        const expired = { v: 1, deal: deal.id, status: 'expired', at, cancelledBy: null } as const;
        await colluding.write('phase', [deal.id], expired);
      }

      it('forged while the price is held, and after one bank captured: no bank gives back', async () => {
        await deal.playTo('paid');
        const phase = present(await consortium.row('phase', deal.id));
        await movesNoMoney(consortium, async () => {
          await forgeExpiry();
          expect(await returns()).to.deep.equal(['FULLY_HELD', 'FULLY_HELD']);
          await colluding.write('phase', [deal.id], phase);
        });
        for (const step of [deal.acceptParcel(), deal.deliver(), deal.acceptGoods()])
          await consortium.run(step);
        await consortium.run(...deal.records());
        await movesNoMoney(consortium, async () => {
          await forgeExpiry();
          expect(await returns()).to.deep.equal(['NOT_DUE', 'NOT_DUE']);
        });
        await consortium.run(present(moneySteps(deal).captures[0]));
        await movesNoMoney(consortium, async () => {
          expect(await returns()).to.deep.equal(['WRONG_STATE', 'NOT_DUE']);
        });
      });

      it('with a higher price in the terms, so that the holds seem too little', async () => {
        await deal.playTo('held');
        const row = present(await consortium.row('terms', deal.id));
        const dearer = { ...deal.terms, offerTerms: { ...deal.terms.offerTerms, price: '9999999' } };
        await movesNoMoney(consortium, async () => {
          await forgeExpiry();
          for (const hash of [row.termsHash, termsHash(dearer)]) {
            await colluding.write('terms', [deal.id], { ...row, terms: dearer, termsHash: hash });
            expect(await returns()).to.deep.equal(['FULLY_HELD', 'FULLY_HELD']);
          }
        });
      });

      it('with the other bank struck off the register: its hold counts all the same', async () => {
        await deal.playTo('held');
        const parameters = present(await consortium.row('parameters'));
        const members = parameters.members.filter(({ msp }) => msp !== BANK_B);
        await movesNoMoney(consortium, async () => {
          await forgeExpiry();
          await colluding.write('parameters', [], { ...parameters, members });
          expect(await codesOf(consortium, [present(moneySteps(deal).returns[0])])).to.deep.equal([
            'FULLY_HELD',
          ]);
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
        expect(codeOf(await consortium.attempt(deal.giveBack(payment)))).to.equal('ok');
        for (const key of garbage) expect(await colluding.forge([['delete', key]])).to.equal(VALID);
      });
    });

    describe('after all this', () => {
      it('the books of both banks sum to zero', async () => {
        for (const msp of [BANK_A, BANK_B]) expect((await consortium.trialBalance(msp)).sum).to.equal('0');
      });
    });
  });
}
