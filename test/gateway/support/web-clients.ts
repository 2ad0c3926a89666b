// Clients of a marketplace at its web door: log-in, key on the ledger, a session, linked accounts with money.
import { accountNumber } from '../../../chaincode/protocol/account-number.js';
import type { DealTerms } from '../../../chaincode/protocol/deal.js';
import { linkCodeHash } from '../../../chaincode/protocol/link-code.js';
import { randomBytes } from 'node:crypto';
import { askLink, confirmLink } from '../../../gateway/sdk/commands/accounts.js';
import { buy } from '../../../gateway/sdk/commands/deals.js';
import { submitPayment } from '../../../gateway/sdk/commands/payments.js';
import { confirmPerson, registerPerson } from '../../../gateway/sdk/commands/people.js';
import type { Operation } from '../../../gateway/protocol/api/forms.js';
import { newId } from '../../../gateway/sdk/ids.js';
import { quote } from '../../../gateway/sdk/quote.js';
import { makeRecipientCode } from '../../../gateway/sdk/recipient-code.js';
import type { ClientSession } from '../../../gateway/sdk/session.js';
import type { ClientConsortium } from '../../support/client-consortium.js';
import { inDatabase } from '../../support/database.js';
import { agreed, BANK_ID, MARKETPLACE, owned } from '../../support/member-access.js';
import { present } from '../../support/test-consortium.js';
import { openWebOrganisation, type WebOrganisation } from './web-organisation.js';

export const PASSWORD = 'correct horse battery staple';

export interface WebClient {
  readonly session: ClientSession;
  readonly id: string;
  /** By the bank's MSP. */
  readonly links: { readonly [msp: string]: string };
}

export interface WebMarket {
  readonly consortium: ClientConsortium;
  readonly web: WebOrganisation;
  readonly administrator: ClientSession;
}

/** The first administrator, whose key the consortium's own has confirmed. */
export async function openMarket(consortium: ClientConsortium, web: WebOrganisation): Promise<WebMarket> {
  const administrator = web.session();
  await administrator.signIn('administrator', web.firstPassword);
  await administrator.setFirstPassword(web.firstPassword, PASSWORD);
  await administrator.makeVault(PASSWORD);
  const { anna } = consortium.staff;
  const person = administrator.me?.id ?? '';
  const confirmation = confirmPerson({
    person,
    key: administrator.signer?.publicKey ?? '',
    roles: ['administrator'],
  });
  await consortium.run(
    agreed(consortium.asked(anna, registerPerson({ person }))),
    owned(MARKETPLACE, consortium.asked(anna, confirmation)),
  );
  await eventually(async () => (await administrator.api.call('getMe')).roles.includes('administrator'));
  return { consortium, web, administrator };
}

/** A market on a database of its own, for as long as `run` takes. */
export function atMarket(
  consortium: ClientConsortium,
  run: (market: WebMarket) => Promise<void>,
): Promise<void> {
  return inDatabase(async (database) => {
    const config = consortium.ground.config(MARKETPLACE);
    const web = await openWebOrganisation({ config, database, ledger: consortium.ledger(MARKETPLACE) });
    try {
      await run(await openMarket(consortium, web));
    } finally {
      await web.close();
    }
  });
}

/** With an account at each bank named, holding so many minor units. */
export async function newWebClient(
  { consortium, web, administrator }: WebMarket,
  login: string,
  money: { readonly [msp: string]: string } = {},
): Promise<WebClient> {
  const { password } = await administrator.api.call(
    'createPerson',
    { body: { login, name: `Name of ${login}`, language: 'en', roles: ['client'] } },
    { idempotencyKey: `person-${login}` },
  );
  const session = web.session();
  await session.signIn(login, password);
  await session.setFirstPassword(password, PASSWORD);
  await session.makeVault(PASSWORD);
  await eventually(async () => (await session.api.call('getMe')).roles.includes('client'));
  const links: { [msp: string]: string } = {};
  for (const [msp, sum] of Object.entries(money)) {
    links[msp] = await linkedAccount(consortium, session, { msp, sum });
  }
  return { session, id: session.me?.id ?? '', links };
}

/** An account of this person at the bank, with so many minor units, and its confirmed link. */
export async function linkedAccount(
  consortium: ClientConsortium,
  session: ClientSession,
  { msp, sum }: { readonly msp: string; readonly sum: string },
): Promise<string> {
  const bank = present(BANK_ID[msp]);
  const account = accountNumber(bank, randomBytes(5));
  const holder = newId('holder');
  await consortium.run(
    owned(msp, consortium.openingOf(msp, { account, holder })),
    owned(msp, consortium.depositOf(msp, account, sum)),
  );
  const asking = askLink({ bank, currency: 'RUB', publicKey: session.signer?.publicKey ?? '' });
  await session.command('askLink', { request: asking, beside: { label: msp, lastFour: account.slice(-4) } });
  const proof = { link: asking.id, code: '123456' };
  const intent = await session.sign(confirmLink({ account, ...proof }));
  const params = { holder, expectedCodeHash: linkCodeHash(proof) };
  await consortium.run(owned(msp, { action: 'confirmLink', intent, params }));
  return asking.id;
}

/** Buys this offer; the account of the first link stands for the buyer. */
export async function buyAtDoor(
  { consortium }: WebMarket,
  { session, id, links }: WebClient,
  offer: string,
): Promise<{ readonly operation: Operation; readonly terms: DealTerms }> {
  const offerTerms = present((await consortium.row('offer', offer))?.terms);
  const link = present(Object.values(links)[0]);
  const recipientCode = makeRecipientCode();
  const { request, terms } = buy({ offerTerms, buyer: id, link, recipientCode, boughtAt: Date.now() });
  return { operation: await session.command('buy', { request }), terms };
}

export interface PartToPay {
  readonly msp: string;
  readonly amount: string;
  readonly invitation?: string;
}

/** A payment as it is signed, not sent. */
export async function paymentRequest(
  { consortium }: WebMarket,
  { links }: WebClient,
  terms: DealTerms,
  { msp, amount, invitation }: PartToPay,
) {
  const payerBank = present(await consortium.row('bank', present(BANK_ID[msp])));
  const { fee } = quote({ amount, payerBank, terms: terms.offerTerms });
  const of = { terms, amount, fee, link: present(links[msp]), arrivedAt: Date.now() };
  return submitPayment(invitation === undefined ? of : { ...of, invitation });
}

/** Sends it and waits for its outcome. */
export async function payAtDoor(
  market: WebMarket,
  payer: WebClient,
  terms: DealTerms,
  part: PartToPay,
): Promise<Operation> {
  const request = await paymentRequest(market, payer, terms, part);
  const path = { deal: terms.deal };
  return payer.session.command('submitPayment', { path, request, purpose: request.id });
}

export async function eventually(condition: () => Promise<boolean>): Promise<void> {
  for (let tried = 0; tried < 100; tried += 1) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it did not come to be');
}
