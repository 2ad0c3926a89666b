// What the command line signs: each document is the body that the web API takes, and a sentence of what it says.
import type { PersonAction } from '../../chaincode/protocol/commands.js';
import type { BankInfo } from '../../gateway/protocol/api/consortium.js';
import type { DealPage } from '../../gateway/protocol/api/deals.js';
import { amountText } from '../../gateway/protocol/money-text.js';
import { authorisePayment } from '../../gateway/sdk/commands/authorise.js';
import { acceptGoods, buy } from '../../gateway/sdk/commands/deals.js';
import { submitPayment } from '../../gateway/sdk/commands/payments.js';
import { acceptParcel, deliver } from '../../gateway/sdk/commands/shipments.js';
import { type CommandRequest, newIdOf } from '../../gateway/sdk/request.js';
import type { ClientSession } from '../../gateway/sdk/session.js';
import { DemoError } from '../demo-error.js';

export interface Document {
  /** For the request's body, or to be read by a person. */
  readonly content: unknown;
  /** Null: nothing is signed. */
  readonly sentence: string | null;
}

export async function purchase(
  session: ClientSession,
  of: { readonly offer: string; readonly link: string },
): Promise<Document> {
  const { terms: offerTerms, content } = await session.api.call('getOffer', { path: { offer: of.offer } });
  if (offerTerms === null) throw new DemoError(`The offer ${of.offer} is not listed.`);
  const deal = newIdOf('buy');
  const recipientCode = await session.recipientCode(deal);
  const buyer = session.me?.id ?? '';
  const { link } = of;
  const { request } = buy({ offerTerms, buyer, link, recipientCode, boughtAt: session.now(), deal });
  const price = amountText(BigInt(offerTerms.price), offerTerms.currency);
  return signed(session, request, `buys “${content.title}” for ${price} ${offerTerms.currency}`);
}

export async function payment(
  session: ClientSession,
  of: { readonly deal: string; readonly link: string; readonly amount: string },
): Promise<Document> {
  const page = await dealPage(session, of.deal);
  const query = { link: of.link, amount: of.amount };
  const { fee, total } = await session.api.call('getQuote', { path: { deal: of.deal }, query });
  const { currency } = page.money;
  const sum = (amount: string): string => `${amountText(BigInt(amount), currency)} ${currency}`;
  const request = submitPayment({
    ...{ terms: page.terms, amount: of.amount, fee, link: of.link },
    arrivedAt: session.now(),
  });
  const sums = `${sum(of.amount)} and a fee of ${sum(fee)}, ${sum(total)} in all`;
  return signed(session, request, `pays ${sums}, to ${page.seller.name} for “${page.title}”`);
}

/** The one-time code from the phone, sealed so that the payer's bank alone reads it. */
export async function oneTimeCode(
  session: ClientSession,
  of: { readonly deal: string; readonly payment: string; readonly code: string },
): Promise<Document> {
  const path = { deal: of.deal, payment: of.payment };
  const { challenge } = await session.api.call('getAuthorisation', { path });
  if (challenge === null) throw new DemoError('The bank has sent no code for this payment yet.');
  const bank = await bankOf(session, await dealPage(session, of.deal), of.payment);
  const { request, sealed } = await authorisePayment(bank, { ...of, challenge });
  const intent = await session.sign(request);
  return {
    content: { intent, sealed },
    sentence: `confirms payment ${of.payment} by a code for ${bank.name}`,
  };
}

export async function recipientCode(session: ClientSession, deal: string): Promise<Document> {
  return { content: await session.recipientCode(deal), sentence: null };
}

export function parcelAcceptance(session: ClientSession, deal: string): Promise<Document> {
  return signed(session, acceptParcel({ deal }), `takes the parcel of ${deal} from the seller`);
}

export function delivery(
  session: ClientSession,
  of: { readonly deal: string; readonly recipientCode: string },
): Promise<Document> {
  return signed(session, deliver(of), `has handed over the parcel of ${of.deal}`);
}

export async function goodsAcceptance(session: ClientSession, deal: string): Promise<Document> {
  const { terms, title } = await dealPage(session, deal);
  return signed(session, acceptGoods(terms), `accepts “${title}”`);
}

async function signed(
  session: ClientSession,
  request: CommandRequest<PersonAction>,
  sentence: string,
): Promise<Document> {
  return { content: { intent: await session.sign(request) }, sentence };
}

function dealPage(session: ClientSession, deal: string): Promise<DealPage> {
  return session.api.call('getDeal', { path: { deal } });
}

async function bankOf(session: ClientSession, { payments }: DealPage, payment: string): Promise<BankInfo> {
  const { items } = await session.api.call('listBanks');
  const id = payments.find((each) => each.id === payment)?.bank;
  const found = items.find((bank) => bank.id === id);
  if (found === undefined) throw new DemoError(`There is no payment ${payment} in this deal.`);
  return found;
}
