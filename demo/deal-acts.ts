// What people do about one deal, each with his own key: buy, invite, pay, give the code, carry the parcel, accept.
import { type DealTerms } from '../chaincode/protocol/deal.js';
import { keyThumbprint } from '../chaincode/protocol/intent.js';
import { type OfferRow } from '../chaincode/protocol/offer.js';
import { rowKey } from '../chaincode/protocol/rows.js';
import { type Account, signed } from './enrolment.js';
import { newId } from '../gateway/sdk/ids.js';
import { type KeyPair, makeKeyPair, signerOf } from '../gateway/sdk/keys.js';
import type { Person } from './people.js';

import * as deals from '../gateway/sdk/commands/deals.js';
import { submitPayment } from '../gateway/sdk/commands/payments.js';
import * as shipments from '../gateway/sdk/commands/shipments.js';

import { quote } from '../gateway/sdk/quote.js';
import { makeRecipientCode } from '../gateway/sdk/recipient-code.js';
import { sealPaymentCode } from '../gateway/sdk/sealing.js';

import type { Gateways } from './gateways.js';

/** A person and the account that he uses. */
export interface Payer {
  readonly person: Person;
  readonly account: Account;
}

export interface Deal {
  readonly id: string;
  readonly terms: DealTerms;
  readonly buyer: Person;
  /** Known to the buyer, who shows it to the courier at the door. */
  readonly recipientCode: string;
}

/** What the buyer gives to whom he lets pay: the id on the ledger, and the key that proves who was given it. */
export interface Invitation {
  readonly id: string;
  readonly keyPair: KeyPair;
}

/** A payment as the payer signed it; minor units. */
export interface Payment {
  readonly id: string;
  readonly payer: Payer;
  readonly amount: string;
  readonly fee: string;
  /** By which the payer may pay; null: he is the buyer. */
  readonly invitation: string | null;
  readonly arrivedAt: number;
}

/** Resolves with the deal and the short id of its transaction. */
export async function buy(
  gateways: Gateways,
  buyer: Payer,
  offer: string,
): Promise<{ readonly deal: Deal; readonly transaction: string }> {
  const row = await gateways.row<OfferRow>(rowKey('offer', offer));
  if (row?.terms === undefined || row.terms === null) throw new Error(`offer ${offer} is not listed`);
  const recipientCode = makeRecipientCode();
  const { request, terms } = deals.buy({
    offerTerms: row.terms,
    buyer: buyer.person.id,
    link: buyer.account.link,
    recipientCode,
    boughtAt: Date.now(),
  });
  const command = await signed(gateways, buyer.person, request);
  const transaction = await gateways.carryOutOne({ at: gateways.marketplace, lane: 'agree', command });
  return { deal: { id: request.id, terms, buyer: buyer.person, recipientCode }, transaction };
}

/** The buyer lets another person pay up to `most` minor units, with a key made for this invitation alone. */
export async function invite(
  gateways: Gateways,
  deal: Deal,
  most: string,
): Promise<{ readonly invitation: Invitation; readonly transaction: string }> {
  const keyPair = await makeKeyPair();
  const until = deal.terms.payDeadline;
  const request = deals.invitePayer(deal.terms, { invitationKey: keyPair.publicKey, most, until });
  const command = await signed(gateways, deal.buyer, request);
  const transaction = await gateways.carryOutOne({ at: gateways.marketplace, lane: 'agree', command });
  return { invitation: { id: request.id, keyPair }, transaction };
}

/** The person who was given the invitation's key takes it, for the account that he will pay from. */
export async function acceptInvitation(
  gateways: Gateways,
  deal: Deal,
  of: { readonly invitation: Invitation; readonly payer: Person },
): Promise<string> {
  const { invitation, payer } = of;
  const request = await deals.acceptInvitation({
    channel: gateways.channel,
    deal: deal.id,
    invitation: invitation.id,
    person: payer.id,
    keyThumbprint: keyThumbprint(payer.publicKey),
    invitationSigner: await signerOf(invitation.keyPair),
  });
  const command = await signed(gateways, payer, request);
  return gateways.carryOutOne({ at: gateways.marketplace, lane: 'agree', command });
}

/**
 * A payment that the payer is about to sign, with the fee of his bank's published tariff; the simulated bank may learn
 * its id beforehand.
 */
export async function planPayment(
  gateways: Gateways,
  deal: Deal,
  request: { readonly payer: Payer; readonly amount: string; readonly invitation?: string },
): Promise<Omit<Payment, 'arrivedAt'>> {
  const { payer, amount, invitation = null } = request;
  const payerBank = await gateways.bankRow(payer.account.bank);
  const { fee } = quote({ amount, payerBank, terms: deal.terms.offerTerms });
  return { id: newId('payment'), payer, amount, fee, invitation };
}

/** The payer signs and submits; the arrival is the moment of signing. */
export async function submit(
  gateways: Gateways,
  deal: Deal,
  plan: Omit<Payment, 'arrivedAt'>,
): Promise<{ readonly payment: Payment; readonly transaction: string }> {
  const payment = { ...plan, arrivedAt: Date.now() };
  const { id, payer, amount, fee, arrivedAt, invitation } = payment;
  const { link } = payer.account;
  const invited = invitation === null ? {} : { invitation };
  const request = submitPayment({ terms: deal.terms, payment: id, amount, fee, link, arrivedAt, ...invited });
  const command = await signed(gateways, payer.person, request);
  const transaction = await gateways.carryOutOne({ at: gateways.marketplace, lane: 'agree', command });
  return { payment, transaction };
}

/** The payer reads the code on his phone and gives it to his bank. */
export async function giveCode(
  gateways: Gateways,
  deal: Pick<Deal, 'id'>,
  payment: Pick<Payment, 'id' | 'payer'>,
): Promise<void> {
  const { account } = payment.payer;
  const { admin } = gateways.bank(account.bank);
  const subject = { kind: 'payment', deal: deal.id, payment: payment.id } as const;
  const { code } = await admin.waitForCode(account.holder, subject);
  await authorise(gateways, payment, { deal: deal.id, code });
}

/** Carries a code to the payer's bank, sealed so that nobody on the way can read it. */
export async function authorise(
  gateways: Gateways,
  { id: payment, payer }: Pick<Payment, 'id' | 'payer'>,
  { deal, code }: { readonly deal: string; readonly code: string },
): Promise<void> {
  const { bank } = payer.account;
  const sealed = await sealPaymentCode(await gateways.bankRow(bank), { payment, code });
  await gateways.bank(bank).admin.authorise({ deal, payment, sealed });
}

/** The agent takes the parcel from the seller. */
export async function acceptParcel(gateways: Gateways, deal: Deal, agent: Person): Promise<string> {
  const command = await signed(gateways, agent, shipments.acceptParcel({ deal: deal.id }));
  return gateways.carryOutOne({ at: gateways.courier, lane: 'own', command });
}

/** The recipient's code proves the hand-over; the ledger sees its hash alone. */
export async function deliver(gateways: Gateways, deal: Deal, agent: Person): Promise<string> {
  const { id, recipientCode } = deal;
  const command = await signed(gateways, agent, shipments.deliver({ deal: id, recipientCode }));
  return gateways.carryOutOne({ at: gateways.courier, lane: 'own', command });
}

/** The buyer need not wait for the inspection time to pass. */
export async function acceptGoods(gateways: Gateways, deal: Deal): Promise<string> {
  const command = await signed(gateways, deal.buyer, deals.acceptGoods(deal.terms));
  return gateways.carryOutOne({ at: gateways.marketplace, lane: 'agree', command });
}
