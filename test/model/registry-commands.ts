// What people and admin APIs do beside deals: registrations, accounts, links, offers, banks, parameters, posted
// credits. It must not judge: what is proposed may be refused.
import type { OfferContent } from '../../chaincode/protocol/commands.js';
import type { OfferRow, Role } from '../../chaincode/protocol/rows.js';
import { BANK_A, COURIER, MARKETPLACE, MEMBERS } from '../support/member-access.js';
import type { Person } from '../support/people.js';
import { BANKS, machine, type Account, type Cast, type GeneratedCommand } from './cast.js';
import type { Random } from './random.js';
import type { SecretRows } from './model-state.js';
import { hashOfTerms, termsOfOffer } from './model-offers.js';
import { asking, byAdmin, confirming, depositing, must, opening, parameters, trusted } from './opening.js';

export type Generator = (cast: Cast, random: Random) => GeneratedCommand | null;

export const registerPerson: Generator = (cast, random) => {
  const msp = random.chance(70) ? MARKETPLACE : random.pick(MEMBERS);
  const { id } = cast.person('somebody', random);
  return cast.signed(must(cast.administrators.get(msp)), 'registerPerson', {}, { id, topic: id });
};

export const confirmPerson: Generator = (cast, random) => {
  const row = cast.fitting('person', random, ({ status, id }) => status === 'new' && cast.people.has(id));
  if (row === null) return null;
  const { id: person, owner: msp } = row;
  const roles: Role[] = random.chance(80) ? ['client'] : [...cast.rolesFor(msp)];
  const { key } = must(cast.people.get(person));
  const more = { id: random.id('intent'), msp, topic: person };
  return cast.signed(must(cast.administrators.get(msp)), 'confirmPerson', { person, key, roles }, more);
};

/** A registered client who can sign. */
export function aClient(cast: Cast, random: Random): Person | null {
  const row = cast.fitting('person', random, (it) => it.roles.includes('client') && cast.people.has(it.id));
  return row === null ? null : must(cast.people.get(row.id));
}

export const openAccount: Generator = (cast, random) => {
  const person = aClient(cast, random)?.id;
  const bank = cast.fitting(
    'bank',
    random,
    ({ status, id }) => status === 'active' && (['10', '20'].includes(id) || random.chance(3)),
  );
  if (person === undefined || bank === null) return null;
  const currency = random.chance(4) ? 'USD' : 'RUB';
  return opening(cast, cast.newAccount({ msp: bank.owner, bank: bank.id, person, currency }, random), random);
};

function openedAccount(cast: Cast, random: Random): Account | null {
  const account = random.pick(cast.accounts);
  if (account === undefined) return null;
  return cast.world.model.secret(account.msp, 'account', account.number) === null ? null : account;
}

export const deposit: Generator = (cast, random) => {
  const account = openedAccount(cast, random);
  return account === null ? null : depositing(cast, account, String(1 + random.below(30_000_000)), random);
};

export const withdraw: Generator = (cast, random) => {
  const account = openedAccount(cast, random);
  if (account === null) return null;
  const { msp, bank, number, currency } = account;
  const available = Number(cast.world.model.secret(msp, 'account', number)?.available ?? '0');
  const amount = String(1 + random.below(random.chance(85) ? Math.floor(available / 10) : available * 2));
  const more = {
    id: random.id('intent'),
    msp,
    topic: number,
    beside: { operation: random.id('operation') },
  };
  const by = must(cast.operators.get(msp));
  return cast.signed(by, 'withdraw', { bank, account: number, amount, currency }, more);
};

export const askLink: Generator = (cast, random) => {
  const account = openedAccount(cast, random);
  return account === null ? null : asking(cast, account, random);
};

export const confirmLink: Generator = (cast, random) => {
  const link = cast.fitting('link', random, ({ status, id }) => status === 'asked' && cast.accountOf.has(id));
  if (link === null) return null;
  const account = must(cast.accountOf.get(link.id));
  return confirming(cast, link.id, account, random, random.chance(92) ? '123456' : '654321');
};

function content(random: Random): OfferContent {
  return {
    contentHash: random.hex(64),
    price: String(1_000 + random.below(random.chance(50) ? 20_000 : 1_500_000)),
    currency: random.chance(98) ? 'RUB' : 'USD',
    stock: 1 + random.below(random.chance(12) ? 4 : 60),
    courier: random.chance(98) ? COURIER : random.pick([BANK_A, 'NobodyMSP']),
    payTimeMs: random.chance(98) ? 24_000 + random.below(20_000) : 1,
    answerTimeMs: 2_000 + random.below(8_000),
    inspectionTimeMs: random.below(8_000),
  };
}

export const draftOffer: Generator = (cast, random) => {
  const link = cast.fitting(
    'link',
    random,
    ({ status, person }) => status === 'active' && cast.people.has(person),
  );
  if (link === null) return null;
  const id = random.id('offer');
  return cast.signed(must(cast.people.get(link.person)), 'draftOffer', content(random), { id, topic: id });
};

export const editOffer: Generator = (cast, random) => {
  const wanted = random.pick(['draft', 'approved', 'rejected', 'listed'] as const);
  const offer = cast.fitting('offer', random, ({ status }) => status === wanted);
  if (offer === null) return null;
  const seller = must(cast.people.get(offer.seller));
  const params = { ...content(random), offer: offer.id };
  return cast.signed(seller, 'editOffer', params, { id: random.id('intent'), topic: offer.id });
};

export const moderateOffer: Generator = (cast, random) => {
  const offer = cast.fitting('offer', random, ({ status }) => status === 'draft');
  if (offer === null) return null;
  const verdict = random.chance(78) ? ('approve' as const) : ('reject' as const);
  const special = random.chance(40) ? random.below(random.chance(95) ? 1_501 : 5_000) : null;
  const params = {
    offer: offer.id,
    version: random.chance(97) ? offer.version : offer.version + 1,
    verdict,
    commissionBasisPoints: special,
    reasonHash: verdict === 'reject' ? random.hex(64) : null,
  };
  const more = { id: random.id('intent'), topic: offer.id };
  return cast.signed(must(random.pick(cast.moderators)), 'moderateOffer', params, more);
};

export const listOffer: Generator = (cast, random) => {
  const wanted = random.chance(70) ? 'approved' : 'listed';
  const offer = cast.fitting('offer', random, ({ status }) => status === wanted);
  return offer === null ? null : listing(cast, offer, random);
};

export function listing(cast: Cast, offer: OfferRow, random: Random): GeneratedCommand | null {
  const link = cast.fitting(
    'link',
    random,
    ({ person, status }) => person === offer.seller && status === 'active',
  );
  const id = link?.id ?? offer.terms?.sellerLink;
  if (id === undefined) return null;
  const terms = termsOfOffer(cast.world.model, offer, id);
  const net = random.chance(98) ? terms.net : '1';
  const params = { offer: offer.id, termsHash: hashOfTerms(terms), net, link: id };
  const seller = must(cast.people.get(offer.seller));
  return cast.signed(seller, 'listOffer', params, { id: random.id('intent'), topic: offer.id });
}

export const registerBank: Generator = (cast, random) => {
  const anna = must(cast.administrators.get(MARKETPLACE));
  const bank = String(random.below(100)).padStart(2, '0');
  const owner = random.chance(96) ? random.pick(BANKS) : COURIER;
  const params = { bank, owner, name: `Bank ${bank}`, bic: `0445250${bank}` };
  return cast.signed(anna, 'registerBank', params, { id: random.id('intent'), topic: bank });
};

export const publishBank: Generator = (cast, random) => {
  const bank = cast.fitting('bank', random, ({ id }) => !['10', '20'].includes(id) || random.chance(5));
  if (bank === null) return null;
  const { id, owner: msp } = bank;
  const tariff = {
    usualBasisPoints: random.below(400),
    toBank: random.chance(50) ? { '20': random.below(300) } : {},
  };
  const params = { bank: id, tariff, sealingKey: random.key32(), debitCap: null };
  const by = must(cast.operators.get(msp));
  return cast.signed(by, 'publishBank', params, { id: random.id('intent'), msp, topic: `tariff ${id}` });
};

export const keepHouse: Generator = (cast, random) => {
  const msp = random.pick(BANKS);
  switch (random.below(4)) {
    case 0:
      return byAdmin(machine(null, 'setParameters', parameters(random.below(1_600)), 'parameters'));
    case 1:
      return machine(msp, 'setSecret', { secret: random.key32() }, msp);
    case 2:
      return machine(msp, 'trustBanks', trusted(random.chance(50) ? ['10', '20'] : ['10', '20', '37']), msp);
    default:
      return changeHouseAccount(cast, random);
  }
};

function changeHouseAccount(cast: Cast, random: Random): GeneratedCommand | null {
  const anna = must(cast.administrators.get(MARKETPLACE));
  const own = cast.row('parameters')?.commissionLink;
  const link = random.chance(60) ? own : cast.any('link', random)?.id;
  if (link == null) return null;
  return cast.signed(
    anna,
    'setCommissionAccount',
    { link },
    { id: random.id('intent'), topic: 'parameters' },
  );
}

/** Some of an account's pending credits. */
export const postCredits: Generator = (cast, random) => {
  const msp = random.pick(BANKS);
  const lines = cast.world.view.secrets<SecretRows['pendingCredit']>(msp, 'pendingCredit');
  const open = lines.filter(({ postedBy }) => postedBy === null);
  const account = random.pick(open)?.account;
  if (account === undefined) return null;
  const credits = open.filter((line) => line.account === account).map(({ credit }) => credit);
  const some = credits.slice(0, 1 + random.below(8));
  return machine(msp, 'postCredits', { account, operation: random.id('operation'), credits: some }, account);
};
