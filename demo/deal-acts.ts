// What people do about one deal: buy, pay, give the code, carry the parcel, accept. Each signs with his own key.
// Sends and returns; tells nothing and waits for no worker.
import { randomBytes } from 'node:crypto';
import { interbankFeeOf } from '../chaincode/protocol/fees.js';
import {
  RECIPIENT_CODE_BYTES,
  recipientCodeH1,
  recipientCodeH2,
  recipientCodeText,
} from '../chaincode/protocol/recipient-code.js';
import {
  rowKey,
  type BankRow,
  type DealTerms,
  type Hash,
  type OfferRow,
} from '../chaincode/protocol/rows.js';
import { dealTermsOf, termsHash } from '../chaincode/protocol/terms.js';
import { CURRENCY, signed, type Account } from './enrolment.js';
import { newId, type Person } from './people.js';
import type { Gateways } from './gateways.js';

/** A person and the account that he uses. */
export interface Payer {
  readonly person: Person;
  readonly account: Account;
}

export interface Deal {
  readonly id: string;
  readonly terms: DealTerms;
  readonly termsHash: Hash;
  readonly buyer: Person;
  /** Known to the buyer, who shows it to the courier at the door. */
  readonly recipientCode: string;
}

/** A payment as the payer signed it; minor units. */
export interface Payment {
  readonly id: string;
  readonly payer: Payer;
  readonly amount: string;
  readonly fee: string;
  readonly arrivedAt: number;
}

/** D1. Resolves with the deal and the short id of its transaction. */
export async function buy(
  gateways: Gateways,
  buyer: Payer,
  offer: string,
): Promise<{ readonly deal: Deal; readonly transaction: string }> {
  const row = await gateways.row<OfferRow>(rowKey('offer', offer));
  if (row?.terms === undefined || row.terms === null) throw new Error(`offer ${offer} is not listed`);
  const id = newId('deal');
  const recipientCode = recipientCodeText(randomBytes(RECIPIENT_CODE_BYTES));
  const recipientCodeHash = recipientCodeH2(recipientCodeH1(id, recipientCode));
  const boughtAt = Date.now();
  const terms = dealTermsOf({
    deal: id,
    offerTerms: row.terms,
    buyer: buyer.person.id,
    buyerLink: buyer.account.link,
    recipientCodeHash,
    boughtAt,
  });
  const hash = termsHash(terms);
  const params = { offer, termsHash: hash, recipientCodeHash, link: buyer.account.link, boughtAt };
  const command = signed(gateways, buyer.person, { id, action: 'buy', params });
  const transaction = await gateways.carryOutOne({ at: gateways.marketplace, lane: 'agree', command });
  return { deal: { id, terms, termsHash: hash, buyer: buyer.person, recipientCode }, transaction };
}

/** What the payer is shown before paying: the fee of his bank's published tariff, on top of the amount. */
export async function quoteFee(
  gateways: Gateways,
  deal: Deal,
  payment: { bank: string; amount: string },
): Promise<string> {
  const bank = await gateways.row<BankRow>(rowKey('bank', payment.bank));
  const tariff = bank?.tariff ?? null;
  if (tariff === null) throw new Error(`bank ${payment.bank} has published no tariff`);
  const { sellerBank } = deal.terms.offerTerms;
  return interbankFeeOf({ amount: payment.amount, payerBank: payment.bank, sellerBank, tariff });
}

/** A payment that the payer is about to sign; its id may be told to the simulated bank beforehand. */
export async function planPayment(
  gateways: Gateways,
  deal: Deal,
  request: { readonly payer: Payer; readonly amount: string },
): Promise<Omit<Payment, 'arrivedAt'>> {
  const { payer, amount } = request;
  const fee = await quoteFee(gateways, deal, { bank: payer.account.bank, amount });
  return { id: newId('payment'), payer, amount, fee };
}

/** D2: the payer signs and submits; the arrival is the moment of signing. */
export async function submit(
  gateways: Gateways,
  deal: Deal,
  plan: Omit<Payment, 'arrivedAt'>,
): Promise<{ readonly payment: Payment; readonly transaction: string }> {
  const payment = { ...plan, arrivedAt: Date.now() };
  const { id, payer, amount, fee, arrivedAt } = payment;
  const params = {
    deal: deal.id,
    termsHash: deal.termsHash,
    amount,
    fee,
    currency: CURRENCY,
    link: payer.account.link,
    arrivedAt,
  };
  const command = signed(gateways, payer.person, { id, action: 'submitPayment', params });
  const transaction = await gateways.carryOutOne({ at: gateways.marketplace, lane: 'agree', command });
  return { payment, transaction };
}

/** The payer reads the code on his phone and gives it, sealed, to his bank. */
export async function giveCode(gateways: Gateways, deal: Deal, payment: Payment): Promise<void> {
  const { account } = payment.payer;
  const { admin } = gateways.bank(account.bank);
  const subject = { kind: 'payment', deal: deal.id, payment: payment.id } as const;
  const { code } = await admin.waitForCode(account.holder, subject);
  await admin.authorise({ deal: deal.id, payment: payment.id, code });
}

/** D6. */
export function acceptParcel(gateways: Gateways, deal: Deal, agent: Person): Promise<string> {
  const params = { deal: deal.id };
  const command = signed(gateways, agent, { id: newId('acceptance'), action: 'acceptParcel', params });
  return gateways.carryOutOne({ at: gateways.courier, lane: 'own', command });
}

/** D7: the recipient's code proves the hand-over; the ledger sees its hash alone. */
export function deliver(gateways: Gateways, deal: Deal, agent: Person): Promise<string> {
  const params = { deal: deal.id, h1: recipientCodeH1(deal.id, deal.recipientCode) };
  const command = signed(gateways, agent, { id: newId('delivery'), action: 'deliver', params });
  return gateways.carryOutOne({ at: gateways.courier, lane: 'own', command });
}

/** D8: the buyer need not wait for the inspection time to pass. */
export function acceptGoods(gateways: Gateways, deal: Deal): Promise<string> {
  const params = { deal: deal.id, termsHash: deal.termsHash };
  const command = signed(gateways, deal.buyer, { id: newId('acceptance'), action: 'acceptGoods', params });
  return gateways.carryOutOne({ at: gateways.marketplace, lane: 'agree', command });
}
