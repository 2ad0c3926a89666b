// Offers: a seller drafts, a moderator approves, the seller signs the terms with the net sum and lists.
import { type LinkRow } from '../chaincode/protocol/account.js';
import { hashOf } from '../chaincode/protocol/canonical-json.js';
import { type OfferRow } from '../chaincode/protocol/offer.js';
import { rowKey } from '../chaincode/protocol/rows.js';
import { netOfOffer, offerTermsOf } from '../chaincode/protocol/terms.js';

import { type OfferTerms } from '../chaincode/protocol/offer.js';

import { draftOffer, listOffer, moderateOffer } from '../gateway/sdk/commands/offers.js';
import { type Account, CURRENCY, fulfil, signed } from './enrolment.js';
import type { Gateways } from './gateways.js';
import type { Goods } from './names.js';
import type { KeyHolder, Person } from './people.js';

const DAY_MS = 86_400_000;

/** An offer to be made. Price in minor units, times in milliseconds. */
export interface OfferPlan extends OnSale {
  readonly goods: Goods;
  readonly price: string;
  readonly stock: number;
  readonly payTimeMs: number;
  readonly answerTimeMs: number;
  readonly inspectionTimeMs: number;
}

/** An offer, who sells, and where his money goes. */
export interface OnSale {
  readonly id: string;
  readonly seller: Person | KeyHolder;
  readonly payTo: Pick<Account, 'link'>;
}

const LANE = 'agree';

/** S9 to S11 for all of them, each step as one list. */
export async function putUpOffers(
  gateways: Gateways,
  request: { readonly moderator: Person; readonly plans: readonly OfferPlan[] },
): Promise<void> {
  const { plans, moderator } = request;
  await fulfil(
    gateways,
    { at: gateways.marketplace, lane: LANE },
    plans.map((plan) => ({
      key: rowKey('offer', plan.id),
      done: () => true,
      command: () => draft(gateways, plan),
    })),
  );
  await approveOffers(gateways, { moderator, offers: plans });
  await listOffers(gateways, plans);
}

/** S10 for drafts of the first version, as one list. */
export async function approveOffers(
  gateways: Gateways,
  of: { readonly moderator: Person; readonly offers: readonly Pick<OnSale, 'id'>[] },
): Promise<void> {
  await fulfil(
    gateways,
    { at: gateways.marketplace, lane: LANE },
    of.offers.map(({ id }) => ({
      key: rowKey('offer', id),
      done: ({ status }) => status !== 'draft',
      command: () => approval(gateways, id, of.moderator),
    })),
  );
}

/** S11 for approved offers, as one list; with the links of their sellers at most as many as rows are read at once. */
export async function listOffers(gateways: Gateways, offers: readonly OnSale[]): Promise<void> {
  const listings = await listingsOf(gateways, offers);
  await fulfil(
    gateways,
    { at: gateways.marketplace, lane: LANE },
    offers.map(({ id, seller }) => ({
      key: rowKey('offer', id),
      done: ({ status }) => status === 'listed',
      command: () => signedListing(gateways, seller, listings.get(id)),
    })),
  );
}

function draft(gateways: Gateways, plan: OfferPlan) {
  const { title, description } = plan.goods;
  const content = {
    contentHash: hashOf({ title, description }),
    price: plan.price,
    currency: CURRENCY,
    stock: plan.stock,
    courier: gateways.courier.mspId,
    payTimeMs: plan.payTimeMs,
    answerTimeMs: plan.answerTimeMs,
    inspectionTimeMs: plan.inspectionTimeMs,
    shipTimeMs: DAY_MS,
    deliverTimeMs: 7 * DAY_MS,
  };
  return signed(gateways, plan.seller, draftOffer(content, plan.id));
}

function approval(gateways: Gateways, offer: string, moderator: Person) {
  return signed(gateways, moderator, moderateOffer({ offer, version: 1 }, { commissionBasisPoints: null }));
}

/** What the seller is shown and signs: the hash of all terms, his net sum and where it goes. */
interface Listing {
  readonly terms: OfferTerms;
  readonly net: string;
}

async function listingsOf(
  gateways: Gateways,
  offers: readonly OnSale[],
): Promise<ReadonlyMap<string, Listing>> {
  const parameters = await gateways.parameters();
  const commission = parameters?.commissionLinks[CURRENCY] ?? '';
  const links = new Set([commission, ...offers.map(({ payTo }) => payTo.link)]);
  const keys = [
    ...offers.map(({ id }) => rowKey('offer', id)),
    ...[...links].map((id) => rowKey('link', id)),
  ];
  const rows = await gateways.marketplace.admin.rows(keys);
  const link = (id: string) => (rows[rowKey('link', id)] ?? null) as LinkRow | null; // its key's kind
  const commissionLink = link(commission);
  return new Map(
    offers.map(({ id, payTo }) => {
      const offer = (rows[rowKey('offer', id)] ?? null) as OfferRow | null; // its key's kind
      const sellerLink = link(payTo.link);
      const sharesNonce = offer?.sharesNonce ?? null;
      if (parameters === null || offer === null || sharesNonce === null) {
        throw new Error(`offer ${id} cannot be listed: it is not approved`);
      }
      if (sellerLink === null || commissionLink === null) {
        throw new Error(`offer ${id} cannot be listed: its rows are not all on the ledger`);
      }
      const terms = offerTermsOf({ offer, sharesNonce, sellerLink, commissionLink, parameters });
      return [id, { terms, net: netOfOffer(offer, parameters) }];
    }),
  );
}

function signedListing(gateways: Gateways, seller: Person | KeyHolder, found: Listing | undefined) {
  if (found === undefined) throw new Error('an offer has no terms to sign');
  return signed(gateways, seller, listOffer(found.terms, found.net));
}
