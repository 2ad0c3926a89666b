// No parameters, listing or bank's yes accept times outside the constant bounds, to the millisecond, nor a smallest
// part below one hundredth of the price.
import { expect } from 'chai';
import { decideAnswer } from '../../../chaincode/domain/payment/answer.js';
import { decideListOffer } from '../../../chaincode/domain/offer/offers.js';
import { decideFounding } from '../../../chaincode/domain/member/parameters.js';
import type { MachineParams } from '../../../chaincode/protocol/commands.js';
import type { OfferRow, OfferTerms } from '../../../chaincode/protocol/offer.js';
import { dealTermsOf, netOfOffer, offerTermsOf, termsHash } from '../../../chaincode/protocol/terms.js';
import { leastStopMs, marginMs } from '../../../chaincode/protocol/time-bounds.js';
import { boundsOfTimes, type TimeName, TIMES, type Times } from '../protocol/times-at-bounds.js';
import { workedOfferTerms, workedParameters } from '../protocol/worked-example.js';
import { COMMISSION_LINK, owned } from './deal-rows.js';
import { expectRefusal } from './refusal.js';
import {
  answering,
  bob,
  listingOf,
  PAYMENT_1,
  paymentIntent,
  proof,
  purchaseOf,
  SELLERS_LINK,
  signedTermsRow,
  TERMS,
  usedIntentOf,
} from './signed-deal.js';

/** Times that an offer names itself, each within a range of the parameters. */
const OFFERS = ['payTimeMs', 'answerTimeMs', 'inspectionTimeMs', 'shipTimeMs', 'deliverTimeMs'] as const;
const isOffers = (what: TimeName): what is (typeof OFFERS)[number] =>
  (OFFERS as readonly string[]).includes(what);

/** The least long stop is no bound of parameters: an offer's own is made long enough. */
const BOUNDS = boundsOfTimes(TIMES).map((bound) =>
  bound.what === 'longStopMs' ? { ...bound, least: 0 } : bound,
);

const FOUNDING = {
  ...{ channel: 'escrow', msp: 'MarketplaceMSP', marketplace: 'MarketplaceMSP', existing: null },
} as const;

describe('parameters', () => {
  for (const { what, least, most } of BOUNDS) {
    it(`set ${what} from its least to its most, and not a millisecond beyond`, () => {
      const setting = (value: number) => () =>
        decideFounding({
          ...FOUNDING,
          params: parametersWith({ ...TIMES, [what]: value }),
        });
      for (const value of [least, least + 1, most - 1, most]) expect(setting(value)).to.not.throw();
      expectRefusal(setting(most + 1), 'OUT_OF_RANGE', { what, found: most + 1, most });
      if (least > 0) expectRefusal(setting(least - 1), 'OUT_OF_RANGE', { what, found: least - 1, least });
    });
  }

  it('are refused for the most of a range as well as for its least', () => {
    const params = parametersWith(TIMES);
    const shipTimeMs = { ...params.shipTimeMs, most: 90 * 86_400_000 + 1 };
    const setting = () =>
      decideFounding({
        ...FOUNDING,
        params: { ...params, shipTimeMs },
      });
    expectRefusal(setting, 'OUT_OF_RANGE', { what: 'shipTimeMs' });
  });
});

describe('a listing', () => {
  for (const { what, least, most } of BOUNDS) {
    it(`takes ${what} from its least to its most, and not a millisecond beyond`, () => {
      const listing = (value: number) => () => listed({ ...TIMES, [what]: value });
      for (const value of [least, least + 1, most - 1, most]) {
        expect(listing(value)().offer.terms).to.include({
          [what]: what === 'longStopMs' ? Math.max(value, leastStopMs(TIMES)) : value,
        });
      }
      expectRefusal(listing(most + 1), 'OUT_OF_RANGE', { what, found: most + 1, most });
      if (least > 0) expectRefusal(listing(least - 1), 'OUT_OF_RANGE', { what, found: least - 1, least });
    });
  }
});

describe("a bank's yes", () => {
  for (const { what, least, most } of boundsOfTimes(TIMES)) {
    it(`takes terms with ${what} from its least to its most, and not a millisecond beyond`, () => {
      const saying = (value: number) => () => {
        const times = { ...TIMES, [what]: value };
        const longStopMs = what === 'longStopMs' ? value : Math.max(times.longStopMs, leastStopMs(times));
        return saidYes({ ...workedOfferTerms(), ...times, longStopMs });
      };
      // No time to pay at all is inside the bounds; only nothing can arrive within it.
      const late = what === 'payTimeMs';
      for (const value of late ? [most - 1, most] : [least, least + 1, most - 1, most]) {
        expect(saying(value)()?.payment.status, String(value)).to.equal('held');
      }
      expectRefusal(saying(most + 1), 'OUT_OF_RANGE', { what, found: most + 1, most });
      expectRefusal(saying(least - 1), 'OUT_OF_RANGE', { what, found: least - 1, least });
    });
  }
});

describe('the smallest part payment', () => {
  it('is at least one hundredth of the price, whatever the parameters say', () => {
    const setting = (minimumPartBasisPoints: number) => () =>
      decideFounding({
        ...FOUNDING,
        params: { ...parametersWith(TIMES), minimumPartBasisPoints },
      });
    for (const value of [100, 101, 10_000]) expect(setting(value)).to.not.throw();
    const outside = { what: 'minimumPartBasisPoints', least: 100, most: 10_000 };
    for (const found of [0, 99]) expectRefusal(setting(found), 'OUT_OF_RANGE', { ...outside, found });
  });

  it('below it a bank says yes to no payment, though seller and buyer have signed the terms', () => {
    const saying = (minimumPart: string) => () => saidYes({ ...workedOfferTerms(), minimumPart });
    for (const value of ['12400', '12401', '1240000'])
      expect(saying(value)()?.payment.status).to.equal('held');
    const outside = { what: 'minimumPart', least: '12400', most: '1240000' };
    for (const found of ['0', '12399', '1240001'])
      expectRefusal(saying(found), 'OUT_OF_RANGE', { ...outside, found });
  });
});

/** Parameters whose ranges hold one value each. */
function parametersWith(times: Times): MachineParams['setParameters'] {
  const { members, commissionBasisPoints, commissionCapBasisPoints, minimumPartBasisPoints } =
    workedParameters();
  const { windowMs, slackMs, stepTimeMs, creditTimeMs, longStopMs } = times;
  const rates = { commissionBasisPoints, commissionCapBasisPoints, minimumPartBasisPoints };
  const only = (value: number) => ({ least: value, most: value, usual: value });
  return {
    ...{ members, ...rates, windowMs, slackMs, stepTimeMs, creditTimeMs, longStopMs },
    changeDelayMs: marginMs(times),
    payTimeMs: only(times.payTimeMs),
    answerTimeMs: only(times.answerTimeMs),
    inspectionTimeMs: only(times.inspectionTimeMs),
    shipTimeMs: only(times.shipTimeMs),
    deliverTimeMs: only(times.deliverTimeMs),
  };
}

/** bob lists an approved offer with these times, of its own or of the parameters in force. */
function listed(times: Times) {
  const { offer: id, price, contentHash, seller, courier, currency } = workedOfferTerms();
  const own = Object.fromEntries(OFFERS.map((name) => [name, times[name]])) as Pick<
    Times,
    (typeof OFFERS)[number]
  >;
  const sharesNonce = 'A'.repeat(43);
  const offer: OfferRow = {
    ...{ v: 1, id, version: 1, status: 'approved', contentHash, seller, courier, currency, price, ...own },
    ...{ commissionBasisPoints: null, sharesNonce, reasonHash: null, terms: null, listing: null },
  };
  const fixed = Object.fromEntries(
    Object.entries(times).filter(([name]) => !isOffers(name as TimeName)), // names of times
  );
  const parameters = { ...workedParameters(), ...fixed };
  const net = netOfOffer(offer, parameters);
  const links = { sellerLink: SELLERS_LINK, commissionLink: COMMISSION_LINK };
  const terms = offerTermsOf({ offer, sharesNonce, ...links, parameters });
  const params = { offer: id, termsHash: termsHash(terms), net, link: SELLERS_LINK.id };
  return decideListOffer({
    intent: bob.sign('listOffer', params, { channel: 'escrow', now: 0 }),
    ...{ params, keyThumbprint: bob.thumbprint, parameters, offer },
    sellerLink: owned(SELLERS_LINK),
    commissionLink: owned(COMMISSION_LINK),
  });
}

/** Bank A answers a payment that its payer has signed under these terms. */
function saidYes(offerTerms: OfferTerms) {
  const { deal, buyer, buyerLink, recipientCodeHash, boughtAt } = TERMS;
  const terms = dealTermsOf({ deal, buyer, buyerLink, recipientCodeHash, boughtAt, offerTerms });
  const payment = { ...PAYMENT_1, termsHash: termsHash(terms) };
  return decideAnswer(
    answering({
      proof: proof({
        terms: signedTermsRow(terms),
        listing: usedIntentOf(listingOf(terms)),
        purchase: usedIntentOf(purchaseOf(terms)),
      }),
      payment: owned(payment),
      usedIntent: usedIntentOf(paymentIntent(payment)),
    }),
  );
}
