// What people and desks do beside deals: registrations, accounts, links, offers, banks, parameters, posted credits.
// It must not judge: what is proposed may be refused.
import type { OfferContent } from '../../chaincode/protocol/commands.js';
import type { OfferRow, Role } from '../../chaincode/protocol/rows.js';
import { BANK_A, COURIER, MARKETPLACE, MEMBERS } from '../support/member-access.js';
import type { Person } from '../support/people.js';
import { BANKS, machine, type Account, type Cast, type Wish } from './cast.js';
import type { Draw } from './draw.js';
import type { SecretRows } from './model-state.js';
import { hashOfTerms, termsOfOffer } from './model-offers.js';
import { asking, byAdmin, confirming, depositing, must, opening, parameters, trusted } from './opening.js';

export type Maker = (cast: Cast, draw: Draw) => Wish | null;

export const registerPerson: Maker = (cast, draw) => {
  const msp = draw.chance(70) ? MARKETPLACE : draw.pick(MEMBERS);
  const { id } = cast.person('somebody', draw);
  return cast.signed(must(cast.administrators.get(msp)), 'registerPerson', {}, { id, topic: id });
};

export const confirmPerson: Maker = (cast, draw) => {
  const row = cast.fitting('person', draw, ({ status, id }) => status === 'new' && cast.people.has(id));
  if (row === null) return null;
  const { id: person, owner: msp } = row;
  const roles: Role[] = draw.chance(80) ? ['client'] : [...cast.rolesFor(msp)];
  const { key } = must(cast.people.get(person));
  const more = { id: draw.id('intent'), msp, topic: person };
  return cast.signed(must(cast.administrators.get(msp)), 'confirmPerson', { person, key, roles }, more);
};

/** A registered client who can sign. */
export function aClient(cast: Cast, draw: Draw): Person | null {
  const row = cast.fitting('person', draw, (it) => it.roles.includes('client') && cast.people.has(it.id));
  return row === null ? null : must(cast.people.get(row.id));
}

export const openAccount: Maker = (cast, draw) => {
  const person = aClient(cast, draw)?.id;
  const bank = cast.fitting(
    'bank',
    draw,
    ({ status, id }) => status === 'active' && (['10', '20'].includes(id) || draw.chance(3)),
  );
  if (person === undefined || bank === null) return null;
  const currency = draw.chance(4) ? 'USD' : 'RUB';
  return opening(cast, cast.newAccount({ msp: bank.owner, bank: bank.id, person, currency }, draw), draw);
};

function openedAccount(cast: Cast, draw: Draw): Account | null {
  const account = draw.pick(cast.accounts);
  if (account === undefined) return null;
  return cast.world.model.secret(account.msp, 'account', account.number) === null ? null : account;
}

export const deposit: Maker = (cast, draw) => {
  const account = openedAccount(cast, draw);
  return account === null ? null : depositing(cast, account, String(1 + draw.below(30_000_000)), draw);
};

export const withdraw: Maker = (cast, draw) => {
  const account = openedAccount(cast, draw);
  if (account === null) return null;
  const { msp, bank, number, currency } = account;
  const available = Number(cast.world.model.secret(msp, 'account', number)?.available ?? '0');
  const amount = String(1 + draw.below(draw.chance(85) ? Math.floor(available / 10) : available * 2));
  const more = {
    id: draw.id('intent'),
    msp,
    topic: number,
    beside: { operation: draw.id('operation') },
  };
  const by = must(cast.operators.get(msp));
  return cast.signed(by, 'withdraw', { bank, account: number, amount, currency }, more);
};

export const askLink: Maker = (cast, draw) => {
  const account = openedAccount(cast, draw);
  return account === null ? null : asking(cast, account, draw);
};

export const confirmLink: Maker = (cast, draw) => {
  const link = cast.fitting('link', draw, ({ status, id }) => status === 'asked' && cast.accountOf.has(id));
  if (link === null) return null;
  const account = must(cast.accountOf.get(link.id));
  return confirming(cast, link.id, account, draw, draw.chance(92) ? '123456' : '654321');
};

function content(draw: Draw): OfferContent {
  return {
    contentHash: draw.hex(64),
    price: String(1_000 + draw.below(draw.chance(50) ? 20_000 : 1_500_000)),
    currency: draw.chance(98) ? 'RUB' : 'USD',
    stock: 1 + draw.below(draw.chance(12) ? 4 : 60),
    courier: draw.chance(98) ? COURIER : draw.pick([BANK_A, 'NobodyMSP']),
    payTimeMs: draw.chance(98) ? 24_000 + draw.below(20_000) : 1,
    answerTimeMs: 2_000 + draw.below(8_000),
    inspectionTimeMs: draw.below(8_000),
  };
}

export const draftOffer: Maker = (cast, draw) => {
  const link = cast.fitting(
    'link',
    draw,
    ({ status, person }) => status === 'active' && cast.people.has(person),
  );
  if (link === null) return null;
  const id = draw.id('offer');
  return cast.signed(must(cast.people.get(link.person)), 'draftOffer', content(draw), { id, topic: id });
};

export const editOffer: Maker = (cast, draw) => {
  const wanted = draw.pick(['draft', 'approved', 'rejected', 'listed'] as const);
  const offer = cast.fitting('offer', draw, ({ status }) => status === wanted);
  if (offer === null) return null;
  const seller = must(cast.people.get(offer.seller));
  const params = { ...content(draw), offer: offer.id };
  return cast.signed(seller, 'editOffer', params, { id: draw.id('intent'), topic: offer.id });
};

export const moderateOffer: Maker = (cast, draw) => {
  const offer = cast.fitting('offer', draw, ({ status }) => status === 'draft');
  if (offer === null) return null;
  const verdict = draw.chance(78) ? ('approve' as const) : ('reject' as const);
  const special = draw.chance(40) ? draw.below(draw.chance(95) ? 1_501 : 5_000) : null;
  const params = {
    offer: offer.id,
    version: draw.chance(97) ? offer.version : offer.version + 1,
    verdict,
    commissionBasisPoints: special,
    reasonHash: verdict === 'reject' ? draw.hex(64) : null,
  };
  const more = { id: draw.id('intent'), topic: offer.id };
  return cast.signed(must(draw.pick(cast.moderators)), 'moderateOffer', params, more);
};

export const listOffer: Maker = (cast, draw) => {
  const wanted = draw.chance(70) ? 'approved' : 'listed';
  const offer = cast.fitting('offer', draw, ({ status }) => status === wanted);
  return offer === null ? null : listing(cast, offer, draw);
};

export function listing(cast: Cast, offer: OfferRow, draw: Draw): Wish | null {
  const link = cast.fitting(
    'link',
    draw,
    ({ person, status }) => person === offer.seller && status === 'active',
  );
  const id = link?.id ?? offer.terms?.sellerLink;
  if (id === undefined) return null;
  const terms = termsOfOffer(cast.world.model, offer, id);
  const net = draw.chance(98) ? terms.net : '1';
  const params = { offer: offer.id, termsHash: hashOfTerms(terms), net, link: id };
  const seller = must(cast.people.get(offer.seller));
  return cast.signed(seller, 'listOffer', params, { id: draw.id('intent'), topic: offer.id });
}

export const registerBank: Maker = (cast, draw) => {
  const anna = must(cast.administrators.get(MARKETPLACE));
  const bank = String(draw.below(100)).padStart(2, '0');
  const owner = draw.chance(96) ? draw.pick(BANKS) : COURIER;
  const params = { bank, owner, name: `Bank ${bank}`, bic: `0445250${bank}` };
  return cast.signed(anna, 'registerBank', params, { id: draw.id('intent'), topic: bank });
};

export const publishBank: Maker = (cast, draw) => {
  const bank = cast.fitting('bank', draw, ({ id }) => !['10', '20'].includes(id) || draw.chance(5));
  if (bank === null) return null;
  const { id, owner: msp } = bank;
  const tariff = {
    usualBasisPoints: draw.below(400),
    toBank: draw.chance(50) ? { '20': draw.below(300) } : {},
  };
  const params = { bank: id, tariff, sealingKey: draw.key32(), debitCap: null };
  const by = must(cast.operators.get(msp));
  return cast.signed(by, 'publishBank', params, { id: draw.id('intent'), msp, topic: `tariff ${id}` });
};

export const keepHouse: Maker = (cast, draw) => {
  const msp = draw.pick(BANKS);
  switch (draw.below(4)) {
    case 0:
      return byAdmin(machine(null, 'setParameters', parameters(draw.below(1_600)), 'parameters'));
    case 1:
      return machine(msp, 'setSecret', { secret: draw.key32() }, msp);
    case 2:
      return machine(msp, 'trustBanks', trusted(draw.chance(50) ? ['10', '20'] : ['10', '20', '37']), msp);
    default:
      return changeHouseAccount(cast, draw);
  }
};

function changeHouseAccount(cast: Cast, draw: Draw): Wish | null {
  const anna = must(cast.administrators.get(MARKETPLACE));
  const own = cast.row('parameters')?.commissionLink;
  const link = draw.chance(60) ? own : cast.any('link', draw)?.id;
  if (link == null) return null;
  return cast.signed(anna, 'setCommissionAccount', { link }, { id: draw.id('intent'), topic: 'parameters' });
}

/** Some of an account's pending credits. */
export const postCredits: Maker = (cast, draw) => {
  const msp = draw.pick(BANKS);
  const lines = cast.world.view.secrets<SecretRows['pendingCredit']>(msp, 'pendingCredit');
  const open = lines.filter(({ postedBy }) => postedBy === null);
  const account = draw.pick(open)?.account;
  if (account === undefined) return null;
  const credits = open.filter((line) => line.account === account).map(({ credit }) => credit);
  const some = credits.slice(0, 1 + draw.below(8));
  return machine(msp, 'postCredits', { account, operation: draw.id('operation'), credits: some }, account);
};
