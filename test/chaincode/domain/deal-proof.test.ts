// What a bank proves of a deal before it holds its first money.
import { expect } from 'chai';
import { type DealProof, provenDeal } from '../../../chaincode/domain/payment/deal-proof.js';
import { sharesHash } from '../../../chaincode/protocol/shares.js';
import { resigned } from '../../support/people.js';
import { workedSharesRow } from '../protocol/worked-example.js';
import { COMMISSION_LINK, forged, owned } from './deal-rows.js';
import { expectRefusal } from './refusal.js';
import {
  ALICES_LINK_A,
  knownBanks,
  LISTING_USED_INTENT,
  listingOf,
  mallory,
  proof,
  PURCHASE_USED_INTENT,
  purchaseOf,
  SELLERS_LINK,
  signedTermsRow,
  TERMS,
  usedIntentOf,
} from './signed-deal.js';

describe('what a bank proves of a deal', () => {
  it('is kept: terms with their links, the shares, and both signatures', () => {
    expect(provenDeal(proof())).to.deep.equal({
      terms: signedTermsRow(),
      shares: workedSharesRow(),
      listing: LISTING_USED_INTENT.signed,
      purchase: PURCHASE_USED_INTENT.signed,
    });
  });

  it('is nothing unless seller and buyer signed these very terms', () => {
    for (const listing of [null, PURCHASE_USED_INTENT, usedIntentOf(resigned(listingOf(TERMS), mallory))]) {
      expectRefusal(proving({ listing }), 'BAD_SIGNATURE', { what: 'listing' });
    }
    for (const purchase of [null, LISTING_USED_INTENT, usedIntentOf(resigned(purchaseOf(TERMS), mallory))]) {
      expectRefusal(proving({ purchase }), 'BAD_SIGNATURE', { what: 'purchase' });
    }
    const stale = { ...signedTermsRow(), terms: { ...TERMS, buyer: mallory.id } };
    expectRefusal(proving({ terms: stale }), 'TERMS_DIFFER');
    expectRefusal(proving({ terms: null }), 'NOT_FOUND');
  });

  it('is nothing for another payee than the seller signed', () => {
    const others = { ...SELLERS_LINK, id: 'link_mallory0' };
    const terms = signedTermsRow({ ...TERMS, offerTerms: { ...TERMS.offerTerms, sellerLink: others.id } });
    const rewritten = { terms: { ...terms, sellersLink: others }, sellersLink: owned(others) };
    expectRefusal(proving(rewritten), 'BAD_SIGNATURE', { what: 'listing' });
  });

  it('is nothing for a commission that the seller did not sign', () => {
    const opening = { ...workedSharesRow(), net: '1177999' };
    expectRefusal(proving({ shares: opening }), 'TERMS_DIFFER', { what: 'shares' });
    expectRefusal(proving({ shares: null }), 'TERMS_DIFFER', { what: 'shares' });
    // The marketplace opens another hash in terms of its own making: the seller has signed neither.
    const { offer, offerVersion, net, nonce } = opening;
    const hash = sharesHash({ offer, offerVersion, net, nonce });
    const terms = { ...TERMS, offerTerms: { ...TERMS.offerTerms, sharesHash: hash } };
    const purchase = usedIntentOf(purchaseOf(terms));
    const others = { terms: signedTermsRow(terms), shares: { ...opening, hash }, purchase };
    expectRefusal(proving(others), 'BAD_SIGNATURE', { what: 'listing' });
    expectRefusal(proving({ ...others, listing: usedIntentOf(listingOf(terms)) }), 'BAD_SIGNATURE');
  });

  it('takes links only as their banks vouch for them, and as the terms keep them', () => {
    const links = {
      buyersLink: ALICES_LINK_A,
      sellersLink: SELLERS_LINK,
      commissionsLink: COMMISSION_LINK,
    } as const;
    for (const name of ['buyersLink', 'sellersLink', 'commissionsLink'] as const) {
      const link = links[name];
      expectRefusal(proving({ [name]: forged(link) }), 'NOT_ATTESTED');
      expectRefusal(proving({ [name]: null }), 'NOT_FOUND');
      for (const other of [{ keyThumbprint: mallory.thumbprint }, { id: 'link_mallory0' }, { bank: '99' }]) {
        expectRefusal(proving({ [name]: owned({ ...link, ...other }) }), 'TERMS_DIFFER');
        // The same in the terms' own copy, which two members may have written.
        const terms = { ...signedTermsRow(), [name]: { ...link, ...other } };
        expectRefusal(proving({ terms }), 'TERMS_DIFFER');
      }
    }
  });

  it('takes links only of banks that this bank knows', () => {
    for (const bank of ['10', '20']) {
      const trusts = (known: string, msp: string) => known !== bank && knownBanks(known, msp);
      expectRefusal(proving({ trusts }), 'UNKNOWN_BANK', { bank });
    }
    const stranger = { ...SELLERS_LINK, owner: 'CourierMSP' };
    const terms = { ...signedTermsRow(), sellersLink: stranger };
    expectRefusal(proving({ terms, sellersLink: owned(stranger) }), 'UNKNOWN_BANK', { bank: '20' });
  });
});

function proving(changes: Partial<DealProof>) {
  return () => provenDeal(proof(changes));
}
