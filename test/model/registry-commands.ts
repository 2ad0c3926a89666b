// What people and admin APIs do beside deals: registrations, accounts, links, offers, banks, posted
// credits. It must not judge: what is proposed may be refused.
import type { OfferContent, OfferRow } from '../../chaincode/protocol/offer.js';
import type { MachineParams } from '../../chaincode/protocol/commands.js';
import type { Role } from '../../chaincode/protocol/forms.js';
import type { Rows } from '../../chaincode/protocol/rows.js';
import { BANK_A, COURIER, MARKETPLACE, MEMBERS } from '../support/member-access.js';
import { claimOf, type Person } from '../support/people.js';
import { BANKS, machine, type Account, type Cast, type GeneratedCommand } from './cast.js';
import type { Random } from './random.js';
import { paymentsIn } from './model-deal-rows.js';
import type { SecretRows } from './model-state.js';
import { hashOfTerms, netOf, termsOfOffer } from './model-offers.js';
import { inviting, taking, withdrawing } from './payer-commands.js';
import {
  agreedParameters,
  asking,
  byAdmin,
  confirming,
  depositing,
  must,
  opening,
  trusted,
} from './opening.js';

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

/** As the organisation's registrar. */
function byRegistrar(command: GeneratedCommand): GeneratedCommand {
  return { ...command, role: 'registrar' };
}

export const registerClient: Generator = (cast, random) => {
  const { id: person } = cast.person('client', random);
  return {
    ...byRegistrar(machine(null, 'registerPerson', { person }, person)),
    sender: random.pick(MEMBERS),
  };
};

/** Mostly as it should be: the person's own claim, at the organisation that registered him, by its registrar. */
export const confirmClient: Generator = (cast, random) => {
  const wanted = random.chance(90) ? 'new' : 'active';
  const row = cast.fitting('person', random, ({ status, id }) => status === wanted && cast.people.has(id));
  if (row === null) return null;
  const holder = random.chance(92) ? must(cast.people.get(row.id)) : cast.person('mallory', random);
  const claim = claimOf(holder, {
    channel: cast.consortium.access.channel,
    organisation: random.chance(95) ? row.owner : random.pick(MEMBERS),
    expiresAt: cast.consortium.now + (random.chance(95) ? 60_000 : -60_000),
    person: random.chance(95) ? row.id : holder.id,
  });
  const msp = random.chance(95) ? row.owner : random.pick(MEMBERS);
  const made = machine(msp, 'confirmClient', { person: row.id, claim }, row.id);
  return random.chance(95) ? byRegistrar(made) : made;
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
    ({ status, id }) => status === 'active' && (['10', '20'].includes(id) || random.chance(5)),
  );
  if (person === undefined || bank === null) return null;
  const currency = random.chance(4) ? 'USD' : 'RUB';
  return opening(cast, cast.newAccount({ msp: bank.owner, bank: bank.id, person, currency }, random), random);
};

function openedAccount(cast: Cast, random: Random): Account | null {
  const account = random.pick(cast.accounts);
  if (account === undefined) return null;
  return cast.consortium.model.secret(account.msp, 'account', account.number) === null ? null : account;
}

export const deposit: Generator = (cast, random) => {
  const account = openedAccount(cast, random);
  return account === null ? null : depositing(cast, account, String(1 + random.below(30_000_000)), random);
};

export const withdraw: Generator = (cast, random) => {
  const account = openedAccount(cast, random);
  if (account === null) return null;
  const { msp, bank, number, currency } = account;
  const available = Number(cast.consortium.model.secret(msp, 'account', number)?.available ?? '0');
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

function content(currency: string, random: Random): OfferContent {
  return {
    contentHash: random.hex(64),
    price: String(1_000 + random.below(random.chance(50) ? 20_000 : 1_500_000)),
    currency: random.chance(98) ? currency : 'USD',
    stock: 1 + random.below(random.chance(12) ? 4 : 60),
    courier: random.chance(98) ? COURIER : random.pick([BANK_A, 'NobodyMSP']),
    payTimeMs: random.chance(98) ? 24_000 + random.below(20_000) : 1,
    answerTimeMs: 2_000 + random.below(8_000),
    inspectionTimeMs: random.below(8_000),
    shipTimeMs: random.chance(98) ? random.pick([6_500, 8_300, 8_400, 8_500, 9_000, 14_000]) : 1,
    deliverTimeMs: 8_500 + random.below(9_000),
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
  const seller = must(cast.people.get(link.person));
  return cast.signed(seller, 'draftOffer', content(link.currency, random), { id, topic: id });
};

export const editOffer: Generator = (cast, random) => {
  const wanted = random.pick(['draft', 'approved', 'rejected', 'rejected', 'listed', 'listed'] as const);
  const offer = cast.fitting('offer', random, ({ status }) => status === wanted);
  if (offer === null) return null;
  const seller = must(cast.people.get(offer.seller));
  const params = { ...content(offer.currency, random), offer: offer.id };
  return cast.signed(seller, 'editOffer', params, { id: random.id('intent'), topic: offer.id });
};

/** Mostly one that waits for its verdict. */
function offerToModerate(cast: Cast, random: Random): OfferRow | null {
  const others = [
    'approved',
    'approved',
    'approved',
    'listed',
    'listed',
    'listed',
    'listed',
    'rejected',
  ] as const;
  const wanted = random.chance(68) ? 'draft' : random.pick(others);
  return cast.fitting('offer', random, ({ status }) => status === wanted);
}

export const moderateOffer: Generator = (cast, random) => {
  const offer = offerToModerate(cast, random);
  if (offer === null) return null;
  const verdict = random.chance(offer.status === 'draft' ? 72 : 10)
    ? ('approve' as const)
    : ('reject' as const);
  const params = {
    offer: offer.id,
    version: random.chance(97) ? offer.version : offer.version + 1,
    verdict,
    ...moderation(verdict, random),
  };
  const more = { id: random.id('intent'), topic: offer.id };
  const others = cast.moderators.filter(({ id }) => id !== offer.seller);
  const own = random.chance(10) ? cast.moderators.find(({ id }) => id === offer.seller) : undefined;
  return cast.signed(own ?? must(random.pick(others)), 'moderateOffer', params, more);
};

function moderation(verdict: 'approve' | 'reject', random: Random) {
  const special = random.chance(40) ? random.below(random.chance(95) ? 1_501 : 5_000) : null;
  return {
    commissionBasisPoints: special,
    sharesNonce: (verdict === 'approve') === random.chance(98) ? random.key32() : null,
    reasonHash: verdict === 'reject' ? random.hex(64) : null,
  };
}

export const listOffer: Generator = (cast, random) => {
  const wanted = random.chance(62) ? 'approved' : 'listed';
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
  const parameters = must(cast.row('parameters'));
  const isTaken = parameters.commissionLinks[offer.currency] !== undefined;
  const terms = isTaken ? termsOfOffer(cast.consortium.model, offer, id) : null;
  const net = random.chance(98) ? netOf(offer, parameters) : '1';
  const termsHash = terms === null ? random.hex(64) : hashOfTerms(terms);
  const params = { offer: offer.id, termsHash, net, link: id };
  const seller = must(cast.people.get(offer.seller));
  return cast.signed(seller, 'listOffer', params, { id: random.id('intent'), topic: offer.id });
}

/** A cap with room for so much more on the word of that bank on whose word most was credited. */
function withRoom(cast: Cast, msp: string, room: number): string {
  const exposures = cast.consortium.view.secrets<SecretRows['exposure']>(msp, 'exposure');
  return String(Math.max(0, ...exposures.map(({ used }) => Number(used))) + room);
}

/** Mostly the bank's own, sometimes one that looks like that of another bank. */
function bankName(bank: string, random: Random): string {
  if (random.chance(80)) return `Bank ${bank}`;
  const other = String(random.below(100)).padStart(2, '0');
  const alike = other.replaceAll('0', random.pick(['O', 'o'])).replaceAll('1', random.pick(['l', 'I']));
  return random.pick([`Bank ${other}`, `BANK ${other}`, `Bank ${alike}`, `Вапк ${other}`, `ВАПК ${alike}`]);
}

export const registerBank: Generator = (cast, random) => {
  const anna = must(cast.administrators.get(MARKETPLACE));
  const bank = String(random.below(100)).padStart(2, '0');
  const owner = random.chance(96) ? random.pick(BANKS) : COURIER;
  const params = { bank, owner, name: bankName(bank, random), bic: `BK${bank}RUMM` };
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
  const params = {
    bank: id,
    tariff,
    sealingKey: random.key32(),
    debitCaps: { RUB: withRoom(cast, msp, random.chance(88) ? 8_000_000 : 1_000_000) },
  };
  const by = must(cast.operators.get(msp));
  return cast.signed(by, 'publishBank', params, { id: random.id('intent'), msp, topic: `tariff ${id}` });
};

export const keepHouse: Generator = (cast, random) => {
  const msp = random.pick(BANKS);
  switch (random.below(4)) {
    case 0:
      return foundAgain(random);
    case 1:
      return machine(msp, 'setSecret', { secret: random.key32() }, msp);
    case 2:
      return machine(msp, 'trustBanks', otherBanks(random), msp);
    default:
      return changeHouseAccount(cast, random);
  }
};

/** The channel is founded once. */
function foundAgain(random: Random): GeneratedCommand {
  const params = { ...agreedParameters(), commissionBasisPoints: random.below(500) };
  return byAdmin(machine(null, 'setParameters', params, 'parameters'));
}

function otherBanks(random: Random): MachineParams['trustBanks'] {
  const { banks } = trusted(random.chance(50) ? ['10', '20'] : ['10', '20', '37']);
  return { banks };
}

function changeHouseAccount(cast: Cast, random: Random): GeneratedCommand | null {
  const anna = must(cast.administrators.get(MARKETPLACE));
  const own = cast.linksOf(anna.id, random.chance(60) ? 'RUB' : 'USD');
  const link = (random.chance(75) ? random.pick(own) : cast.any('link', random))?.id;
  if (link === undefined) return null;
  return cast.signed(
    anna,
    'setCommissionAccount',
    { link },
    { id: random.id('intent'), topic: 'parameters' },
  );
}

/** A deal that may still be paid, with its buyer's key at hand. */
function anOpenDeal(cast: Cast, random: Random): string | null {
  const isOpen = ({ status, deal }: Rows['phase']) => status === 'open' && cast.deals.has(deal);
  return cast.fitting('phase', random, isOpen)?.deal ?? null;
}

export const invitePayer: Generator = (cast, random) => {
  const deal = anOpenDeal(cast, random);
  if (deal === null) return null;
  const { price, minimumPart } = must(cast.row('terms', deal)).terms.offerTerms;
  return inviting(cast, deal, random.pick([price, minimumPart]), random);
};

export const takeInvitation: Generator = (cast, random) => {
  const row = cast.fitting('invitation', random, ({ status, id }) => {
    return cast.guests.has(id) && (status === 'open' || random.chance(4));
  });
  return row === null ? null : taking(cast, must(cast.guests.get(row.id)), random);
};

export const withdrawInvitation: Generator = (cast, random) => {
  const wanted = random.pick(['open', 'accepted', 'accepted'] as const);
  const row = cast.fitting('invitation', random, ({ status, id, deal }) => {
    const isPaid = paymentsIn(cast.consortium.model, deal).some(({ invitation }) => invitation === id);
    return cast.guests.has(id) && ((status === wanted && !isPaid) || random.chance(2));
  });
  return row === null ? null : withdrawing(cast, must(cast.guests.get(row.id)), random);
};

/** Some of an account's pending credits. */
export const postCredits: Generator = (cast, random) => {
  const msp = random.pick(BANKS);
  const open = cast.consortium.view.secrets<SecretRows['pendingCredit']>(msp, 'pendingCredit');
  const account = random.pick(open)?.account;
  if (account === undefined) return null;
  const credits = open.filter((line) => line.account === account).map(({ credit }) => credit);
  const some = credits.slice(0, 1 + random.below(8));
  return machine(msp, 'postCredits', { account, operation: random.id('operation'), credits: some }, account);
};
