// Parcels at the courier: announced by the ledger, accepted, delivered against the recipient's code.
import { z } from 'zod';
import { shownAddressSchema } from './addresses.js';
import { endpoint } from './endpoint.js';
import { commandBodySchema, idSchema, instantSchema, operationSchema, pageOf, pageQuery } from './forms.js';

const COURIER = ['courier'] as const;

export const parcelSchema = z
  .strictObject({
    deal: idSchema,
    status: z.enum(['announced', 'accepted', 'delivered']),
    /** When the goods must be handed over to the courier, and delivered by. */
    shipBy: instantSchema,
    deliverBy: instantSchema,
    updatedAt: instantSchema,
  })
  .meta({ id: 'Parcel' });
export type Parcel = z.infer<typeof parcelSchema>;

const parcelAddressSchema = z
  .strictObject({
    /** Null: the marketplace has not announced it yet, or it was deleted after the deal's end. */
    address: shownAddressSchema.nullable(),
    /** Name of who hands the parcel over; null without an address. */
    seller: z.string().nullable(),
  })
  .meta({ id: 'ParcelAddress' });
export type ParcelAddress = z.infer<typeof parcelAddressSchema>;

export const parcelEndpoints = {
  listParcels: endpoint({
    at: COURIER,
    method: 'GET',
    path: '/api/v1/parcels',
    access: ['agent'],
    summary: 'Parcels for this courier, those that wait first.',
    query: z.strictObject({
      ...pageQuery,
      status: z.enum(['announced', 'accepted', 'delivered']).optional(),
      deal: z.string().max(128).optional(),
    }),
    answer: pageOf(parcelSchema),
  }),
  getParcelAddress: endpoint({
    at: COURIER,
    method: 'GET',
    path: '/api/v1/parcels/{deal}/address',
    access: ['agent'],
    summary: "Where a parcel of this courier goes, as the deal's marketplace has announced it.",
    answer: parcelAddressSchema,
    codes: ['NOT_FOUND'],
  }),
  acceptParcel: endpoint({
    at: COURIER,
    method: 'POST',
    path: '/api/v1/parcels/{deal}/acceptance',
    access: ['agent'],
    summary: 'The agent takes the parcel from the seller: signed `acceptParcel`.',
    body: commandBodySchema,
    answer: operationSchema,
    idempotent: 'command',
    codes: ['NOT_FOUND'],
  }),
  deliverParcel: endpoint({
    at: COURIER,
    method: 'POST',
    path: '/api/v1/parcels/{deal}/delivery',
    access: ['agent'],
    summary: "The agent hands the parcel over: signed `deliver` with the proof of the recipient's code.",
    body: commandBodySchema,
    answer: operationSchema,
    idempotent: 'command',
    codes: ['NOT_FOUND'],
  }),
} as const;
