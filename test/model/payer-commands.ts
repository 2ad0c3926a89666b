// What payers do: the buyer pays or invites others, who take their invitations and pay; strangers try to.
// It must not judge: what is proposed may be refused.
import type { LinkRow } from '../../chaincode/protocol/account.js';
import type { DealTerms } from '../../chaincode/protocol/deal.js';
import { acceptanceBody } from '../../chaincode/protocol/invitation-text.js';
import type { PaymentRow } from '../../chaincode/protocol/payment.js';
import { makePerson, signedBy, type Person } from '../support/people.js';
import type { Cast, DealBook, GeneratedCommand, Guest } from './cast.js';
import { total } from './model-command.js';
import { isAlive } from './model-deal-rows.js';
import { share } from './model-offers.js';
import { must } from './opening.js';
import type { Random } from './random.js';

/** One more payment of what is missing or of a part of it; now and then of something odd. */
export function paying(
  cast: Cast,
  book: DealBook,
  payments: readonly PaymentRow[],
  random: Random,
): GeneratedCommand[] {
  const { terms } = must(cast.row('terms', book.id));
  const waits = ({ status, id }: PaymentRow) =>
    status === 'submitted' && cast.row('admission', book.id, id) === null;
  const counted = payments.filter((payment) => isAlive(cast.consortium.model, payment) || waits(payment));
  const price = BigInt(terms.offerTerms.price);
  const target = book.fate === 'part' ? (price * 2n) / 3n : price;
  const rest = target - total(counted);
  const least = BigInt(terms.offerTerms.minimumPart);
  const soldOut = payments.some(({ id }) => cast.row('admission', book.id, id)?.reason === 'NO_STOCK');
  if ((soldOut || rest < least) && !random.chance(4)) return [];
  const amount = amountOf(rest, least, price, random).toString();
  return random.chance(40) ? byGuest(cast, book, amount, random) : byBuyer(cast, book, amount, random);
}

function amountOf(rest: bigint, least: bigint, price: bigint, random: Random): bigint {
  if (random.chance(3)) return price;
  if (random.chance(3) && rest > least) return rest - 1n;
  if (rest < 2n * least || random.chance(45)) return rest > 0n ? rest : least;
  return least + BigInt(random.below(Number(rest - 2n * least) + 1));
}

function byBuyer(cast: Cast, book: DealBook, amount: string, random: Random): GeneratedCommand[] {
  const { terms } = must(cast.row('terms', book.id));
  const links = cast.linksOf(terms.buyer, terms.offerTerms.currency);
  const link = random.pick(links.filter(({ id }) => canPay(cast, id, amount, random)));
  return link === undefined ? [] : submitted(cast, book, { link, amount, invitation: null }, random);
}

function canPay(cast: Cast, link: string, amount: string, random: Random): boolean {
  return random.chance(5) || cast.fundsBehind(link) >= BigInt(amount);
}

/** The guest pays if there is one; otherwise one is on his way, or is invited. Some strangers just try. */
function byGuest(cast: Cast, book: DealBook, amount: string, random: Random): GeneratedCommand[] {
  if (random.chance(5)) return byStranger(cast, book, amount, random);
  const guest = random.pick(cast.guestsOf(book.id, 'accepted'));
  if (guest !== undefined) return guestPays(cast, book, guest, { amount, random });
  const open = random.pick(cast.guestsOf(book.id, 'open'));
  if (open !== undefined) return [taking(cast, open, random)];
  const invited = inviting(cast, book.id, amount, random);
  if (invited === null) return [];
  const coming = must([...cast.guests.values()].at(-1));
  return random.chance(50)
    ? [invited, taking(cast, coming, random), ...guestPays(cast, book, coming, { amount, random })]
    : [invited];
}

function guestPays(
  cast: Cast,
  book: DealBook,
  { person, invitation, deal }: Guest,
  { amount, random }: { readonly amount: string; readonly random: Random },
): GeneratedCommand[] {
  const { currency } = must(cast.row('terms', deal)).terms.offerTerms;
  const links = cast.linksOf(person.id, currency);
  const link = random.pick(links.filter(({ id }) => canPay(cast, id, amount, random)));
  return link === undefined ? [] : submitted(cast, book, { link, amount, invitation }, random);
}

/** Without an invitation, or with somebody else's. */
function byStranger(cast: Cast, book: DealBook, amount: string, random: Random): GeneratedCommand[] {
  const { terms } = must(cast.row('terms', book.id));
  const link = strangersLink(cast, terms, random);
  if (link === null) return [];
  const others = random.chance(50) ? cast.any('invitation', random) : null;
  const invitation = random.pick(cast.guestsOf(book.id, 'accepted'))?.invitation ?? others?.id ?? null;
  return submitted(cast, book, { link, amount, invitation }, random);
}

function strangersLink(cast: Cast, terms: DealTerms, random: Random): LinkRow | null {
  return cast.fitting('link', random, ({ status, person, currency }) => {
    const isActive = status === 'active' && cast.people.has(person);
    return isActive && person !== terms.buyer && currency === terms.offerTerms.currency;
  });
}

interface Intended {
  readonly link: LinkRow;
  readonly amount: string;
  readonly invitation: string | null;
}

function submitted(cast: Cast, book: DealBook, intended: Intended, random: Random): GeneratedCommand[] {
  const made = submission(cast, book, intended, random);
  return made === null ? [] : [made];
}

/** A payment by that link; null: there is no such deal. */
export function submission(
  cast: Cast,
  book: DealBook,
  { link, amount, invitation }: Intended,
  random: Random,
): GeneratedCommand | null {
  const terms = cast.row('terms', book.id);
  if (terms === null) return null;
  const { sellerBank, currency } = terms.terms.offerTerms;
  const tariff = cast.row('bank', link.bank)?.tariff ?? { usualBasisPoints: 0, toBank: {} };
  const rate = link.bank === sellerBank ? 0 : (tariff.toBank[sellerBank] ?? tariff.usualBasisPoints);
  const fee = random.chance(2) ? '1' : share(amount, rate).toString();
  const { deal, termsHash } = terms;
  const arrivedAt = cast.consortium.now;
  const params = { deal, termsHash, amount, fee, currency, link: link.id, arrivedAt, invitation };
  const payer = must(cast.people.get(link.person));
  return cast.signed(payer, 'submitPayment', params, { id: random.id('payment'), topic: book.offer });
}

/** The buyer invites somebody who has money, now and then the seller or himself; null: there is nobody. */
export function inviting(cast: Cast, deal: string, amount: string, random: Random): GeneratedCommand | null {
  const { terms, termsHash } = must(cast.row('terms', deal));
  const { seller, offer, price } = terms.offerTerms;
  const guest = random.chance(4)
    ? cast.people.get(random.pick([seller, terms.buyer]))
    : cast.people.get(fundedLink(cast, terms, amount, random)?.person ?? '');
  const buyer = cast.people.get(terms.buyer);
  if (guest === undefined || buyer === undefined) return null;
  const invitation = random.id('invitation');
  const key = makePerson('invitation', random.id('person'));
  cast.guests.set(invitation, { deal, invitation, key, person: guest });
  const most = random.chance(3) ? String(BigInt(price) + 1n) : random.chance(70) ? amount : price;
  const until = random.chance(88)
    ? terms.payDeadline
    : random.pick([terms.payDeadline + 1, cast.consortium.now - 20_000, cast.consortium.now + 4_000]);
  const params = { deal, termsHash, invitationKey: key.key, most, until };
  return cast.signed(buyer, 'invitePayer', params, { id: invitation, topic: offer });
}

function fundedLink(cast: Cast, terms: DealTerms, amount: string, random: Random): LinkRow | null {
  const { seller, currency } = terms.offerTerms;
  return cast.fitting('link', random, (row) => {
    const isGuest = row.person !== seller && row.person !== terms.buyer && cast.people.has(row.person);
    const hasMoney = row.currency === currency && cast.fundsBehind(row.id) >= BigInt(amount);
    return row.status === 'active' && isGuest && hasMoney;
  });
}

/** The guest takes his invitation; now and then another takes it with the key, or without it. */
export function taking(cast: Cast, guest: Guest, random: Random): GeneratedCommand {
  const { deal, invitation } = guest;
  const other = random.chance(6) ? (random.pick([...cast.people.values()]) ?? guest.person) : guest.person;
  const hasKey = random.chance(97);
  const signer: Person = hasKey ? guest.key : other;
  const keyThumbprint = random.chance(98) ? other.thumbprint : guest.key.thumbprint;
  const { channel } = cast.consortium.access;
  const body = acceptanceBody({ channel, deal, invitation, person: other.id, keyThumbprint });
  const { signature: invitationSignature } = signedBy(signer, body);
  const params = { deal, invitation, keyThumbprint, invitationSignature };
  const topic = cast.deals.get(deal)?.offer ?? deal;
  return cast.signed(other, 'acceptInvitation', params, { id: random.id('intent'), topic });
}

/** The buyer takes an invitation back; now and then another than the buyer. */
export function withdrawing(cast: Cast, { deal, invitation }: Guest, random: Random): GeneratedCommand {
  const { terms } = must(cast.row('terms', deal));
  const buyer = must(cast.people.get(terms.buyer));
  const by = random.chance(4) ? (random.pick([...cast.people.values()]) ?? buyer) : buyer;
  const topic = terms.offerTerms.offer;
  return cast.signed(by, 'withdrawInvitation', { deal, invitation }, { id: random.id('intent'), topic });
}
