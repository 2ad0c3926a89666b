// The traffic of a whole deal, recorded at the programs of its people: secrets leave them for nobody who must not have
// them, and nothing that buyers and payers receive tells what the marketplace keeps.
import { expect } from 'chai';
import { readAccounts } from '../../demo/browser-people.js';
import { type LogIn, readLogIns } from '../../demo/log-ins.js';
import { offerContentHash } from '../../gateway/protocol/offer-content.js';
import { makePassword } from '../../gateway/protocol/password-keys.js';
import type { Operation } from '../../gateway/protocol/api/forms.js';
import { ROUTES } from '../../gateway/protocol/api/endpoints.js';
import type { CommandEndpoint, CommandInput } from '../../gateway/sdk/command-sender.js';
import { authorisePayment } from '../../gateway/sdk/commands/authorise.js';
import { acceptGoods, buy } from '../../gateway/sdk/commands/deals.js';
import { draftOffer, listOffer, moderateOffer } from '../../gateway/sdk/commands/offers.js';
import { submitPayment } from '../../gateway/sdk/commands/payments.js';
import { acceptParcel, deliver } from '../../gateway/sdk/commands/shipments.js';
import { newId } from '../../gateway/sdk/ids.js';
import { newIdOf } from '../../gateway/sdk/request.js';
import { ClientSession } from '../../gateway/sdk/session.js';
import type { DemoContext } from '../../demo/context.js';
import { present } from '../support/test-consortium.js';
import { browserSystem } from './browser-system.js';
import { RecordedTraffic, type Secret, textSecret, watchKeys } from './recorded-traffic.js';

const DEAL_LIMIT_MS = 240_000;
/** 7.77 % of 4,123.00 in minor units; the seller receives the rest. */
const PRICE = '412300';
const RATE = 777;
const COMMISSION = '32035';
const NET = '380265';
const PARTS = [
  { bank: '10', amount: '200000' },
  { bank: '20', amount: '212300' },
] as const;
const HOUR_MS = 3_600_000;

describe('the recorded traffic of a deal', () => {
  const system = browserSystem();
  let player: Player;

  before(async function () {
    this.timeout(DEAL_LIMIT_MS);
    player = new Player(system.context());
    await player.play();
  });

  it('no password, key of a vault, signing key, deal secret or code is sent to anybody', () => {
    const { traffic, secrets } = player;
    const names = secrets.map(({ name }) => name);
    expect(names).to.include.members([
      'password',
      'one-time code',
      'recipient code',
      'pkcs8 ECDSA',
      'raw HMAC',
    ]);
    expect(names.filter((name) => name === 'raw AES-GCM').length).to.be.greaterThan(1);
    expect(traffic.exchanges.length).to.be.greaterThan(50);
    expect(secrets.flatMap((secret) => traffic.sentWith(secret))).to.deep.equal([]);
  });

  it('what a log-in is proved by goes to the session’s own addresses alone, and no token into an address', () => {
    const { traffic } = player;
    const proofs = traffic.exchanges.flatMap(
      ({ sent }) => /"(?:secret|newSecret)":"([^"]{43})"/.exec(sent)?.[1] ?? [],
    );
    expect(proofs.length).to.be.greaterThan(4);
    const places = proofs.flatMap((proof) => traffic.sentWith(textSecret('proof', proof)));
    expect(new Set(places.map((place) => place.split(' ').slice(2).join(' ')))).to.deep.equal(
      new Set(['POST /api/v1/session', 'PUT /api/v1/me/password']),
    );
    expect(
      traffic.exchanges.filter(
        ({ url }) =>
          /eyJ|Bearer|password|secret=/i.test(decodeURIComponent(url)) && !/\/me\/password$/.test(url),
      ),
    ).to.deep.equal([]);
  });

  it('account numbers are in nothing that is sent or received after linking', () => {
    const numbers = present(readAccounts(system.context())).map(({ number }) => number);
    const { traffic } = player;
    const found = numbers.flatMap((number) => [
      ...traffic.sentWith(textSecret(number, number)),
      ...traffic.receivedWith(number, new RegExp(number), () => true),
    ]);
    expect(found).to.deep.equal([]);
  });

  it('rate and amount of the commission reach no client, and what the seller receives reaches him alone', () => {
    const { traffic } = player;
    const isClient = (who: string): boolean => ['buyer', 'seller', 'newcomer'].includes(who);
    const isOther = (who: string): boolean => isClient(who) && who !== 'seller';
    const tells = [
      ...traffic.receivedWith('rate', new RegExp(`[:["]${String(RATE)}[,}\\]"]`), isClient),
      ...traffic.receivedWith('commission', new RegExp(`[:["]${COMMISSION}[,}\\]"]`), isClient),
      ...traffic.receivedWith('net', new RegExp(`[:["]${NET}[,}\\]"]`), isOther),
      ...traffic.receivedWith('nonce', new RegExp(player.sharesNonce), isOther),
    ];
    expect(tells).to.deep.equal([]);
    // The seller was shown it, so the search would have found it.
    expect(
      traffic.receivedWith('net', new RegExp(`"net":"${NET}"`), (who) => who === 'seller'),
    ).not.to.deep.equal([]);
  });
});

class Player {
  readonly traffic = new RecordedTraffic();
  readonly secrets: Secret[] = [];
  sharesNonce = '';

  constructor(private readonly context: DemoContext) {}

  async play(): Promise<void> {
    const watch = watchKeys();
    try {
      await this.newcomer();
      const offer = await this.offer();
      await this.deal(offer);
    } finally {
      watch.stop();
    }
    this.secrets.push(...watch.secrets);
  }

  /** A first log-in: another password, then the keys. */
  private async newcomer(): Promise<void> {
    const administrator = await this.signedIn('administrator');
    const login = `newcomer-${newId('x').slice(2, 8)}`;
    const body = { login, name: 'Новый', language: 'ru' as const, roles: ['client' as const] };
    const made = await administrator.api.call('createPerson', { body }, { idempotencyKey: newId('key') });
    const session = this.open('newcomer', 'marketplace');
    await session.signIn(login, made.password);
    const password = makePassword();
    await session.setFirstPassword(made.password, password);
    const { recoveryCode } = await session.makeVault(password);
    await session.changePassword(password, `${password} again`);
    this.secrets.push(textSecret('password', made.password), textSecret('password', password));
    this.secrets.push(textSecret('recovery code', recoveryCode));
  }

  private async offer(): Promise<string> {
    const seller = await this.signedIn('seller');
    const moderator = await this.signedIn('moderator');
    const { items } = await seller.api.call('listMyAccounts');
    const { members } = await seller.api.call('getConsortium');
    const courier = members.find(({ kind }) => kind === 'courier')?.mspId ?? '';
    const content = { title: 'Лыжи', description: 'Почти новые.', pictures: [] };
    const times = { payTimeMs: HOUR_MS / 4, answerTimeMs: HOUR_MS / 10, inspectionTimeMs: HOUR_MS / 4 };
    const longer = { shipTimeMs: 48 * HOUR_MS, deliverTimeMs: 72 * HOUR_MS };
    const what = { price: PRICE, stock: 1, courier, currency: 'RUB', ...times, ...longer };
    const request = draftOffer({ contentHash: offerContentHash(content), ...what });
    const { id: offer } = request;
    await done(seller, 'draftOffer', { request, beside: { content } });
    const approval = moderateOffer({ offer, version: 1 }, { commissionBasisPoints: RATE });
    await done(moderator, 'moderateOffer', { path: { offer }, request: approval, beside: { reason: null } });
    const query = { link: present(items[0]).link };
    const { terms, net, sharesNonce } = await seller.api.call('getListing', { path: { offer }, query });
    expect(net).to.equal(NET);
    this.sharesNonce = sharesNonce;
    await done(seller, 'listOffer', { path: { offer }, request: listOffer(terms, net) });
    return offer;
  }

  private async deal(offer: string): Promise<void> {
    const buyer = await this.signedIn('buyer');
    await buyer.api.call('searchOffers', { query: { words: 'лыжи' } });
    const { terms: offerTerms } = await buyer.api.call('getOffer', { path: { offer } });
    const { items: links } = await buyer.api.call('listMyAccounts');
    const deal = newIdOf('buy');
    const recipientCode = await buyer.recipientCode(deal);
    this.secrets.push(textSecret('recipient code', recipientCode));
    const purchase = { recipientCode, deal, boughtAt: buyer.now(), link: present(links[0]).link };
    const { request, terms } = buy({
      ...purchase,
      offerTerms: present(offerTerms),
      buyer: present(buyer.me).id,
    });
    await done(buyer, 'buy', { request });
    const path = { deal };
    for (const { bank: id, amount } of PARTS) {
      const link = present(links.find(({ bank }) => bank === id)).link;
      const { fee } = await buyer.api.call('getQuote', { path, query: { link, amount } });
      const payment = submitPayment({ terms, amount, fee, link, arrivedAt: buyer.now() });
      await done(buyer, 'submitPayment', { path, request: payment });
      await this.confirm(buyer, { deal, payment: payment.id, bank: id });
    }
    await until(async () => (await buyer.api.call('getDeal', { path })).status === 'paid');
    await this.handOver(deal, recipientCode);
    await done(buyer, 'acceptGoods', { path, request: acceptGoods(terms) });
    const seller = await this.signedIn('seller');
    await until(async () => (await seller.api.call('getDeal', { path })).status === 'completed');
    await buyer.api.call('getDeal', { path });
    await buyer.api.call('listMyDeals');
  }

  private async confirm(
    buyer: ClientSession,
    { bank: id, ...path }: { readonly deal: string; readonly payment: string; readonly bank: string },
  ): Promise<void> {
    await until(async () => (await buyer.api.call('getAuthorisation', { path })).scaStatus === 'received');
    const { challenge } = await buyer.api.call('getAuthorisation', { path });
    const accounts = present(readAccounts(this.context));
    const { phone } = present(accounts.find(({ login, bank }) => login === 'buyer' && bank === id));
    // Browsers know these names by themselves, Node.js does not.
    const address = phone.replace(/[a-z0-9.-]+\.localhost/, '127.0.0.1');
    const { messages } = (await (await fetch(`${address}/messages?after=0`)).json()) as {
      readonly messages: readonly { readonly about: { readonly payment?: string }; readonly code: string }[];
    };
    const { code } = present(messages.find(({ about }) => about.payment === path.payment));
    this.secrets.push(textSecret('one-time code', code));
    const { items: banks } = await buyer.api.call('listBanks');
    const bank = present(banks.find((each) => each.id === id));
    const { payment } = path;
    const { request, sealed } = await authorisePayment(bank, { payment, challenge: challenge ?? '', code });
    const body = { intent: await buyer.sign(request), sealed };
    await buyer.api.call('authorisePayment', { path, body });
    const isHeld = async (): Promise<boolean> => {
      const { payments } = await buyer.api.call('getDeal', { path: { deal: path.deal } });
      return payments.some(({ id: one, place }) => one === payment && place === 'held');
    };
    await until(isHeld);
  }

  private async handOver(deal: string, recipientCode: string): Promise<void> {
    const agent = await this.signedIn('agent', 'courier');
    await done(agent, 'acceptParcel', { path: { deal }, request: acceptParcel({ deal }) });
    await done(agent, 'deliverParcel', { path: { deal }, request: deliver({ deal, recipientCode }) });
  }

  private async signedIn(login: string, kind: Kind = 'marketplace'): Promise<ClientSession> {
    const { password } = this.logIn(login, kind);
    this.secrets.push(textSecret('password', password));
    const session = this.open(login, kind);
    expect((await session.signIn(login, password)).next).to.equal('ready');
    return session;
  }

  private open(who: string, kind: Kind): ClientSession {
    const { webs, consortium } = this.context;
    const organisation = this.mspOf(kind);
    const { url: base } = present(webs.find(({ mspId }) => mspId === organisation));
    const { channel } = consortium;
    const fetchOf = this.traffic.fetchOf(who);
    return ClientSession.open({ base, routes: ROUTES, organisation, channel, cookies: true, fetch: fetchOf });
  }

  private logIn(login: string, kind: Kind): LogIn {
    const mspId = this.mspOf(kind);
    const all = present(readLogIns(this.context));
    return present(all.find((each) => each.mspId === mspId && each.login === login));
  }

  private mspOf(kind: Kind): string {
    return present(this.context.adminApis.find((api) => api.kind === kind)).mspId;
  }
}

type Kind = 'marketplace' | 'courier';

async function done(session: ClientSession, name: CommandEndpoint, input: CommandInput): Promise<Operation> {
  const operation = await session.command(name, input);
  expect(operation, name).to.include({ status: 'done' });
  return operation;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await isSo()); tries += 1) {
    if (tries > 200) throw new Error('it did not come to be');
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}
