// The worked example of the product as rows without keys or signatures, for unit tests of formulas and domain.
import { dealTermsOf } from '../../../chaincode/protocol/terms.js';
import type { DealTerms } from '../../../chaincode/protocol/deal.js';
import type { Instant } from '../../../chaincode/protocol/forms.js';
import type { OfferTerms, SharesRow } from '../../../chaincode/protocol/offer.js';
import { type PayeeShare, payeeShares } from '../../../chaincode/protocol/plan.js';
import { sharesHash } from '../../../chaincode/protocol/shares.js';
import type { ParametersRow } from '../../../chaincode/protocol/member.js';

export const BOUGHT_AT: Instant = 1_700_000_000_000;

/** Window 3 s, slack 1 s, default commission 5 %, smallest part 10 %. */
export function workedParameters(): ParametersRow {
  return {
    v: 1,
    version: 1,
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
    shipTimeMs: { least: 3_600_000, most: 86_400_000, usual: 3_600_000 },
    deliverTimeMs: { least: 3_600_000, most: 86_400_000, usual: 3_600_000 },
    stepTimeMs: 3_600_000,
    creditTimeMs: 3_600_000,
    longStopMs: 604_800_000,
    changeDelayMs: 7_000,
    commissionLinks: { RUB: 'link_market00' },
  };
}

/** How the worked price is shared: 11 780.00 to the seller, 620.00 commission. */
export const WORKED_SHARES = { net: '1178000', commission: '62000' } as const;

const WORKED_OPENING = {
  offer: 'offer_00000001',
  offerVersion: 1,
  net: WORKED_SHARES.net,
  nonce: 'A'.repeat(43),
} as const;

/** The row that opens the hash in the worked terms. */
export function workedSharesRow(): SharesRow {
  return { v: 1, hash: sharesHash(WORKED_OPENING), ...WORKED_OPENING };
}

/** The payees of the worked example with their whole sums. */
export function workedPayees(): PayeeShare[] {
  return payeeShares(workedOfferTerms(), WORKED_SHARES);
}

/** 12 400.00 RUB, seller at Bank B (20), commission account at Bank A (10). */
export function workedOfferTerms(): OfferTerms {
  return {
    v: 1,
    process: 2,
    offer: 'offer_00000001',
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
    sharesHash: sharesHash(WORKED_OPENING),
    minimumPart: '124000',
    payTimeMs: 900_000,
    answerTimeMs: 10_000,
    inspectionTimeMs: 60_000,
    shipTimeMs: 3_600_000,
    deliverTimeMs: 3_600_000,
    stepTimeMs: 3_600_000,
    creditTimeMs: 3_600_000,
    longStopMs: 604_800_000,
    windowMs: 3_000,
    slackMs: 1_000,
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
