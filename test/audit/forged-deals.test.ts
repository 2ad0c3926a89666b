// Verify finds what altered chaincode made of a deal's shares, payees, times and parties.
import type { TermsRow } from '../../chaincode/protocol/deal.js';
import type { ParametersRow } from '../../chaincode/protocol/member.js';
import type { OfferRow, OfferTerms } from '../../chaincode/protocol/offer.js';
import { payeeShares, planOf } from '../../chaincode/protocol/plan.js';
import { rowKey } from '../../chaincode/protocol/rows.js';
import { openShares, sharesHash } from '../../chaincode/protocol/shares.js';
import { offerTermsOf, termsHash } from '../../chaincode/protocol/terms.js';
import { moderateOffer } from '../../gateway/sdk/commands/offers.js';
import { buy, type DealPlay, preparePurchase } from '../support/deal-play.js';
import { BANK_A } from '../support/member-access.js';
import { newId } from '../support/people.js';
import {
  type EngineConsortium,
  type OfferChanges,
  openConsortium,
  present,
  type TestClient,
} from '../support/test-consortium.js';
import { type Forged, Forging, foundingOf, written, writtenPayment } from './forging.js';

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

  const forge = (...commands: readonly Forged[]): Promise<void> => forging.forge(...commands);
  const bought = async (changes: OfferChanges = {}): Promise<DealPlay> =>
    buy(consortium, { offer: await consortium.listOffer(changes) });
  const parameters = async (): Promise<ParametersRow> => present(await consortium.row('parameters'));

  /** An offer listed again with these terms and shares, as its seller signed. */
  function listing(offer: OfferRow, terms: OfferTerms, net: string): Forged {
    const { id, version, sharesNonce: nonce } = offer;
    const params = { offer: id, termsHash: termsHash(terms), net, link: terms.sellerLink };
    const command = consortium.asked(consortium.bob.person, {
      action: 'listOffer',
      id: newId('intent'),
      params,
    });
    const shares = { v: 1, hash: terms.sharesHash, offer: id, offerVersion: version, net, nonce };
    const writes = [
      written(rowKey('offer', id), { ...offer, terms }),
      written(rowKey('shares', terms.sharesHash), shares),
    ];
    return { ...command, writes };
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
      await forging.expectFound(['rows', 'rules']);
      await forge({ ...command, writes: [writtenPayment(payment)] });
      await forging.expectFound(['rows', 'rules'], 'the command is refused, NOT_FOUND {"what":"terms"}');
    });

    it("a copy of a row under another row's key: rows", async () => {
      const deal = await bought();
      const row = present(await consortium.row('phase', deal.id));
      const writes = [written(rowKey('phase', 'deal_00000000'), row)];
      await forge({ action: 'buy', writes });
      await forging.expectFound(['rows', 'rules']);
    });
  });

  describe('shares and payees', () => {
    it('shares under a hash that is not theirs', async () => {
      const deal = await bought();
      const { sharesHash: hash } = deal.terms.offerTerms;
      const row = present(await consortium.row('shares', hash));
      await forge({ action: 'listOffer', writes: [written(rowKey('shares', hash), { ...row, net: '1' })] });
      await forging.expectRules(`listOffer: shares/${hash} not written`);
    });

    it('an offer whose terms share the price otherwise than it was moderated', async () => {
      const offer = present(await consortium.row('offer', await consortium.listOffer()));
      const terms = present(offer.terms);
      const net = terms.price;
      const shares = { offer: offer.id, offerVersion: offer.version, net, nonce: present(offer.sharesNonce) };
      await forge(listing(offer, { ...terms, sharesHash: sharesHash(shares) }, net));
      await forging.expectRules(`offer/${offer.id} not written: the command is refused, NET_DIFFERS`);
    });

    it('a plan for other payees or purposes, and a credit for another purpose', async () => {
      const deal = await bought();
      await deal.playTo('held');
      const { items, credits } = await payout(deal);
      const params = { deal: deal.id };
      const plan = (of: readonly object[]) =>
        written(rowKey('plan', deal.id), { v: 1, deal: deal.id, items: of });
      const others = items.map((item) => ({ ...item, purpose: 'commission' }));
      await forge({ action: 'markPaid', params, writes: [plan(others)] });
      await forging.expectRules(`plan/${deal.id} with items `);
      await forge({ action: 'markPaid', params, writes: [plan(items), ...credits('gift')] });
      await forging.expectRules('with purpose "gift" | ', 'with purpose "commission"');
    });

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
    it('an offer listed with times out of their bounds, though they follow from the parameters', async () => {
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
      await forge(foundingOf(row));
      await forge(listing(offer, terms, net));
      await forging.expectRules('the command is refused, OUT_OF_RANGE {"found":3600000');
    });

    it('a purchase that says another time than it was made at', async () => {
      const play = await preparePurchase(consortium, { offer: await consortium.listOffer() });
      consortium.advance(HOUR_MS);
      await forge(await purchase(play));
      await forging.expectRules('the command is refused, TOO_LATE');
    });

    it('a payment that says another time than it was sent at', async () => {
      const deal = await bought();
      const { windowMs } = deal.terms.offerTerms;
      const arrivedAt = consortium.now();
      consortium.advance(windowMs + 1);
      const { payment, command } = await forging.payment(deal, {}, { arrivedAt });
      await forge({ ...command, writes: [writtenPayment(payment)] });
      await forging.expectRules('the command is refused, TOO_LATE');
    });

    it('payments closed while one in time could still be on its way', async () => {
      const deal = await bought();
      const { payDeadline, offerTerms } = deal.terms;
      const margin = 2 * offerTerms.windowMs + offerTerms.slackMs;
      consortium.advance(payDeadline + margin - 1 - consortium.now());
      const at = consortium.now();
      const phase = { v: 1, deal: deal.id, status: 'paymentsClosed', at, cancelledBy: null };
      const writes = [written(rowKey('phase', deal.id), phase)];
      await forge({ action: 'closePayments', params: { deal: deal.id }, writes });
      await forging.expectRules(`phase/${deal.id} not written: the command is refused, TOO_EARLY`);
    });

    it('a deal cancelled in the name of a party that did not sign so', async () => {
      const deal = await bought();
      const { id } = deal;
      const key = rowKey('phase', id);
      const cancelled = { v: 1, deal: id, status: 'cancelled', at: consortium.now(), cancelledBy: 'seller' };
      const { command } = deal.cancel('buyer');
      await forge({ ...command, writes: [written(key, cancelled)] });
      await forging.expectRules('with cancelledBy "seller" | cancelDeal: ', 'with cancelledBy "buyer"');
      const expired = { ...cancelled, status: 'expired', cancelledBy: 'buyer' };
      await forge({ action: 'expire', params: { deal: id }, writes: [written(key, expired)] });
      await forging.expectRules(`expire: ${key} with cancelledBy "buyer" | expire: `);
    });

    it('an admission due at another time, or closed before it was due', async () => {
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
      await forging.expectRules(`with answerBy ${String(row.answerBy)} | `);
      consortium.advance(answerTimeMs + 2 * windowMs + slackMs);
      await forge({ action: 'closeAdmission', params, writes: [written(key, { ...row, status: 'closed' })] });
      await forging.expectRules('the command is refused, TOO_EARLY');
    });

    it('an inspection that began before the transaction that starts it', async () => {
      const deal = await bought();
      await deal.playTo('delivered');
      const row = { v: 1, deal: deal.id, status: 'started', startedAt: 1, acceptance: null };
      const writes = [written(rowKey('inspection', deal.id), row)];
      await forge({ action: 'startInspection', params: { deal: deal.id }, writes });
      await forging.expectRules('with startedAt 1 | ', `with startedAt ${String(consortium.now())}`);
    });
  });

  describe('parties and accounts', () => {
    it('a purchase that keeps another link of its payees', async () => {
      const play = await preparePurchase(consortium, { offer: await consortium.listOffer() });
      const sellersLink = present(await consortium.row('link', play.terms.buyerLink));
      await forge(await purchase(play, { sellersLink }));
      await forging.expectRules('with sellersLink {');
    });

    it('an offer bought by its seller', async () => {
      const offer = await consortium.listOffer();
      const play = await preparePurchase(consortium, { offer, buyer: consortium.bob });
      await forge(await purchase(play));
      await forging.expectRules('the command is refused, OWN_OFFER');
    });

    it('an offer moderated by its seller', async () => {
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
      await forging.expectRules('moderateOffer: offer/', 'the command is refused, OWN_OFFER');
    });

    async function sellingModerator(): Promise<TestClient> {
      return consortium.newClient('eve', { [BANK_A]: '0' }, ['client', 'moderator']);
    }
  });
});
