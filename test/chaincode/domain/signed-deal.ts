// The worked example with real signatures, its rows as honest chaincode leaves them: what a bank proves again.
import type { AnswerInput } from '../../../chaincode/domain/payment/answer.js';
import { type DealProof, provenDeal } from '../../../chaincode/domain/payment/deal-proof.js';
import type { DealRecordRow, PartysWord } from '../../../chaincode/domain/payment/deal-record-row.js';
import type { FinishInput } from '../../../chaincode/domain/payment/finish.js';
import type { AccountRow } from '../../../chaincode/domain/account/private-rows.js';
import { detached, type Intent } from '../../../chaincode/protocol/intent.js';
import { recipientCodeH1, recipientCodeH2 } from '../../../chaincode/protocol/recipient-code.js';
import type { BankRow } from '../../../chaincode/protocol/member.js';
import type { DealTerms, TermsRow } from '../../../chaincode/protocol/deal.js';
import type { PaymentRow } from '../../../chaincode/protocol/payment.js';
import type { LinkRow } from '../../../chaincode/protocol/account.js';
import type { UsedIntentRow } from '../../../chaincode/protocol/used-intent.js';
import { dealTermsOf, termsHash } from '../../../chaincode/protocol/terms.js';
import { acceptGoods } from '../../../gateway/sdk/commands/deals.js';
import { listOffer } from '../../../gateway/sdk/commands/offers.js';
import { makePerson, type Person } from '../../support/people.js';
import { BOUGHT_AT, WORKED_SHARES, workedOfferTerms, workedSharesRow } from '../protocol/worked-example.js';
import {
  COMMISSION_LINK,
  DEAL,
  FREE_MONEY,
  SELLER_LINK,
  admissionRow,
  payment,
  payment2,
  link,
  owned,
  phase,
  shipment,
} from './deal-rows.js';

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
  const links = { buyersLink: ALICES_LINK_A, sellersLink: SELLERS_LINK, commissionsLink: COMMISSION_LINK };
  return { v: 1, deal: DEAL, terms, termsHash: termsHash(terms), listing, ...links };
}

/** What the seller signs to list. */
export function listingOf({ offerTerms }: DealTerms): Intent {
  return bob.sign('listOffer', listOffer(offerTerms, WORKED_SHARES.net).params, context('listing_00000001'));
}

/** What the buyer signs to buy. */
export function purchaseOf(terms: DealTerms): Intent {
  const { recipientCodeHash, buyerLink, boughtAt } = terms;
  const { offer } = terms.offerTerms;
  const params = { offer, termsHash: termsHash(terms), recipientCodeHash, link: buyerLink, boughtAt };
  return alice.sign('buy', params, context(DEAL));
}

/** What a payer signs to submit the payment. */
export function paymentIntent(of: PaymentRow, by: Person = alice): Intent {
  const { deal, termsHash: hash, amount, fee, currency, link: from, arrivedAt, invitation } = of;
  const params = { deal, termsHash: hash, amount, fee, currency, link: from, arrivedAt, invitation };
  return by.sign('submitPayment', params, context(of.id));
}

/** The used-intent marker that keeps this signature. */
export function usedIntentOf(intent: Intent): UsedIntentRow {
  return { v: 1, content: 'c'.repeat(64), result: 'd'.repeat(64), signed: detached(intent) };
}

export const PAYMENT_1 = payment({ termsHash: termsHash(TERMS) });
export const PAYMENT_2 = payment2({ termsHash: termsHash(TERMS), link: 'link_alice111' });
export const LISTING_USED_INTENT = usedIntentOf(listingOf(TERMS));
export const PURCHASE_USED_INTENT = usedIntentOf(purchaseOf(TERMS));
export const USED_INTENT_1 = usedIntentOf(paymentIntent(PAYMENT_1));
export const USED_INTENT_2 = usedIntentOf(paymentIntent(PAYMENT_2));

export function acceptance(by: Person = alice): Intent {
  return by.sign('acceptGoods', acceptGoods(TERMS).params, context('acceptance_00000001'));
}

/** What an inspection keeps of an acceptance. */
export function kept(intent: Intent): PartysWord['signed'] {
  return { id: intent.body.id, ...detached(intent) };
}

/** What bank A has proved before it held payment 1. */
export function proof(changes: Partial<DealProof> = {}): DealProof {
  return {
    ...{ channel: 'escrow', deal: DEAL, terms: signedTermsRow(), shares: workedSharesRow() },
    ...{ listing: LISTING_USED_INTENT, purchase: PURCHASE_USED_INTENT },
    buyersLink: owned(ALICES_LINK_A),
    sellersLink: owned(SELLERS_LINK),
    commissionsLink: owned(COMMISSION_LINK),
    trusts: knownBanks,
    ...changes,
  };
}

/** Bank A holds payment 1 and has seen the price held, the delivery and the buyer's acceptance. */
export function recorded(changes: Partial<DealRecordRow> = {}): DealRecordRow {
  const planned = ({ id, bank, amount, arrivedAt }: PaymentRow) => ({ id, bank, amount, arrivedAt });
  return {
    ...{ v: 1, deal: DEAL, ...provenDeal(proof()) },
    own: [{ payment: PAYMENT_1, status: 'held', at: PAYMENT_1.arrivedAt + 9_000 }],
    full: { at: PAYMENT_2.arrivedAt + 9_000, payments: [planned(PAYMENT_1), planned(PAYMENT_2)] },
    ...{ moved: DELIVERED_AT - 1_000, delivered: DELIVERED_AT },
    word: { kind: 'acceptance', at: DELIVERED_AT, signed: kept(acceptance()) },
    ...changes,
  };
}

/** Bank A captures payment 1 of a delivered and accepted deal. */
export function finishing(changes: Partial<FinishInput> = {}): FinishInput {
  return {
    ...{ channel: 'escrow', payment: PAYMENT_1.id, now: DELIVERED_AT, guard: FREE_MONEY, record: recorded() },
    phase: phase('paid'),
    inspection: null,
    concession: null,
    outcome: null,
    shipment: owned(shipment({ status: 'delivered', h1: H1 })),
    payments: [owned({ ...PAYMENT_1, status: 'held' }), owned({ ...PAYMENT_2, status: 'held' })],
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
  account: '10011111111111100',
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
    bic: 'BK10RUMM',
    tariff: { usualBasisPoints: 0, toBank: { '20': 150 } },
    previousTariff: null,
    tariffSince: BOUGHT_AT - 1,
    sealingKey: null,
    debitCaps: { RUB: '100000000' },
    ...changes,
  };
}

/** 32 zero bytes. */
const REFUND_KEY = 'A'.repeat(43);

/** Bank A says yes to payment 1, which is admitted. */
export function answering(
  changes: Partial<AnswerInput> = {},
  params: Partial<AnswerInput['params']> = {},
): AnswerInput {
  return {
    channel: 'escrow',
    owner: 'BankAMSP',
    now: PAYMENT_1.arrivedAt + 9_000,
    params: {
      deal: DEAL,
      payment: PAYMENT_1.id,
      verdict: 'yes',
      codeBinding: 'b'.repeat(64),
      reason: null,
      holdOperation: 'operation_00000001',
      voidOperation: 'operation_00000002',
      refundKey: REFUND_KEY,
      ...params,
    },
    proof: proof(),
    record: null,
    admission: admissionRow(PAYMENT_1, 'admitted'),
    payment: owned(PAYMENT_1),
    isGuarded: true,
    usedIntent: USED_INTENT_1,
    invitation: null,
    link: owned(ALICES_LINK_A),
    bank: owned(bankA()),
    refundKey: { shown: REFUND_KEY, made: '0'.repeat(64) },
    account: ACCOUNT,
    ...changes,
  };
}
