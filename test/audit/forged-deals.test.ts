// Verify finds what altered chaincode made of a deal's shares, payees, times and parties.
import { expect } from 'chai';
import { attestationKey, attestationOf } from '../../chaincode/protocol/attestation.js';
import { canonicalJson } from '../../chaincode/protocol/canonical-json.js';
import type { TermsRow } from '../../chaincode/protocol/deal.js';
import type { ParametersRow } from '../../chaincode/protocol/member.js';
import type { OfferRow, OfferTerms } from '../../chaincode/protocol/offer.js';
import type { PaymentRow } from '../../chaincode/protocol/payment.js';
import { allocationOf, payeeShares, planOf } from '../../chaincode/protocol/plan.js';
import { rowKey } from '../../chaincode/protocol/rows.js';
import { openShares, sharesHash } from '../../chaincode/protocol/shares.js';
import { offerTermsOf, termsHash } from '../../chaincode/protocol/terms.js';
import { moderateOffer } from '../../gateway/sdk/commands/offers.js';
import { ColludingMembers } from '../attack/colluding-members.js';
import { engineAttackGround } from '../attack/engine-attack-ground.js';
import { buy, type DealPlay, preparePurchase } from '../support/deal-play.js';
import { BANK_A, COURIER } from '../support/member-access.js';
import {
  type EngineConsortium,
  type OfferChanges,
  openConsortium,
  present,
  type TestClient,
} from '../support/test-consortium.js';
import { type Forged, Forging, written, writtenPayment } from './forging.js';

const HOUR_MS = 3_600_000;

describe('verify: deals forged under valid endorsements', function () {
  this.timeout(60_000);
  let consortium: EngineConsortium;
  let forging: Forging;
  beforeEach(async () => {
    consortium = await openConsortium();
    forging = new Forging(consortium);
  });
  afterEach(() => consortium.close());

  const found = () => forging.found();
  const forge = (...commands: readonly Forged[]): Promise<void> => forging.forge(...commands);
  const bought = async (changes: OfferChanges = {}): Promise<DealPlay> =>
    buy(consortium, { offer: await consortium.listOffer(changes) });
  const parameters = async (): Promise<ParametersRow> => present(await consortium.row('parameters'));

  function setting(row: ParametersRow): Forged {
    return { action: 'setParameters', params: {}, writes: [written('parameters', row)] };
  }

  /** An offer listed again with these terms and shares. */
  function listing(offer: OfferRow, terms: OfferTerms, net: string): Forged {
    const { id, version, sharesNonce: nonce } = offer;
    const shares = { v: 1, hash: terms.sharesHash, offer: id, offerVersion: version, net, nonce };
    const writes = [
      written(rowKey('offer', id), { ...offer, terms }),
      written(rowKey('shares', terms.sharesHash), shares),
    ];
    return { action: 'listOffer', writes };
  }

  /** What a purchase writes, by anybody and at any time. */
  async function purchase(
    { terms, id, purchase: { command } }: DealPlay,
    changes: Partial<TermsRow> = {},
  ): Promise<Forged> {
    const offer = present(await consortium.row('offer', terms.offerTerms.offer));
    const row = {
      v: 1,
      deal: id,
      terms,
      termsHash: termsHash(terms),
      listing: offer.listing,
      buyersLink: present(await consortium.row('link', terms.buyerLink)),
      sellersLink: present(await consortium.row('link', terms.offerTerms.sellerLink)),
      commissionsLink: present(await consortium.row('link', terms.offerTerms.commissionLink)),
      ...changes,
    };
    const phase = { v: 1, deal: id, status: 'open', at: consortium.now(), cancelledBy: null };
    return {
      ...command,
      writes: [written(rowKey('terms', id), row), written(rowKey('phase', id), phase)],
    };
  }

  describe('rows', () => {
    it('a row without a member of its form: rows, and no reader takes it for a row', async () => {
      const deal = await bought();
      const { payment, command } = await forging.payment(deal);
      const writes = [written(rowKey('terms', deal.id), { v: 1, deal: deal.id })];
      await forge({ action: 'buy', writes });
      expect(await found()).to.deep.equal(['events', 'rows']);
      await forge({ ...command, writes: [writtenPayment(payment)] });
      expect(await forging.texts())
        .to.include('payments: payment/')
        .and.include('that is not there');
    });

    it("a copy of a row under another row's key: rows", async () => {
      const deal = await bought();
      const row = present(await consortium.row('phase', deal.id));
      const writes = [written(rowKey('phase', 'deal_00000000'), row)];
      await forge({ action: 'buy', writes });
      expect(await found()).to.deep.equal(['events', 'rows']);
    });
  });

  describe('shares and payees', () => {
    it('shares under a hash that is not theirs: terms; other ones than before: writtenOnce', async () => {
      const deal = await bought();
      const { sharesHash: hash } = deal.terms.offerTerms;
      const row = present(await consortium.row('shares', hash));
      await forge({ action: 'listOffer', writes: [written(rowKey('shares', hash), { ...row, net: '1' })] });
      expect(await found()).to.deep.equal(['terms', 'writtenOnce']);
    });

    it('an offer listed anew with the same shares: nothing', async () => {
      const { offer, terms, net } = await listed();
      await forge(listing(offer, terms, net));
      expect(await found()).to.deep.equal([]);
    });

    it('an offer whose terms share the price otherwise than it was moderated: terms', async () => {
      const { offer, terms } = await listed();
      const nonce = present(offer.sharesNonce);
      const net = terms.price;
      const hash = sharesHash({ offer: offer.id, offerVersion: offer.version, net, nonce });
      await forge(listing(offer, { ...terms, sharesHash: hash }, net));
      expect(await found()).to.deep.equal(['terms']);
      expect(await forging.texts()).to.include('other terms');
    });

    it('a plan for other payees or purposes: plans; a credit for another purpose: credits', async () => {
      const deal = await bought();
      await deal.playTo('held');
      const { items, credits } = await payout(deal);
      const params = { deal: deal.id };
      const plan = (of: readonly object[]) =>
        written(rowKey('plan', deal.id), { v: 1, deal: deal.id, items: of });
      const others = items.map((item) => ({ ...item, purpose: 'commission' }));
      await forge({ action: 'markPaid', params, writes: [plan(others)] });
      expect(await forging.texts())
        .to.include('plans: plan/')
        .and.include('other payees');
      await forge({ action: 'markPaid', params, writes: [plan(items), ...credits('gift')] });
      expect(await forging.texts())
        .to.include('credits: credit/')
        .and.include('not in the plan');
    });

    async function listed(): Promise<{
      readonly offer: OfferRow;
      readonly terms: OfferTerms;
      readonly net: string;
    }> {
      const offer = present(await consortium.row('offer', await consortium.listOffer()));
      return { offer, terms: present(offer.terms), net: await consortium.netOf(offer.id) };
    }

    /** What an honest `markPaid` makes of the held payments; credits for any purpose. */
    async function payout(deal: DealPlay) {
      const { offerTerms } = deal.terms;
      const { payments } = await consortium.deal(deal.id);
      const opened = present(openShares(offerTerms, await consortium.row('shares', offerTerms.sharesHash)));
      const items = planOf(
        payments.map(({ row }) => row),
        payeeShares(offerTerms, opened),
      );
      const owners = new Map([
        ['10', BANK_A],
        ['20', 'BankBMSP'],
      ]);
      const credits = (purpose: string) =>
        items.map((item) => {
          const owner = present(owners.get(item.bank));
          const row = { v: 1, deal: deal.id, ...item, purpose, owner, currency: 'RUB', status: 'due' };
          return written(rowKey('credit', deal.id, item.payment, item.payee), row, owner);
        });
      return { items, credits };
    }
  });

  describe('times', () => {
    it('parameters with times out of their bounds: parameters', async () => {
      await forge(setting({ ...(await parameters()), windowMs: HOUR_MS }));
      expect(await found()).to.deep.equal(['parameters']);
      expect(await forging.texts()).to.include('times out of their bounds');
    });

    it('parameters that let fees be rounded to nothing by tiny parts: parameters', async () => {
      await forge(setting({ ...(await parameters()), minimumPartBasisPoints: 99 }));
      expect(await found()).to.deep.equal(['parameters']);
      expect(await forging.texts()).to.include('a smallest part out of its bounds');
    });

    it('an offer listed with times out of their bounds, though they follow from the parameters: terms', async () => {
      const offer = present(await consortium.row('offer', await consortium.listOffer()));
      const { sellerLink, commissionLink } = present(offer.terms);
      const row = { ...(await parameters()), slackMs: HOUR_MS };
      const terms = offerTermsOf({
        offer,
        sharesNonce: present(offer.sharesNonce),
        sellerLink: present(await consortium.row('link', sellerLink)),
        commissionLink: present(await consortium.row('link', commissionLink)),
        parameters: row,
      });
      const net = await consortium.netOf(offer.id);
      await forge(setting(row));
      await forge(listing(offer, terms, net));
      expect(await forging.texts()).to.include(`offer/${offer.id}: slackMs of 3600000, out of its bounds`);
    });

    it('a purchase that says another time than it was made at: terms', async () => {
      const play = await preparePurchase(consortium, { offer: await consortium.listOffer() });
      consortium.advance(HOUR_MS);
      await forge(await purchase(play));
      expect(await found()).to.deep.equal(['terms']);
    });

    it('a payment that says another time than it was sent at: payments', async () => {
      const deal = await bought();
      const { windowMs } = deal.terms.offerTerms;
      const arrivedAt = consortium.now();
      consortium.advance(windowMs + 1);
      const { payment, command } = await forging.payment(deal, {}, { arrivedAt });
      await forge({ ...command, writes: [writtenPayment(payment)] });
      expect(await found()).to.deep.equal(['payments']);
    });

    it('payments closed while one in time could still be on its way: deals', async () => {
      const deal = await bought();
      const { payDeadline, offerTerms } = deal.terms;
      const margin = 2 * offerTerms.windowMs + offerTerms.slackMs;
      consortium.advance(payDeadline + margin - 1 - consortium.now());
      const at = consortium.now();
      const phase = { v: 1, deal: deal.id, status: 'paymentsClosed', at, cancelledBy: null };
      const writes = [written(rowKey('phase', deal.id), phase)];
      await forge({ action: 'closePayments', params: { deal: deal.id }, writes });
      expect(await found()).to.deep.equal(['deals']);
    });

    it('a deal cancelled in the name of a party that did not sign so: deals', async () => {
      const deal = await bought();
      const { id } = deal;
      const key = rowKey('phase', id);
      const cancelled = { v: 1, deal: id, status: 'cancelled', at: consortium.now(), cancelledBy: 'seller' };
      const { command } = deal.cancel('buyer');
      await forge({ ...command, writes: [written(key, cancelled)] });
      expect(await found()).to.deep.equal(['deals']);
      const expired = { ...cancelled, status: 'expired', cancelledBy: 'buyer' };
      await forge({ action: 'expire', params: { deal: id }, writes: [written(key, expired)] });
      expect(await forging.texts()).to.include('cancelled without the signature of the buyer');
    });

    it('a parcel that a courier accepted though nobody holds the price: deals', async () => {
      const deal = await bought();
      const colluding = await ColludingMembers.in(engineAttackGround, consortium);
      const announced = { v: 1, deal: deal.id, owner: COURIER, status: 'announced', h1: null } as const;
      await colluding.write('shipment', [deal.id], announced, COURIER);
      const accepted = { ...announced, status: 'accepted' } as const;
      await colluding.write('shipment', [deal.id], accepted);
      await colluding.vouch(COURIER, 'shipment', [deal.id], accepted);
      expect(await forging.texts()).to.include('accepted before it was paid');
    });

    it('an admission due at another time, or closed before it was due: payments', async () => {
      const deal = await bought();
      const payment = await deal.submit(BANK_A, '500000');
      const key = rowKey('admission', deal.id, payment);
      const { answerTimeMs, windowMs, slackMs } = deal.terms.offerTerms;
      const row = {
        v: 1,
        payment,
        deal: deal.id,
        answerBy: consortium.now() + answerTimeMs + 1,
        reason: null,
      };
      const params = { deal: deal.id, payment };
      await forge({ action: 'admitPayment', params, writes: [written(key, { ...row, status: 'admitted' })] });
      expect(await forging.texts()).to.include('due at another time than the terms give');
      consortium.advance(answerTimeMs + 2 * windowMs + slackMs);
      await forge({ action: 'closeAdmission', params, writes: [written(key, { ...row, status: 'closed' })] });
      expect(await forging.texts()).to.include('closed before the answer was due');
      expect(await found()).to.deep.equal(['payments']);
    });

    it('an inspection that began before the transaction that starts it: deals', async () => {
      const deal = await bought();
      await deal.playTo('delivered');
      const row = { v: 1, deal: deal.id, status: 'started', startedAt: 1, acceptance: null };
      const writes = [written(rowKey('inspection', deal.id), row)];
      await forge({ action: 'startInspection', params: { deal: deal.id }, writes });
      expect(await found()).to.deep.equal(['deals']);
    });

    it('a payment captured before the inspection was over: payments', async () => {
      const deal = await bought({ inspectionTimeMs: HOUR_MS });
      await deal.playTo('delivered');
      await consortium.run(deal.startInspection());
      consortium.advance(HOUR_MS - 1);
      await captureAlone(deal);
      expect(await forging.texts()).to.include('captured before the inspection was over');
    });

    /** By the payer's bank and nobody else, with its attestation. */
    async function captureAlone(deal: DealPlay): Promise<void> {
      const { id } = present(deal.payments[0]);
      const held = present(await consortium.payment(deal.id, id));
      const plan = present(await consortium.row('plan', deal.id));
      const row: PaymentRow = { ...held, status: 'captured', allocation: allocationOf(plan.items, id) };
      const key = rowKey('payment', deal.id, id);
      const text = canonicalJson(row);
      const bank = await ColludingMembers.in(engineAttackGround, consortium, [BANK_A]);
      const said = ['seal', BANK_A, attestationKey(key), attestationOf(text)] as const;
      expect(await bank.forge([['put', key, text], said])).to.equal(0);
    }
  });

  describe('parties and accounts', () => {
    it('a commission account in another currency: parameters', async () => {
      const row = await parameters();
      const { RUB } = row.commissionLinks;
      await forge(setting({ ...row, commissionLinks: { EUR: present(RUB) } }));
      expect(await found()).to.deep.equal(['parameters']);
      expect(await forging.texts()).to.include('in another currency');
    });

    it('a purchase that keeps another link of its payees: terms', async () => {
      const play = await preparePurchase(consortium, { offer: await consortium.listOffer() });
      const sellersLink = present(await consortium.row('link', play.terms.buyerLink));
      await forge(await purchase(play, { sellersLink }));
      expect(await found()).to.deep.equal(['terms']);
    });

    it('an offer bought by its seller: parties', async () => {
      const offer = await consortium.listOffer();
      const play = await preparePurchase(consortium, { offer, buyer: consortium.bob });
      await forge(await purchase(play));
      expect(await found()).to.deep.equal(['parties']);
    });

    it('an offer moderated by its seller: parties', async () => {
      const eve = await sellingModerator();
      const offer = await consortium.listOffer({}, eve);
      const row = present(await consortium.row('offer', offer));
      const request = moderateOffer({ offer, version: row.version }, { commissionBasisPoints: null });
      const command = consortium.asked(eve.person, request);
      const sharesNonce = present(command.intent).body.params['sharesNonce'] ?? null;
      const draft = { ...row, status: 'draft', sharesNonce: null, terms: null, listing: null };
      const key = rowKey('offer', offer);
      await forge({ action: 'editOffer', writes: [written(key, draft)] });
      await forge({ ...command, writes: [written(key, { ...draft, status: 'approved', sharesNonce })] });
      expect(await found()).to.deep.equal(['parties']);
    });

    async function sellingModerator(): Promise<TestClient> {
      return consortium.newClient('eve', { [BANK_A]: '0' }, ['client', 'moderator']);
    }
  });
});
