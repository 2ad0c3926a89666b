// Offers of the seller who comes with a browser: drafted, approved and listed through the web API.
import { join } from 'node:path';
import sharp from 'sharp';
import { offerContentHash } from '../gateway/protocol/offer-content.js';
import type { Operation } from '../gateway/protocol/api/forms.js';
import { draftOffer, listOffer, moderateOffer } from '../gateway/sdk/commands/offers.js';
import type { ClientSession } from '../gateway/sdk/session.js';
import { DemoError } from './demo-error.js';
import { CURRENCY } from './enrolment.js';
import type { Gateways } from './gateways.js';
import { type Goods, GOODS } from './names.js';

const PICTURES = join(__dirname, '..', '..', 'demo', 'pictures');
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Times that a person can meet. */
export const TIMES = {
  payTimeMs: 15 * MINUTE_MS,
  answerTimeMs: 6 * MINUTE_MS,
  inspectionTimeMs: 15 * MINUTE_MS,
  shipTimeMs: 3 * DAY_MS,
  deliverTimeMs: 7 * DAY_MS,
};

interface OnSale {
  /** Of `GOODS` and of the drawing in `pictures/`. */
  readonly name: keyof typeof GOODS;
  readonly price: string;
  readonly stock: number;
}

const OFFERS: readonly OnSale[] = [
  { name: 'bicycle', price: '1240000', stock: 30 },
  { name: 'samovar', price: '890000', stock: 1 },
  { name: 'telescope', price: '2399900', stock: 5 },
  { name: 'accordion', price: '4150000', stock: 1 },
];

export async function putUpForSale(
  gateways: Gateways,
  people: { readonly seller: ClientSession; readonly moderator: ClientSession; readonly link: string },
): Promise<void> {
  for (const offer of OFFERS) await putUp(gateways, people, offer);
}

async function putUp(
  gateways: Gateways,
  { seller, moderator, link }: Parameters<typeof putUpForSale>[1],
  { name, price, stock }: OnSale,
): Promise<void> {
  const goods: Goods = GOODS[name];
  const picture = await putPicture(seller, name);
  const content = { title: goods.title.ru, description: goods.description.ru, pictures: [picture] };
  const { mspId: courier } = gateways.courier;
  const request = draftOffer({
    contentHash: offerContentHash(content),
    ...{ price, stock, courier, currency: CURRENCY },
    ...TIMES,
  });
  const { id: offer } = request;
  done(await seller.command('draftOffer', { request, beside: { content }, purpose: `offer ${offer}` }));
  const approval = moderateOffer({ offer, version: 1 }, { commissionBasisPoints: null });
  const verdict = { path: { offer }, request: approval, beside: { reason: null } };
  done(await moderator.command('moderateOffer', verdict));
  const { terms, net } = await seller.api.call('getListing', { path: { offer }, query: { link } });
  done(await seller.command('listOffer', { path: { offer }, request: listOffer(terms, net) }));
}

/** Stores the drawing of the goods; the same drawing again is the same picture. */
export async function putPicture(seller: ClientSession, name: keyof typeof GOODS): Promise<string> {
  const { api } = seller;
  const { picture } = await api.put<{ readonly picture: string }>('/api/v1/pictures', await drawn(name));
  return picture;
}

/** A drawing as a person would send a photograph. */
async function drawn(name: string): Promise<Blob> {
  const png = await sharp(join(PICTURES, `${name}.svg`))
    .png()
    .toBuffer();
  return new Blob([new Uint8Array(png)], { type: 'image/png' });
}

function done({ action, status, code }: Operation): void {
  if (status !== 'done') throw new DemoError(`${action} was not carried out: ${code ?? status}.`);
}
