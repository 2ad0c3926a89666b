// Offers: a seller drafts, a moderator approves, the seller signs the terms with the net sum and lists.
// The text stays off the ledger, which holds its hash; nothing here buys.
import { hashOf } from '../chaincode/protocol/canonical-json.js';
import { rowKey, type LinkRow, type OfferRow } from '../chaincode/protocol/rows.js';
import { offerTermsOf, termsHash } from '../chaincode/protocol/terms.js';
import { CURRENCY, fulfil, signed, type Account } from './enrolment.js';
import type { Goods } from './names.js';
import { newId, type Person } from './people.js';
import type { Gateways } from './gateways.js';

/** An offer to be made. Price in minor units, times in milliseconds. */
export interface OfferPlan {
  readonly id: string;
  readonly seller: Person;
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
  const listings = new Map<string, Awaited<ReturnType<typeof listing>>>();
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
  const params = {
    contentHash: hashOf({ title, description }),
    price: plan.price,
    currency: CURRENCY,
    stock: plan.stock,
    courier: gateways.courier.mspId,
    payTimeMs: plan.payTimeMs,
    answerTimeMs: plan.answerTimeMs,
    inspectionTimeMs: plan.inspectionTimeMs,
  };
  return signed(gateways, plan.seller, { id: plan.id, action: 'draftOffer', params });
}

function approval(gateways: Gateways, plan: OfferPlan, moderator: Person) {
  const params = {
    offer: plan.id,
    version: 1,
    verdict: 'approve',
    commissionBasisPoints: null,
    reasonHash: null,
  } as const;
  return signed(gateways, moderator, { id: newId('moderation'), action: 'moderateOffer', params });
}

/** What the seller is shown and signs: the hash of all terms, his net sum and where it goes. */
async function listing(gateways: Gateways, plan: OfferPlan) {
  const parameters = await gateways.parameters();
  const offer = await gateways.row<OfferRow>(rowKey('offer', plan.id));
  const sellerLink = await gateways.row<LinkRow>(rowKey('link', plan.payTo.link));
  const commissionLink = await gateways.row<LinkRow>(rowKey('link', parameters?.commissionLink ?? ''));
  if (parameters === null || offer === null || sellerLink === null || commissionLink === null) {
    throw new Error(`offer ${plan.id} cannot be listed: its rows are not all on the ledger`);
  }
  const terms = offerTermsOf({ offer, sellerLink, commissionLink, parameters });
  return { offer: plan.id, termsHash: termsHash(terms), net: terms.net, link: plan.payTo.link };
}

function signedListing(
  gateways: Gateways,
  plan: OfferPlan,
  params: Awaited<ReturnType<typeof listing>> | undefined,
) {
  if (params === undefined) throw new Error(`offer ${plan.id} has no terms to sign`);
  return signed(gateways, plan.seller, { id: newId('listing'), action: 'listOffer', params });
}
