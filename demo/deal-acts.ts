// What people do about one deal, each through the web API of his organisation with his own key: buy, invite, pay, give
// the code, carry the parcel, accept.
import type { DealTerms } from '../chaincode/protocol/deal.js';
import { keyThumbprint } from '../chaincode/protocol/intent.js';
import type { OfferRow } from '../chaincode/protocol/offer.js';
import { rowKey } from '../chaincode/protocol/rows.js';
import { authorisePayment } from '../gateway/sdk/commands/authorise.js';
import * as deals from '../gateway/sdk/commands/deals.js';
import { submitPayment } from '../gateway/sdk/commands/payments.js';
import * as shipments from '../gateway/sdk/commands/shipments.js';
import { newId } from '../gateway/sdk/ids.js';
import { type KeyPair, makeKeyPair, signerOf } from '../gateway/sdk/keys.js';
import { newIdOf } from '../gateway/sdk/request.js';
import { DemoError } from './demo-error.js';
import type { Account } from './enrolment.js';
import type { Gateways } from './gateways.js';
import { type Participant, signerFor } from './people.js';
import { asked, carriedOut } from './through-the-door.js';

/** A person and the account that he uses. */
export interface Payer {
  readonly person: Participant;
  readonly account: Account;
}

export interface Deal {
  readonly id: string;
  readonly terms: DealTerms;
  readonly buyer: Participant;
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

/** Resolves with the deal and the short id of its transaction. Rejects, as all commands here: DemoRefused. */
export async function buy(
  gateways: Gateways,
  { person, account }: Payer,
  offer: string,
): Promise<{ readonly deal: Deal; readonly transaction: string }> {
  // From the ledger: the offers of a play have no page in the catalogue, since nobody else could pay in their seconds.
  const row = await gateways.row<OfferRow>(rowKey('offer', offer));
  if (row?.terms === undefined || row.terms === null) throw new DemoError(`Offer ${offer} is not listed.`);
  const id = newIdOf('buy');
  const recipientCode = await person.session.recipientCode(id);
  const { request, terms } = deals.buy({
    ...{ deal: id, offerTerms: row.terms, buyer: person.id, link: account.link, recipientCode },
    boughtAt: person.session.now(),
  });
  const transaction = await carriedOut(gateways, person, 'buy', { request });
  return { deal: { id, terms, buyer: person, recipientCode }, transaction };
}

/** The buyer lets another person pay up to `most` minor units, with a key made for this invitation alone. */
export async function invite(
  gateways: Gateways,
  { id: deal, terms, buyer }: Deal,
  most: string,
): Promise<{ readonly invitation: Invitation; readonly transaction: string }> {
  const keyPair = await makeKeyPair();
  const until = terms.payDeadline;
  const request = deals.invitePayer(terms, { invitationKey: keyPair.publicKey, most, until });
  const transaction = await carriedOut(gateways, buyer, 'invitePayer', { path: { deal }, request });
  return { invitation: { id: request.id, keyPair }, transaction };
}

/** The person who was given the invitation's key takes it, for the account that he will pay from. */
export async function acceptInvitation(
  gateways: Gateways,
  { id: deal }: Deal,
  { invitation, payer }: { readonly invitation: Invitation; readonly payer: Participant },
): Promise<string> {
  const { publicKey } = await signerFor(payer);
  const request = await deals.acceptInvitation({
    channel: gateways.channel,
    deal,
    invitation: invitation.id,
    person: payer.id,
    keyThumbprint: keyThumbprint(publicKey),
    invitationSigner: await signerOf(invitation.keyPair),
  });
  const path = { deal, invitation: invitation.id };
  return carriedOut(gateways, payer, 'acceptInvitation', { path, request });
}

/**
 * A payment that the payer is about to sign, with the fee that his page quotes; the simulated bank may learn its id
 * beforehand.
 */
export async function planPayment(
  gateways: Gateways,
  { id: deal }: Deal,
  request: { readonly payer: Payer; readonly amount: string; readonly invitation?: string },
): Promise<Omit<Payment, 'arrivedAt'>> {
  const { payer, amount, invitation = null } = request;
  const query = { link: payer.account.link, amount };
  const { fee } = await asked(gateways, payer.person, 'getQuote', { path: { deal }, query });
  return { id: newId('payment'), payer, amount, fee, invitation };
}

/** The payer signs and submits; the arrival is the moment of signing. */
export async function submit(
  gateways: Gateways,
  { id: deal, terms }: Deal,
  plan: Omit<Payment, 'arrivedAt'>,
): Promise<{ readonly payment: Payment; readonly transaction: string }> {
  const { person, account } = plan.payer;
  const payment = { ...plan, arrivedAt: person.session.now() };
  const { id, amount, fee, arrivedAt, invitation } = payment;
  const invited = invitation === null ? {} : { invitation };
  const { link } = account;
  const request = submitPayment({ terms, payment: id, amount, fee, link, arrivedAt, ...invited });
  const transaction = await carriedOut(gateways, person, 'submitPayment', { path: { deal }, request });
  return { payment, transaction };
}

/** The payer reads the code on his phone and gives it to his bank. Rejects: ApiProblem (CODE_EXPIRED and the like). */
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

/** Carries a code to the payer's bank, sealed so that nobody on the way can read it. Rejects: ApiProblem. */
export async function authorise(
  gateways: Gateways,
  { id: payment, payer: { person, account } }: Pick<Payment, 'id' | 'payer'>,
  { deal, code }: { readonly deal: string; readonly code: string },
): Promise<void> {
  const path = { deal, payment };
  const { items } = await asked(gateways, person, 'listBanks', {});
  const bank = items.find(({ id }) => id === account.bank);
  if (bank === undefined) throw new DemoError(`Bank ${account.bank} is not on the ledger.`);
  const isSent = ({ challenge }: { readonly challenge: string | null }): boolean => challenge !== null;
  const { challenge } = await asked(gateways, person, 'getAuthorisation', { path }, isSent);
  const { request, sealed } = await authorisePayment(bank, { payment, challenge: challenge ?? '', code });
  const intent = await person.session.sign(request);
  await asked(gateways, person, 'authorisePayment', { path, body: { intent, sealed } });
}

/** The agent takes the parcel from the seller. */
export function acceptParcel(gateways: Gateways, { id: deal }: Deal, agent: Participant): Promise<string> {
  const request = shipments.acceptParcel({ deal });
  return carriedOut(gateways, agent, 'acceptParcel', { path: { deal }, request });
}

/** The recipient's code proves the hand-over; the ledger sees its hash alone. */
export function deliver(
  gateways: Gateways,
  { id: deal, recipientCode }: Deal,
  agent: Participant,
): Promise<string> {
  const request = shipments.deliver({ deal, recipientCode });
  return carriedOut(gateways, agent, 'deliverParcel', { path: { deal }, request });
}

/** The buyer need not wait for the inspection time to pass. */
export function acceptGoods(gateways: Gateways, { id: deal, terms, buyer }: Deal): Promise<string> {
  return carriedOut(gateways, buyer, 'acceptGoods', { path: { deal }, request: deals.acceptGoods(terms) });
}
