// Offers of a population: goods in many places, all of the demonstration's seller, who drafts them through the web API,
// since the marketplace keeps what an offer says for those alone who are signed in there.
import { setTimeout as pause } from 'node:timers/promises';
import { rowKey } from '../../chaincode/protocol/rows.js';
import { readAccounts } from '../browser-people.js';
import { offerContentHash } from '../../gateway/protocol/offer-content.js';
import { ApiProblem } from '../../gateway/sdk/api-client.js';
import { draftOffer } from '../../gateway/sdk/commands/offers.js';
import type { ClientSession } from '../../gateway/sdk/session.js';
import { DemoError } from '../demo-error.js';
import { CURRENCY } from '../enrolment.js';
import { putPicture, TIMES } from '../log-in-offers.js';
import { readLogIns, signIn } from '../log-ins.js';
import { GOODS, PLACES } from '../names.js';
import { approveOffers, listOffers, type OnSale } from '../offers.js';
import { staffOf } from '../organisations.js';
import { chunks, type PopulationParts, type SeedList, type Stage } from './lists.js';

type GoodsName = 'bicycle' | 'samovar' | 'telescope' | 'accordion';
/** Of which there are drawings. */
const KINDS: readonly GoodsName[] = ['bicycle', 'samovar', 'telescope', 'accordion'];

const OFFERS_IN_LIST = 50;
/** Requests of the one seller at a time. */
const DRAFTS_AT_ONCE = 10;
const STOCK = 5;
/** Minor units. */
const LEAST_PRICE = 250_000;
const PRICE_STEP = 1_300;
/** The gateway counts the requests of a person by the minute. */
const TOO_MANY_PAUSE_MS = 5_000;
const MOST_PAUSES = 24;

interface Sale extends PopulationParts {
  readonly session: ClientSession;
  readonly link: string;
  readonly pictures: ReadonlyMap<GoodsName, string>;
}

/** Nobody signs in where nothing is left to do. */
export async function offersStage(parts: PopulationParts): Promise<Stage> {
  const numbers = Array.from({ length: parts.plan.size.offers }, (_, index) => index);
  const length = Math.min(OFFERS_IN_LIST, parts.plan.listLength);
  const lists = chunks(numbers, length).map((some, index) => ({
    name: `offers/${String(index)}`,
    items: some.length,
    numbers: some,
  }));
  if (lists.every(({ name }) => parts.journal.isDone(name))) {
    return { title: 'Offers', lists: lists.map((list) => ({ ...list, run: () => Promise.resolve() })) };
  }
  const sale = await openSale(parts);
  const listOf = ({ numbers: some, ...list }: (typeof lists)[number]): SeedList => ({
    ...list,
    run: () => putUp(sale, some),
  });
  return { title: 'Offers', lists: lists.map(listOf) };
}

async function openSale(parts: PopulationParts): Promise<Sale> {
  const { context, marketplace } = parts.gateways;
  const logIn = readLogIns(context)?.find(
    ({ mspId, login }) => mspId === marketplace.mspId && login === 'seller',
  );
  const link = readAccounts(context)?.find(({ login }) => login === 'seller')?.link;
  if (logIn === undefined || link === undefined) {
    throw new DemoError(
      'The log-in and account of the demonstration’s seller are missing; run npm start first.',
    );
  }
  const session = await signIn(context, logIn);
  const pictures = new Map<GoodsName, string>();
  for (const kind of KINDS) pictures.set(kind, await putPicture(session, kind));
  return { ...parts, session, link, pictures };
}

async function putUp(sale: Sale, numbers: readonly number[]): Promise<void> {
  const { gateways, plan, session, link } = sale;
  const { me, signer } = session;
  if (me === null || signer === null) throw new Error('the seller is not signed in');
  const idOf = (number: number): string => plan.id('offer', String(number));
  const keys = numbers.map((number) => rowKey('offer', idOf(number)));
  const rows = await gateways.marketplace.admin.rows(keys);
  const missing = numbers.filter((number) => (rows[rowKey('offer', idOf(number))] ?? null) === null);
  for (const some of chunks(missing, DRAFTS_AT_ONCE))
    await Promise.all(some.map((number) => draft(sale, { number, offer: idOf(number) })));
  const seller = { id: me.id, signer };
  const offers = numbers.map((number): OnSale => ({ id: idOf(number), seller, payTo: { link } }));
  const { officer: moderator } = staffOf(sale.staff, gateways.marketplace);
  await approveOffers(gateways, { moderator, offers });
  await listOffers(gateways, offers);
}

async function draft(
  sale: Sale,
  { number, offer }: { readonly number: number; readonly offer: string },
): Promise<void> {
  const content = contentOf(sale, number);
  const facts = {
    ...{ contentHash: offerContentHash(content), currency: CURRENCY, stock: STOCK },
    price: String(LEAST_PRICE + number * PRICE_STEP),
    courier: sale.gateways.courier.mspId,
    ...TIMES,
  };
  const command = { request: draftOffer(facts, offer), beside: { content }, purpose: `offer ${offer}` };
  for (let pauses = 0; ; pauses += 1) {
    try {
      const { status, code } = await sale.session.command('draftOffer', command);
      if (status === 'done') return;
      throw new DemoError(`An offer was not drafted: ${code ?? status}; run the same command again.`);
    } catch (error) {
      if (!isTooMany(error) || pauses >= MOST_PAUSES) throw error;
      await pause(TOO_MANY_PAUSE_MS);
    }
  }
}

/** In both languages, each offer with words that few others have. */
function contentOf({ pictures }: Sale, number: number) {
  const kind = KINDS[number % KINDS.length] ?? 'bicycle';
  const place = PLACES[Math.floor(number / KINDS.length) % PLACES.length] ?? { ru: '', en: '' };
  const { title, description } = GOODS[kind];
  const picture = pictures.get(kind);
  return {
    title: `${title.ru}, ${place.ru} № ${String(number + 1)} · ${title.en}, ${place.en}`,
    description: `${description.ru} ${description.en}`,
    pictures: picture === undefined ? [] : [picture],
  };
}

function isTooMany(error: unknown): boolean {
  return error instanceof ApiProblem && error.code === 'TOO_MANY_REQUESTS';
}
