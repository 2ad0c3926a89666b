// What people do about one deal, signed with keys that the test holds and sent over the organisations' admin APIs: for
// load, and for people without a log-in. The demonstration's people go through the web API (demo/deal-acts.ts).
import type { DealTerms } from '../../chaincode/protocol/deal.js';
import type { OfferRow } from '../../chaincode/protocol/offer.js';
import { rowKey } from '../../chaincode/protocol/rows.js';
import { type Account, signed } from '../../demo/enrolment.js';
import type { Gateways } from '../../demo/gateways.js';
import type { Person } from '../../demo/people.js';
import * as deals from '../../gateway/sdk/commands/deals.js';
import { submitPayment } from '../../gateway/sdk/commands/payments.js';
import * as shipments from '../../gateway/sdk/commands/shipments.js';
import { quote } from '../../gateway/sdk/quote.js';
import { makeRecipientCode } from '../../gateway/sdk/recipient-code.js';
import { sealPaymentCode } from '../../gateway/sdk/sealing.js';

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

export async function buy(gateways: Gateways, buyer: Payer, offer: string): Promise<Deal> {
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
  await gateways.carryOutOne({ at: gateways.marketplace, lane: 'agree', command });
  return { id: request.id, terms, buyer: buyer.person, recipientCode };
}

/** A part of the price, in minor units, with the fee of the bank's published tariff; the payment's id. */
export async function submit(
  gateways: Gateways,
  deal: Deal,
  { payer, amount }: { readonly payer: Payer; readonly amount: string },
): Promise<string> {
  const { bank, link } = payer.account;
  const payerBank = await gateways.bankRow(bank);
  const { fee } = quote({ amount, payerBank, terms: deal.terms.offerTerms });
  const request = submitPayment({ terms: deal.terms, amount, fee, link, arrivedAt: Date.now() });
  const command = await signed(gateways, payer.person, request);
  await gateways.carryOutOne({ at: gateways.marketplace, lane: 'agree', command });
  return request.id;
}

/** Reads the code on the payer's phone, waiting for it `patienceMs` at most, and carries it to his bank, sealed. */
export async function giveCode(
  gateways: Gateways,
  { account }: Payer,
  { deal, payment }: { readonly deal: string; readonly payment: string },
  patienceMs?: number,
): Promise<void> {
  const { admin } = gateways.bank(account.bank);
  const { code } = await admin.waitForCode(account.holder, { kind: 'payment', deal, payment }, patienceMs);
  const sealed = await sealPaymentCode(await gateways.bankRow(account.bank), { payment, code });
  await admin.authorise({ deal, payment, sealed });
}

/** The agent takes the parcel from the seller. */
export async function acceptParcel(gateways: Gateways, deal: Deal, agent: Person): Promise<void> {
  const command = await signed(gateways, agent, shipments.acceptParcel({ deal: deal.id }));
  await gateways.carryOutOne({ at: gateways.courier, lane: 'own', command });
}

/** The recipient's code proves the hand-over; the ledger sees its hash alone. */
export async function deliver(gateways: Gateways, deal: Deal, agent: Person): Promise<void> {
  const { id, recipientCode } = deal;
  const command = await signed(gateways, agent, shipments.deliver({ deal: id, recipientCode }));
  await gateways.carryOutOne({ at: gateways.courier, lane: 'own', command });
}

/** The buyer need not wait for the inspection time to pass. */
export async function acceptGoods(gateways: Gateways, deal: Deal): Promise<void> {
  const command = await signed(gateways, deal.buyer, deals.acceptGoods(deal.terms));
  await gateways.carryOutOne({ at: gateways.marketplace, lane: 'agree', command });
}
