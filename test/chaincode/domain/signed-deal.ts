// Duty: the worked example with real signatures: what a bank proves again before it moves money.
// Must not: touch the ledger; rows are as honest chaincode would have left them after delivery.
import type { AnswerInput } from '../../../chaincode/domain/answer.js';
import type { CaptureInput } from '../../../chaincode/domain/capture.js';
import type { AccountRow } from '../../../chaincode/domain/private-rows.js';
import { detached, type Intent } from '../../../chaincode/protocol/intent.js';
import { planOf } from '../../../chaincode/protocol/plan.js';
import { recipientCodeH1, recipientCodeH2 } from '../../../chaincode/protocol/recipient-code.js';
import type {
  BankRow,
  InspectionRow,
  DealTerms,
  LegRow,
  LinkRow,
  ReceiptRow,
  TermsRow,
} from '../../../chaincode/protocol/rows.js';
import { dealTermsOf, termsHash } from '../../../chaincode/protocol/terms.js';
import { makePerson, type Person } from '../../support/people.js';
import { BOUGHT_AT, workedOfferTerms } from '../protocol/worked-example.js';
import { COMMISSION_LINK, DEAL, SELLER_LINK, gate, leg, leg2, link, owned, shipment } from './deal-rows.js';

export const alice = makePerson('alice', 'person_alice000');
export const bob = makePerson('bob', 'person_bob00000');
export const mallory = makePerson('mallory', 'person_mallory0');
export const H1 = recipientCodeH1(DEAL, 'CODE');
/** After the delivery; the inspection of a minute began here. */
export const DELIVERED_AT = BOUGHT_AT + 500_000;

const context = (id: string) => ({ channel: 'escrow', now: BOUGHT_AT, id });
const offerTerms = workedOfferTerms();
export const TERMS: DealTerms = dealTermsOf({
  deal: DEAL,
  offerTerms,
  buyer: alice.id,
  buyerLink: 'link_alice000',
  recipientCodeHash: recipientCodeH2(H1),
  boughtAt: BOUGHT_AT,
});

export const SELLERS_LINK = { ...SELLER_LINK, keyThumbprint: bob.thumbprint };
export const ALICES_LINK_A = linkOf(alice, 'link_alice000', 'BankAMSP', '10');
export const ALICES_LINK_B = linkOf(alice, 'link_alice111', 'BankBMSP', '20');

function linkOf(person: Person, id: string, owner: string, bank: string): LinkRow {
  return link({ id, owner, bank, person: person.id, keyThumbprint: person.thumbprint });
}

/** Terms that seller and buyer signed. */
export function signedTermsRow(terms: DealTerms = TERMS): TermsRow {
  const listing = listingOf(terms).body.id;
  return { v: 1, deal: DEAL, terms, termsHash: termsHash(terms), listing, buyersLink: ALICES_LINK_A };
}

/** What the seller signs to list. */
export function listingOf({ offerTerms }: DealTerms): Intent {
  const { offer, net, sellerLink: from } = offerTerms;
  const params = { offer, termsHash: termsHash(offerTerms), net, link: from };
  return bob.sign('listOffer', params, context('listing_00000001'));
}

/** What the buyer signs to buy. */
export function purchaseOf(terms: DealTerms): Intent {
  const { recipientCodeHash, buyerLink, boughtAt } = terms;
  const { offer } = terms.offerTerms;
  const params = { offer, termsHash: termsHash(terms), recipientCodeHash, link: buyerLink, boughtAt };
  return alice.sign('buy', params, context(DEAL));
}

/** What a payer signs to submit the leg. */
export function payment(of: LegRow, by: Person = alice): Intent {
  const { deal, termsHash: hash, amount, fee, currency, link: from, arrivedAt } = of;
  const params = { deal, termsHash: hash, amount, fee, currency, link: from, arrivedAt };
  return by.sign('submitLeg', params, context(of.id));
}

/** The receipt that keeps this signature. */
export function receiptOf(intent: Intent): ReceiptRow {
  return { v: 1, content: 'c'.repeat(64), result: 'd'.repeat(64), signed: detached(intent) };
}

export const LEG_1 = leg({ termsHash: termsHash(TERMS) });
export const LEG_2 = leg2({ termsHash: termsHash(TERMS), link: 'link_alice111' });
export const LISTING_RECEIPT = receiptOf(listingOf(TERMS));
export const PURCHASE_RECEIPT = receiptOf(purchaseOf(TERMS));
export const RECEIPT_1 = receiptOf(payment(LEG_1));
export const RECEIPT_2 = receiptOf(payment(LEG_2));

export function acceptance(by: Person = alice): Intent {
  return by.sign('acceptGoods', { deal: DEAL, termsHash: termsHash(TERMS) }, context('acceptance_00000001'));
}

/** What an inspection keeps of an acceptance. */
export function kept(intent: Intent): InspectionRow['acceptance'] {
  return { id: intent.body.id, ...detached(intent) };
}

/** Bank A captures leg 1 of a delivered and accepted deal. */
export function capturing(changes: Partial<CaptureInput> = {}): CaptureInput {
  return {
    channel: 'escrow',
    owner: 'BankAMSP',
    deal: DEAL,
    leg: LEG_1.id,
    now: DELIVERED_AT,
    isGuarded: true,
    terms: signedTermsRow(),
    listing: LISTING_RECEIPT,
    purchase: PURCHASE_RECEIPT,
    plan: { v: 1, deal: DEAL, items: planOf([LEG_1, LEG_2], offerTerms) },
    legs: [
      { leg: owned({ ...LEG_1, status: 'held' }), receipt: RECEIPT_1, link: owned(ALICES_LINK_A) },
      { leg: owned({ ...LEG_2, status: 'held' }), receipt: RECEIPT_2, link: owned(ALICES_LINK_B) },
    ],
    sellerLink: owned(SELLERS_LINK),
    buyerLink: owned(ALICES_LINK_A),
    commissionLink: owned(COMMISSION_LINK),
    shipment: owned(shipment({ status: 'delivered', h1: H1 })),
    inspection: {
      v: 1,
      deal: DEAL,
      status: 'accepted',
      startedAt: DELIVERED_AT,
      acceptance: kept(acceptance()),
    },
    seenAt: null,
    trusts: knownBanks,
    ...changes,
  };
}

/** Bank A's correspondents: itself and Bank B. */
export function knownBanks(bank: string, msp: string): boolean {
  return (bank === '10' && msp === 'BankAMSP') || (bank === '20' && msp === 'BankBMSP');
}

export const ACCOUNT: AccountRow = {
  v: 1,
  account: '10aaaaaaaaaa00',
  holder: 'holder_alice000',
  currency: 'RUB',
  available: '507500',
  held: '0',
};

/** Bank A's row with the tariff of the worked example. */
export function bankA(changes: Partial<BankRow> = {}): BankRow {
  return {
    v: 1,
    id: '10',
    owner: 'BankAMSP',
    status: 'active',
    name: 'Bank A',
    bic: '044525010',
    tariff: { usualBasisPoints: 0, toBank: { '20': 150 } },
    previousTariff: null,
    tariffSince: BOUGHT_AT - 1,
    sealingKey: null,
    debitCap: null,
    ...changes,
  };
}

/** 32 zero bytes. */
const REFUND_KEY = 'A'.repeat(43);

/** Bank A says yes to leg 1, which is admitted. */
export function answering(
  changes: Partial<AnswerInput> = {},
  params: Partial<AnswerInput['params']> = {},
): AnswerInput {
  return {
    channel: 'escrow',
    owner: 'BankAMSP',
    now: LEG_1.arrivedAt + 9_000,
    params: {
      deal: DEAL,
      leg: LEG_1.id,
      verdict: 'yes',
      codeBinding: 'b'.repeat(64),
      reason: null,
      holdOperation: 'operation_00000001',
      voidOperation: 'operation_00000002',
      refundKey: REFUND_KEY,
      ...params,
    },
    terms: signedTermsRow(),
    gate: gate(LEG_1, 'admitted'),
    leg: owned(LEG_1),
    receipt: RECEIPT_1,
    link: owned(ALICES_LINK_A),
    bank: owned(bankA()),
    refundKey: { shown: REFUND_KEY, made: '0'.repeat(64) },
    account: ACCOUNT,
    ...changes,
  };
}
