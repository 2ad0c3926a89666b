// Rules of offers that need rows which are hard to come by on a ledger.
import { expect } from 'chai';
import { decideEditOffer, decideListOffer } from '../../../chaincode/domain/offer/offers.js';
import type { LinkRow } from '../../../chaincode/protocol/account.js';
import type { OfferRow, StockRow } from '../../../chaincode/protocol/offer.js';
import type { ParametersRow } from '../../../chaincode/protocol/member.js';
import { COURIER, MARKETPLACE } from '../../support/member-access.js';
import { makePerson } from '../../support/people.js';
import { workedOffer } from '../../support/test-consortium.js';

const bob = makePerson('bob');
const range = { least: 0, most: 9_000_000, usual: 1 };
const parameters: ParametersRow = {
  v: 1,
  version: 1,
  channel: 'escrow',
  marketplace: MARKETPLACE,
  members: [
    { msp: MARKETPLACE, kind: 'marketplace' },
    { msp: COURIER, kind: 'courier' },
  ],
  commissionBasisPoints: 500,
  commissionCapBasisPoints: 1_500,
  minimumPartBasisPoints: 1_000,
  windowMs: 3_000,
  slackMs: 1_000,
  payTimeMs: range,
  answerTimeMs: range,
  inspectionTimeMs: range,
  shipTimeMs: range,
  deliverTimeMs: range,
  stepTimeMs: 3_600_000,
  creditTimeMs: 3_600_000,
  longStopMs: 99_000,
  changeDelayMs: 7_000,
  commissionLinks: {},
};
const { stock: units, ...content } = workedOffer();
const offer: OfferRow = {
  v: 1,
  id: 'offer_00000001',
  seller: bob.id,
  status: 'approved',
  version: 1,
  ...content,
  commissionBasisPoints: null,
  sharesNonce: 'A'.repeat(43),
  reasonHash: null,
  terms: null,
  listing: null,
};
const link: LinkRow = {
  v: 1,
  id: 'link_00000001',
  owner: 'BankBMSP',
  bank: '20',
  person: bob.id,
  currency: 'RUB',
  keyThumbprint: bob.thumbprint,
  status: 'active',
};

describe('an offer', () => {
  it('cannot be edited below the units that are taken', () => {
    const stock: StockRow = { v: 1, offer: offer.id, total: units, available: units - 3, taken: 3 };
    const editTo = (left: number) =>
      decideEditOffer({ seller: bob.id, content: { ...content, stock: left }, parameters, offer, stock });
    expect(() => editTo(2)).to.throw('STOCK_TAKEN');
    expect(editTo(3).stock).to.deep.include({ total: 3, available: 0, taken: 3 });
  });

  it('cannot be listed while no account takes the commission, or only one in another currency', () => {
    const params = { offer: offer.id, termsHash: '0'.repeat(64), net: '1178000', link: link.id };
    const list = (commission: LinkRow | null) =>
      decideListOffer({
        intent: bob.sign('listOffer', params, { channel: 'escrow', now: 0 }),
        params,
        keyThumbprint: bob.thumbprint,
        parameters,
        offer,
        sellerLink: { row: link, attested: true },
        commissionLink: commission === null ? null : { row: commission, attested: true },
      });
    expect(() => list(null)).to.throw('NO_COMMISSION_ACCOUNT');
    expect(() => list({ ...link, id: 'link_00000002', currency: 'EUR' })).to.throw('CURRENCY');
    expect(() => list({ ...link, id: 'link_00000002' })).to.throw('TERMS_DIFFER');
  });

  it('needs an attested link of the seller', () => {
    const params = { offer: offer.id, termsHash: '0'.repeat(64), net: '1178000', link: link.id };
    const list = () =>
      decideListOffer({
        intent: bob.sign('listOffer', params, { channel: 'escrow', now: 0 }),
        params,
        keyThumbprint: bob.thumbprint,
        parameters,
        offer,
        sellerLink: { row: link, attested: false },
        commissionLink: null,
      });
    expect(list).to.throw('NOT_ATTESTED');
  });
});
