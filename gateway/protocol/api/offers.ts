// Offers: the catalogue, what sellers put up, moderation.
import { z } from 'zod';
import { endpoint } from './endpoint.js';
import {
  amountSchema,
  commandBodySchema,
  currencySchema,
  flagSchema,
  hashSchema,
  idSchema,
  instantSchema,
  intentSchema,
  offerTermsSchema,
  operationSchema,
  pageOf,
  pageQuery,
  personRefSchema,
} from './forms.js';

const MARKETPLACE = ['marketplace'] as const;
const MOST_PICTURES = 8;

/** What people read; the ledger has its hash (`contentHash`, `offer-content.ts`). */
export const offerContentSchema = z
  .strictObject({
    title: z.string().min(3).max(120),
    description: z.string().max(8_000),
    /** SHA-256 of pictures as the gateway stores them. */
    pictures: z.array(hashSchema).max(MOST_PICTURES),
  })
  .meta({ id: 'OfferContent' });
export type OfferContentText = z.infer<typeof offerContentSchema>;

const times = {
  payTimeMs: z.int(),
  answerTimeMs: z.int(),
  inspectionTimeMs: z.int(),
  shipTimeMs: z.int(),
  deliverTimeMs: z.int(),
};

/** An offer in the catalogue. */
export const offerCardSchema = z
  .strictObject({
    id: idSchema,
    title: z.string(),
    picture: hashSchema.nullable(),
    price: amountSchema,
    currency: currencySchema,
    available: z.int(),
    seller: personRefSchema,
  })
  .meta({ id: 'OfferCard' });
export type OfferCard = z.infer<typeof offerCardSchema>;

export const offerPageSchema = z
  .strictObject({
    id: idSchema,
    status: z.enum(['draft', 'approved', 'rejected', 'listed']),
    version: z.int(),
    content: offerContentSchema,
    price: amountSchema,
    currency: currencySchema,
    total: z.int(),
    available: z.int(),
    courier: z.string(),
    ...times,
    seller: personRefSchema,
    /** What a buyer signs; null unless listed. */
    terms: offerTermsSchema.nullable(),
    isMine: z.boolean(),
    /** The moderator's reason; to seller and moderators only. */
    reason: z.string().nullable(),
    updatedAt: instantSchema,
  })
  .meta({ id: 'OfferPage' });
export type OfferPage = z.infer<typeof offerPageSchema>;

/** What an offer's list and queue show. */
const offerRowSchema = offerPageSchema
  .pick({
    id: true,
    status: true,
    version: true,
    price: true,
    currency: true,
    total: true,
    available: true,
    seller: true,
    updatedAt: true,
    reason: true,
  })
  .extend({ title: z.string() })
  .meta({ id: 'OfferRow' });
export type OfferListItem = z.infer<typeof offerRowSchema>;

/** All that a seller needs to sign the listing; for him alone, since it opens the shares. */
const listingSchema = z
  .strictObject({
    terms: offerTermsSchema,
    /** What he will receive of the price. */
    net: amountSchema,
    sharesNonce: z.string(),
  })
  .meta({ id: 'Listing' });
export type Listing = z.infer<typeof listingSchema>;

const contentBody = z.strictObject({ intent: intentSchema, content: offerContentSchema });

export const offerEndpoints = {
  searchOffers: endpoint({
    at: MARKETPLACE,
    method: 'GET',
    path: '/api/v1/offers',
    access: 'signedIn',
    summary:
      'Listed offers, found by words in Russian and English; without an order the best fit or the newest first.',
    query: z.strictObject({
      ...pageQuery,
      words: z.string().max(200).optional(),
      leastPrice: amountSchema.optional(),
      mostPrice: amountSchema.optional(),
      inStock: flagSchema.optional(),
      order: z.enum(['newest', 'cheapest', 'dearest', 'best']).optional(),
    }),
    answer: pageOf(offerCardSchema),
  }),
  getOffer: endpoint({
    at: MARKETPLACE,
    method: 'GET',
    path: '/api/v1/offers/{offer}',
    access: 'signedIn',
    summary: 'One offer; those not listed to their seller and moderators only.',
    answer: offerPageSchema,
    codes: ['NOT_FOUND'],
  }),
  listMyOffers: endpoint({
    at: MARKETPLACE,
    method: 'GET',
    path: '/api/v1/me/offers',
    access: ['client'],
    summary: 'The offers of the person who is signed in.',
    query: z.strictObject(pageQuery),
    answer: pageOf(offerRowSchema),
  }),
  draftOffer: endpoint({
    at: MARKETPLACE,
    method: 'POST',
    path: '/api/v1/offers',
    access: ['client'],
    summary: 'Puts an offer up for moderation: signed `draftOffer` with the content that its hash covers.',
    body: contentBody,
    answer: operationSchema,
    idempotent: 'command',
    codes: ['CONTENT_DIFFERS'],
  }),
  editOffer: endpoint({
    at: MARKETPLACE,
    method: 'PUT',
    path: '/api/v1/offers/{offer}',
    access: ['client'],
    summary: 'A new version, to be moderated again: signed `editOffer` with its content.',
    body: contentBody,
    answer: operationSchema,
    idempotent: 'command',
    codes: ['CONTENT_DIFFERS', 'NOT_FOUND'],
  }),
  listModeration: endpoint({
    at: MARKETPLACE,
    method: 'GET',
    path: '/api/v1/moderation',
    access: ['moderator'],
    summary: 'Offers that wait for a moderator, oldest first.',
    query: z.strictObject(pageQuery),
    answer: pageOf(offerRowSchema),
  }),
  moderateOffer: endpoint({
    at: MARKETPLACE,
    method: 'POST',
    path: '/api/v1/offers/{offer}/moderation',
    access: ['moderator'],
    summary:
      "The moderator's signed verdict, with the reason whose hash it covers; a rejection ends a listing, too.",
    body: z.strictObject({ intent: intentSchema, reason: z.string().max(2_000).nullable() }),
    answer: operationSchema,
    idempotent: 'command',
    codes: ['CONTENT_DIFFERS', 'NOT_FOUND'],
  }),
  getListing: endpoint({
    at: MARKETPLACE,
    method: 'GET',
    path: '/api/v1/offers/{offer}/listing',
    access: ['client'],
    summary: 'Terms and net sum that the seller signs to list an approved offer, paid to one of his links.',
    query: z.strictObject({ link: idSchema }),
    answer: listingSchema,
    codes: ['NOT_FOUND', 'WRONG_STATE'],
  }),
  listOffer: endpoint({
    at: MARKETPLACE,
    method: 'POST',
    path: '/api/v1/offers/{offer}/listing',
    access: ['client'],
    summary: 'Lists the offer: signed `listOffer`.',
    body: commandBodySchema,
    answer: operationSchema,
    idempotent: 'command',
    codes: ['NOT_FOUND'],
  }),
} as const;
