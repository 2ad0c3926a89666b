// Offers: a seller drafts, a moderator approves, the seller signs the terms with the net sum and lists.
// The text stays off the ledger, which holds its hash; nothing here buys.
import { hashOf } from '../chaincode/protocol/canonical-json.js';
import { rowKey, type LinkRow, type OfferRow } from '../chaincode/protocol/rows.js';
import { offerTermsOf, termsHash } from '../chaincode/protocol/terms.js';
import { CURRENCY, fulfil, signed, type Account } from './enrolment.js';
import type { Goods } from './names.js';
import { newId, type Person } from './people.js';
import type { Stage } from './stage.js';

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
  stage: Stage,
  request: { readonly moderator: Person; readonly plans: readonly OfferPlan[] },
): Promise<void> {
  const { plans, moderator } = request;
  const order = { at: stage.marketplace, lane: 'agree' } as const;
  await fulfil(
    stage,
    order,
    plans.map((plan) => ({
      key: rowKey('offer', plan.id),
      done: () => true,
      command: () => draft(stage, plan),
    })),
  );
  await fulfil(
    stage,
    order,
    plans.map((plan) => ({
      key: rowKey('offer', plan.id),
      done: ({ status }) => status !== 'draft',
      command: () => approval(stage, plan, moderator),
    })),
  );
  const listings = new Map<string, Awaited<ReturnType<typeof listing>>>();
  for (const plan of plans) listings.set(plan.id, await listing(stage, plan));
  await fulfil(
    stage,
    order,
    plans.map((plan) => ({
      key: rowKey('offer', plan.id),
      done: ({ status }) => status === 'listed',
      command: () => signedListing(stage, plan, listings.get(plan.id)),
    })),
  );
}

function draft(stage: Stage, plan: OfferPlan) {
  const { title, description } = plan.goods;
  const params = {
    contentHash: hashOf({ title, description }),
    price: plan.price,
    currency: CURRENCY,
    stock: plan.stock,
    courier: stage.courier.mspId,
    payTimeMs: plan.payTimeMs,
    answerTimeMs: plan.answerTimeMs,
    inspectionTimeMs: plan.inspectionTimeMs,
  };
  return signed(stage, plan.seller, { id: plan.id, action: 'draftOffer', params });
}

function approval(stage: Stage, plan: OfferPlan, moderator: Person) {
  const params = {
    offer: plan.id,
    version: 1,
    verdict: 'approve',
    commissionBasisPoints: null,
    reasonHash: null,
  } as const;
  return signed(stage, moderator, { id: newId('moderation'), action: 'moderateOffer', params });
}

/** What the seller is shown and signs: the hash of all terms, his net sum and where it goes. */
async function listing(stage: Stage, plan: OfferPlan) {
  const parameters = await stage.parameters();
  const offer = await stage.row<OfferRow>(rowKey('offer', plan.id));
  const sellerLink = await stage.row<LinkRow>(rowKey('link', plan.payTo.link));
  const commissionLink = await stage.row<LinkRow>(rowKey('link', parameters?.commissionLink ?? ''));
  if (parameters === null || offer === null || sellerLink === null || commissionLink === null) {
    throw new Error(`offer ${plan.id} cannot be listed: its rows are not all on the ledger`);
  }
  const terms = offerTermsOf({ offer, sellerLink, commissionLink, parameters });
  return { offer: plan.id, termsHash: termsHash(terms), net: terms.net, link: plan.payTo.link };
}

function signedListing(
  stage: Stage,
  plan: OfferPlan,
  params: Awaited<ReturnType<typeof listing>> | undefined,
) {
  if (params === undefined) throw new Error(`offer ${plan.id} has no terms to sign`);
  return signed(stage, plan.seller, { id: newId('listing'), action: 'listOffer', params });
}
