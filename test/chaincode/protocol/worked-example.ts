// Duty: the worked example of product.md as rows, for unit tests of formulas and domain.
// Must not: hold keys or signatures.
import { dealTermsOf } from '../../../chaincode/protocol/terms.js';
import type { DealTerms, Instant, OfferTerms, ParametersRow } from '../../../chaincode/protocol/rows.js';

export const BOUGHT_AT: Instant = 1_700_000_000_000;

/** Window 3 s, slack 1 s, default commission 5 %, smallest part 10 %. */
export function workedParameters(): ParametersRow {
  return {
    v: 1,
    channel: 'escrow',
    marketplace: 'MarketplaceMSP',
    members: [
      { msp: 'MarketplaceMSP', kind: 'marketplace' },
      { msp: 'BankAMSP', kind: 'bank' },
      { msp: 'BankBMSP', kind: 'bank' },
      { msp: 'CourierMSP', kind: 'courier' },
    ],
    commissionBasisPoints: 500,
    commissionCapBasisPoints: 1_500,
    minimumPartBasisPoints: 1_000,
    windowMs: 3_000,
    slackMs: 1_000,
    payTimeMs: { least: 1_000, most: 86_400_000, usual: 900_000 },
    answerTimeMs: { least: 1_000, most: 3_600_000, usual: 10_000 },
    inspectionTimeMs: { least: 0, most: 86_400_000, usual: 0 },
    longStopMs: 604_800_000,
    commissionLink: 'link_market00',
  };
}

/** 12 400.00 RUB, seller at Bank B (20), commission account at Bank A (10). */
export function workedOfferTerms(): OfferTerms {
  return {
    v: 1,
    process: 1,
    offer: 'offer_0000001',
    offerVersion: 1,
    contentHash: 'c'.repeat(64),
    seller: 'person_bob00000',
    sellerLink: 'link_seller00',
    sellerBank: '20',
    commissionLink: 'link_market00',
    commissionBank: '10',
    marketplace: 'MarketplaceMSP',
    courier: 'CourierMSP',
    currency: 'RUB',
    price: '1240000',
    commission: '62000',
    net: '1178000',
    minimumPart: '124000',
    payTimeMs: 900_000,
    answerTimeMs: 10_000,
    inspectionTimeMs: 60_000,
    longStopMs: 604_800_000,
  };
}

export function workedDealTerms(): DealTerms {
  return dealTermsOf({
    deal: 'deal_00000001',
    offerTerms: workedOfferTerms(),
    buyer: 'person_alice000',
    buyerLink: 'link_alice000',
    recipientCodeHash: 'e'.repeat(64),
    boughtAt: BOUGHT_AT,
  });
}
