// What the fake gateway answers: lists and details from the invented world, sessions that take any password, and
// payments that go their way in a few seconds.
import type { DealPage } from '../../../gateway/protocol/api/deals.js';
import type { Operation } from '../../../gateway/protocol/api/forms.js';
import type { Me, VaultRecord } from '../../../gateway/protocol/api/session.js';
import { makeSealingKeyPair } from '../../../gateway/protocol/sealed-code.js';
import { makeKeyPair } from '../../../gateway/sdk/keys.js';
import { keyThumbprint, type Intent } from '../../../chaincode/protocol/intent.js';
import { sharesHash } from '../../../chaincode/protocol/shares.js';
import { FakeAddresses } from './addresses.js';
import { administrationAnswers } from './administration.js';
import { type Answers, type Asked, FakeRefusal } from './asked.js';
import { bankAnswers } from './bank.js';
import { deal, HOUR_MS, MARINA, offerTerms } from './deals.js';
import { type FakeFaces, idOf } from './faces.js';
import { ledgerAnswers } from './ledger.js';
import { invitationAnswers } from './invitations.js';
import { notificationAnswers } from './notifications.js';
import type { FakeMembers } from './members.js';
import { FakePayments } from './payments.js';
import { accounts, banks, consortium, deals, type FakeKind, offers, parcels, people } from './world.js';

const ROLES_BY_LOGIN: { readonly [login: string]: Me['roles'] } = {
  marina: ['client'],
  vera: ['administrator', 'moderator'],
  oleg: ['agent'],
  boris: ['operator', 'administrator'],
  anton: ['administrator'],
};
const NAMES: { readonly [login: string]: string } = {
  marina: MARINA.name,
  vera: 'Вера Лапина',
  oleg: 'Олег Скороходов',
  boris: 'Борис Зимин',
  anton: 'Антон Лесной',
  novyi: 'Новый человек',
};

interface Kept {
  readonly login: string;
  vault: VaultRecord | null;
  mustSetPassword: boolean;
  thumbprint: string | null;
}

const intentOf = ({ body }: Asked): Intent => (body as { readonly intent: Intent }).intent;

export async function fakeAnswers(kind: FakeKind, members: FakeMembers, faces: FakeFaces): Promise<Answers> {
  const { publicKey } = await makeSealingKeyPair();
  const pair = await makeKeyPair();
  const world = {
    offers: offers(),
    deals: deals(),
    accounts: accounts(),
    parcels: parcels(),
    people: people(pair.publicKey),
  };
  const addresses = new FakeAddresses(world.deals, world.parcels);
  const receipts = members.receipts(kind);
  const allBanks = banks(publicKey);
  const payments = new FakePayments(world.deals, receipts);
  if (kind === 'marketplace') members.carry = (intent) => payments.submit(intent);
  const withReceipt = (intent: Intent, operation: Operation): Operation => {
    const receipt = receipts(intent, Date.now());
    return receipt === null ? operation : { ...operation, receipt };
  };
  return {
    ...sessionAnswers(faces),
    getConsortium: () => consortium(kind, members.webs),
    getTime: () => ({ now: Date.now() }),
    listBanks: () => ({ items: allBanks }),
    getOperation: ({ path }) => done(path['operation'] ?? ''),
    ...administrationAnswers(kind, world.deals, doneOf),
    submitIntent: (asked) => withReceipt(intentOf(asked), members.carry(intentOf(asked))),
    getIntent: ({ path }) => done(path['id'] ?? ''),
    ...peopleAnswers(world.people),
    ...offerAnswers(world.offers),
    ...addresses.answers(),
    ...dealAnswers({ all: world.deals, offered: world.offers, addresses }, (asked) =>
      withReceipt(intentOf(asked), doneOf(asked)),
    ),
    ...payments.answers(),
    ...invitationAnswers(world.deals, doneOf),
    ...notificationAnswers(),
    ...accountAnswers(world.accounts),
    ...parcelAnswers(world.parcels),
    ...ledgerAnswers(kind, world.deals),
    ...bankAnswers(doneOf, allBanks),
  };
}

export function done(id: string, action = 'fake'): Operation {
  return { id, action, status: 'done', code: null, txId: 'f'.repeat(64), block: 1_900 };
}

const doneOf = (asked: Asked): Operation => done(intentOf(asked).body.id, intentOf(asked).body.action);

/** Any password is right, so that no test waits for an honest one; `novyi` goes through every step of the door. */
function sessionAnswers(faces: FakeFaces) {
  const kept = new Map<string, Kept>();
  const keptOf = (login: string): Kept => {
    const found = kept.get(login);
    if (found !== undefined) return found;
    const made = { login, vault: null, mustSetPassword: login === 'novyi', thumbprint: null };
    kept.set(login, made);
    return made;
  };
  const meOf = ({ login, vault, mustSetPassword, thumbprint }: Kept): Me => ({
    id: idOf(login),
    login,
    name: NAMES[login] ?? login,
    language: 'ru',
    roles: ROLES_BY_LOGIN[login] ?? ['client'],
    intendedRoles: ROLES_BY_LOGIN[login] ?? ['client'],
    mustSetPassword,
    keyThumbprint: thumbprint,
    hasVault: vault !== null,
    picture: faces.hashOf(idOf(login)),
  });
  const sessionOf = (one: Kept) => ({
    accessToken: `token-${one.login}`,
    expiresAt: Date.now() + 5 * 60_000,
    me: meOf(one),
  });
  const bearer = ({ token }: Asked): Kept => {
    if (token?.startsWith('token-') !== true) throw new FakeRefusal('UNAUTHORISED');
    return keptOf(token.slice('token-'.length));
  };
  const at = Date.now();
  return {
    getSalt: () => ({ salt: 'A'.repeat(22), rounds: 600_000 }),
    logIn: ({ body }: Asked) => {
      const { login } = body as { readonly login: string };
      if (login === 'nobody') throw new FakeRefusal('LOG_IN_REFUSED');
      return sessionOf(keptOf(login));
    },
    refreshSession: ({ refresh }: Asked) => {
      if (refresh === null) throw new FakeRefusal('SESSION_OVER');
      return sessionOf(keptOf(refresh));
    },
    register: ({ body }: Asked) => {
      const { login } = body as { readonly login: string };
      if (login === 'marina') throw new FakeRefusal('LOG_IN_TAKEN');
      return sessionOf(keptOf(login));
    },
    logOut: () => undefined,
    logOutEverywhere: () => undefined,
    listSessions: () => ({
      items: [
        {
          id: 'one',
          begunAt: at - HOUR_MS,
          usedAt: at,
          userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/147.0.0.0 Safari/537.36',
          isThis: true,
        },
        {
          id: 'two',
          begunAt: at - 80 * HOUR_MS,
          usedAt: at - 70 * HOUR_MS,
          userAgent:
            'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1',
          isThis: false,
        },
      ],
    }),
    getMe: (asked: Asked) => meOf(bearer(asked)),
    changeMe: (asked: Asked) => {
      const one = bearer(asked);
      if ((asked.body as { readonly picture?: null }).picture === null) faces.remove(idOf(one.login));
      return meOf(one);
    },
    setPassword: (asked: Asked) => {
      const one = bearer(asked);
      one.mustSetPassword = false;
      return sessionOf(one);
    },
    getVault: (asked: Asked) => {
      const { vault } = bearer(asked);
      if (vault === null) throw new FakeRefusal('NOT_FOUND');
      return vault;
    },
    putVault: (asked: Asked) => {
      bearer(asked).vault = (asked.body as { readonly vault: VaultRecord }).vault;
    },
    wrapVault: () => undefined,
    publishKey: (asked: Asked) => {
      bearer(asked).thumbprint = keyThumbprint(intentOf(asked).key);
      return doneOf(asked);
    },
  };
}

/** Of the people of the fake world, in their order. */
const MASKS = ['91C000', '4F2A00', '7D30B1', '0A9E5C'] as const;

function peopleAnswers(all: ReturnType<typeof people>) {
  return {
    listPeople: ({ query }: Asked) => {
      const words = (query['words'] ?? '').toLowerCase();
      const items = all.filter(({ name, login }) => `${name} ${login}`.toLowerCase().includes(words));
      return { items, next: null };
    },
    searchMaskedPeople: ({ query }: Asked) => {
      const words = (query['words'] ?? '').toUpperCase();
      const items = all.flatMap(({ id, roles, createdAt }, place) => {
        const maskedName = MASKS[place] ?? 'E0F1A2';
        const counts = { completedDeals: place * 3, offers: 12 - place * 2 };
        return maskedName.startsWith(words) ? [{ id, maskedName, roles, createdAt, ...counts }] : [];
      });
      return { items, next: null };
    },
    createPerson: ({ body }: Asked) => {
      const { login, name } = body as { readonly login: string; readonly name: string };
      if (all.some((one) => one.login === login)) throw new FakeRefusal('LOG_IN_TAKEN');
      const person = { ...all[3], id: `person_${login}000001`, login, name };
      return { person, password: 'k7fw-2mqe-x9tb-4ncd' };
    },
    resetPerson: () => ({ password: 'k7fw-2mqe-x9tb-4ncd' }),
    confirmPerson: doneOf,
  };
}

function offerAnswers(all: ReturnType<typeof offers>) {
  const find = ({ path }: Asked) => {
    const found = all.find(({ id }) => id === path['offer']);
    if (found === undefined) throw new FakeRefusal('NOT_FOUND');
    return found;
  };
  const rowOf = ({ content, ...offer }: (typeof all)[number]) => {
    const { id, status, version, price, currency, total, available, seller, updatedAt, reason } = offer;
    const rest = { id, status, version, price, currency, total, available, seller, updatedAt, reason };
    return { ...rest, title: content.title };
  };
  return {
    searchOffers: ({ query }: Asked) => {
      const words = (query['words'] ?? '').toLowerCase();
      const found = all.filter(
        ({ status, content, isMine }) =>
          status === 'listed' && !isMine && content.title.toLowerCase().includes(words),
      );
      const items = found.map(({ id, content, price, currency, available, seller }) => ({
        ...{ id, price, currency, available, seller },
        title: content.title,
        picture: null,
      }));
      return { items, next: null };
    },
    getOffer: find,
    listMyOffers: () => ({ items: all.filter(({ isMine }) => isMine).map(rowOf), next: null }),
    draftOffer: doneOf,
    editOffer: doneOf,
    listModeration: () => ({
      items: all.filter(({ status, isMine }) => status === 'draft' && !isMine).map(rowOf),
      next: null,
    }),
    moderateOffer: doneOf,
    getListing: (asked: Asked) => {
      const offer = find(asked);
      const net = ((BigInt(offer.price) * 95n) / 100n).toString();
      const shares = { offer: offer.id, offerVersion: offer.version, net, nonce: 'A'.repeat(43) };
      const terms = offerTerms({
        offer: offer.id,
        price: offer.price,
        sellerLink: asked.query['link'] ?? '',
        sharesHash: sharesHash(shares),
      });
      return { terms, net, sharesNonce: shares.nonce };
    },
    listOffer: doneOf,
  };
}

function dealAnswers(
  of: {
    readonly all: DealPage[];
    readonly offered: ReturnType<typeof offers>;
    readonly addresses: FakeAddresses;
  },
  received: (asked: Asked) => Operation,
) {
  const { all, offered, addresses } = of;
  const find = (id?: string): DealPage => {
    const found = all.find((one) => one.id === id);
    if (found === undefined) throw new FakeRefusal('NOT_FOUND');
    return found;
  };
  return {
    buy: (asked: Asked) => {
      const { id, params } = intentOf(asked).body;
      const offer = offered.find((one) => one.id === params['offer']);
      if (offer?.terms == null) throw new FakeRefusal('NOT_FOUND');
      addresses.take(id, asked.body);
      all.unshift(
        deal({
          id,
          title: offer.content.title,
          terms: offer.terms,
          boughtAgoMs: 0,
          next: { who: 'payer', what: 'pay', until: Date.now() + HOUR_MS, isMine: true },
          events: [['DealOpened', 0, MARINA.id]],
        }),
      );
      return doneOf(asked);
    },
    listMyDeals: ({ query }: Asked) => {
      const items = all
        .filter(({ role }) => query['role'] === undefined || role === query['role'])
        .map((one) => ({
          id: one.id,
          title: one.title,
          status: one.status,
          role: one.role,
          money: one.money,
          next: one.next,
          picture: one.picture,
          boughtAt: one.terms.boughtAt,
          other: one.role === 'seller' ? one.buyer : one.seller,
        }));
      return { items, next: null };
    },
    getDeal: ({ path }: Asked) => find(path['deal']),
    concedeDeal: (asked: Asked) => {
      const found = find(asked.path['deal']);
      const next = { who: 'bank', what: 'giveBack', until: null, isMine: false } as const;
      const changed = { ...found, status: 'returned', mayConcede: false, next } as const;
      all.splice(all.indexOf(found), 1, changed);
      return received(asked);
    },
    cancelDeal: (asked: Asked) => {
      const found = find(asked.path['deal']);
      const cancelledBy = found.role === 'seller' ? 'seller' : 'buyer';
      const next = { who: 'bank', what: 'giveBack', until: null, isMine: false } as const;
      const changed = { ...found, status: 'cancelled', cancelledBy, mayCancel: false, next } as const;
      all.splice(all.indexOf(found), 1, changed);
      return received(asked);
    },
    acceptGoods: (asked: Asked) => {
      const found = find(asked.path['deal']);
      const next = { who: 'bank', what: 'payOut', until: null, isMine: false } as const;
      all.splice(all.indexOf(found), 1, { ...found, inspection: 'accepted', next });
      return received(asked);
    },
  };
}

function accountAnswers(all: ReturnType<typeof accounts>) {
  const authorisation = () => ({
    scaStatus: 'received' as const,
    challenge: 'challenge_1',
    triesLeft: 5,
    validUntil: Date.now() + 5 * 60_000,
  });
  return {
    listMyAccounts: () => ({ items: all }),
    askLink: (asked: Asked) => {
      const { id, params } = intentOf(asked).body;
      const { label, lastFour } = asked.body as { readonly label: string; readonly lastFour: string };
      const bank = params['bank'] as string; // a text, by the form of the command
      all.push({ link: id, bank, currency: 'RUB', status: 'asked', label, lastFour });
      return doneOf(asked);
    },
    sendLinkCode: authorisation,
    askBalanceCode: authorisation,
    askBalance: () => {
      throw new FakeRefusal('BANK_UNAVAILABLE');
    },
    confirmLink: ({ path }: Asked) => {
      const index = all.findIndex(({ link }) => link === path['link']);
      const found = all[index];
      if (found === undefined) throw new FakeRefusal('NOT_FOUND');
      const confirmed = { ...found, status: 'active' as const };
      all.splice(index, 1, confirmed);
      return confirmed;
    },
  };
}

function parcelAnswers(all: ReturnType<typeof parcels>) {
  const move = (asked: Asked, status: 'accepted' | 'delivered'): Operation => {
    const index = all.findIndex(({ deal: id }) => id === asked.path['deal']);
    const found = all[index];
    if (found === undefined) throw new FakeRefusal('NOT_FOUND');
    all.splice(index, 1, { ...found, status });
    return doneOf(asked);
  };
  return {
    listParcels: ({ query }: Asked) => ({
      items: all.filter(
        ({ deal: id, status }) =>
          (query['status'] === undefined || status === query['status']) &&
          (query['deal'] === undefined || id === query['deal']),
      ),
      next: null,
    }),
    acceptParcel: (asked: Asked) => move(asked, 'accepted'),
    deliverParcel: (asked: Asked) => move(asked, 'delivered'),
  };
}
