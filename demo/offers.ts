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
import type { Participant, Person } from './people.js';

const DAY_MS = 86_400_000;

/** An offer to be made. Price in minor units, times in milliseconds. */
export interface OfferPlan {
  readonly id: string;
  readonly seller: Person | Participant;
  readonly payTo: Account;
  readonly goods: Goods;
  readonly price: string;
  readonly stock: number;
  readonly payTimeMs: number;
  readonly answerTimeMs: number;
  readonly inspectionTimeMs: number;
}

/** S9 to S11 for all of them, each step as one list. */
export async function putUpOffers(
  gateways: Gateways,
  request: { readonly moderator: Person; readonly plans: readonly OfferPlan[] },
): Promise<void> {
  const { plans, moderator } = request;
  const order = { at: gateways.marketplace, lane: 'agree' } as const;
  await fulfil(
    gateways,
    order,
    plans.map((plan) => ({
      key: rowKey('offer', plan.id),
      done: () => true,
      command: () => draft(gateways, plan),
    })),
  );
  await fulfil(
    gateways,
    order,
    plans.map((plan) => ({
      key: rowKey('offer', plan.id),
      done: ({ status }) => status !== 'draft',
      command: () => approval(gateways, plan, moderator),
    })),
  );
  const listings = new Map<string, Listing>();
  for (const plan of plans) listings.set(plan.id, await listing(gateways, plan));
  await fulfil(
    gateways,
    order,
    plans.map((plan) => ({
      key: rowKey('offer', plan.id),
      done: ({ status }) => status === 'listed',
      command: () => signedListing(gateways, plan, listings.get(plan.id)),
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

function approval(gateways: Gateways, plan: OfferPlan, moderator: Person) {
  const verdict = moderateOffer({ offer: plan.id, version: 1 }, { commissionBasisPoints: null });
  return signed(gateways, moderator, verdict);
}

/** What the seller is shown and signs: the hash of all terms, his net sum and where it goes. */
interface Listing {
  readonly terms: OfferTerms;
  readonly net: string;
}

async function listing(gateways: Gateways, plan: OfferPlan): Promise<Listing> {
  const parameters = await gateways.parameters();
  const offer = await gateways.row<OfferRow>(rowKey('offer', plan.id));
  const sellerLink = await gateways.row<LinkRow>(rowKey('link', plan.payTo.link));
  const commissionLink = await gateways.row<LinkRow>(
    rowKey('link', parameters?.commissionLinks[CURRENCY] ?? ''),
  );
  const sharesNonce = offer?.sharesNonce ?? null;
  if (parameters === null || offer === null || sharesNonce === null) {
    throw new Error(`offer ${plan.id} cannot be listed: it is not approved`);
  }
  if (sellerLink === null || commissionLink === null) {
    throw new Error(`offer ${plan.id} cannot be listed: its rows are not all on the ledger`);
  }
  const terms = offerTermsOf({ offer, sharesNonce, sellerLink, commissionLink, parameters });
  return { terms, net: netOfOffer(offer, parameters) };
}

function signedListing(gateways: Gateways, plan: OfferPlan, found: Listing | undefined) {
  if (found === undefined) throw new Error(`offer ${plan.id} has no terms to sign`);
  return signed(gateways, plan.seller, listOffer(found.terms, found.net));
}
