// The terms of an offer hide how its price is shared; the opening row shows it to members, and opens nothing else.
import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { hashOf } from '../../../chaincode/protocol/canonical-json.js';
import { commissionOf, netOf } from '../../../chaincode/protocol/fees.js';
import type { OfferRow } from '../../../chaincode/protocol/offer.js';
import { openShares, sharesHash } from '../../../chaincode/protocol/shares.js';
import { netOfOffer, offerTermsOf } from '../../../chaincode/protocol/terms.js';
import { COMMISSION_LINK, SELLER_LINK } from '../domain/deal-rows.js';
import { WORKED_SHARES, workedOfferTerms, workedParameters, workedSharesRow } from './worked-example.js';

const TERMS = workedOfferTerms();
const ROW = workedSharesRow();

describe('the shares of a price', () => {
  it('are opened by their row: the net as it says, the commission the rest', () => {
    expect(openShares(TERMS, ROW)).to.deep.equal(WORKED_SHARES);
  });

  it('are opened by no row of another offer, version, net or nonce, nor without a row', () => {
    expect(openShares(TERMS, null)).to.equal(null);
    for (const changes of [
      { offer: 'offer_00000002' },
      { offerVersion: 2 },
      { net: '1178001' },
      { nonce: `${'A'.repeat(42)}E` },
    ]) {
      const other = { ...ROW, ...changes };
      expect(openShares(TERMS, other)).to.equal(null);
      const { offer, offerVersion, net, nonce } = other;
      const hash = sharesHash({ offer, offerVersion, net, nonce });
      expect(openShares(TERMS, { ...other, hash })).to.equal(null);
      const isOfTheseTerms = offer === TERMS.offer && offerVersion === TERMS.offerVersion;
      expect(openShares({ ...TERMS, sharesHash: hash }, { ...other, hash }) !== null).to.equal(
        isOfTheseTerms,
      );
    }
  });

  it('never pay the seller more than the price: such an opening is none', () => {
    const opening = (net: string) => {
      const { offer, offerVersion, nonce } = ROW;
      const hash = sharesHash({ offer, offerVersion, net, nonce });
      return openShares({ ...TERMS, sharesHash: hash }, { ...ROW, hash, net });
    };
    expect(opening(TERMS.price)).to.deep.equal({ net: TERMS.price, commission: '0' });
    expect(opening('1240001')).to.equal(null);
  });

  it('stand in no member of the terms, and no usual rate finds them without the nonce', () => {
    const nonce = randomBytes(32).toString('base64url');
    const terms = termsWith(nonce);
    expect(terms).to.not.have.any.keys('net', 'commission', 'commissionBasisPoints');
    const values = Object.values(terms).map(String);
    for (const hidden of Object.values(WORKED_SHARES)) expect(values).to.not.include(hidden);
    const { offer, offerVersion, price } = terms;
    for (let rate = 0; rate <= 10_000; rate += 1) {
      const commission = commissionOf(price, rate);
      const net = netOf(price, commission);
      const guesses = [
        ...['', 'A'.repeat(43), offer].map((guess) => sharesHash({ offer, offerVersion, net, nonce: guess })),
        hashOf({ domain: 'forescrow shares v1', offer, offerVersion, net }),
        hashOf({ net, commission }),
        hashOf(net),
      ];
      if (guesses.includes(terms.sharesHash)) expect.fail(`${String(rate)} basis points open the shares`);
    }
    const { net } = WORKED_SHARES;
    expect(sharesHash({ offer, offerVersion, net, nonce })).to.equal(terms.sharesHash);
  });

  it('differ from approval to approval, though nothing but the nonce does', () => {
    expect(termsWith(ROW.nonce).sharesHash).to.not.equal(termsWith(`${'A'.repeat(42)}E`).sharesHash);
  });
});

/** The worked offer's terms as its seller signs them after an approval with this nonce. */
function termsWith(sharesNonce: string) {
  const { price, contentHash, seller, courier, currency } = TERMS;
  const { payTimeMs, answerTimeMs, inspectionTimeMs, shipTimeMs, deliverTimeMs } = TERMS;
  const offer: OfferRow = {
    ...{
      v: 1,
      id: TERMS.offer,
      version: 1,
      status: 'approved',
      contentHash,
      seller,
      courier,
      currency,
      price,
    },
    ...{ payTimeMs, answerTimeMs, inspectionTimeMs, shipTimeMs, deliverTimeMs },
    ...{ commissionBasisPoints: null, sharesNonce, reasonHash: null, terms: null, listing: null },
  };
  const parameters = workedParameters();
  expect(netOfOffer(offer, parameters)).to.equal(WORKED_SHARES.net);
  const links = { sellerLink: SELLER_LINK, commissionLink: COMMISSION_LINK };
  return offerTermsOf({ offer, sharesNonce, ...links, parameters });
}
