// Delivery addresses: those that a client keeps, and the one of a deal. They stand in the marketplace's database alone;
// of a deal the buyer sees his own, the seller once the deal is paid, and nobody else does.
import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { idSchema, instantSchema } from './forms.js';

const MARKETPLACE = ['marketplace'] as const;
const CLIENT = ['client'] as const;
const LONGEST_RECIPIENT = 100;
const LONGEST_TEXT = 500;
const LONGEST_PHONE = 25;
const MOST_BYTES = 8_192;

/** One line of readable signs, no space at its ends. */
const recipientSchema = z
  .string()
  .min(1)
  .max(LONGEST_RECIPIENT)
  .regex(/^[^ \p{C}\p{Zl}\p{Zp}](?:[^\p{C}\p{Zl}\p{Zp}]*[^ \p{C}\p{Zl}\p{Zp}])?$/u);
/** Several lines; begins and ends with a sign. */
const textSchema = z
  .string()
  .min(1)
  .max(LONGEST_TEXT)
  .regex(/^[^ \p{C}\p{Zl}\p{Zp}](?:(?:[^\p{C}\p{Zl}\p{Zp}]|\n)*[^ \p{C}\p{Zl}\p{Zp}])?$/u);
const phoneSchema = z
  .string()
  .max(LONGEST_PHONE)
  .regex(/^\+?[0-9][0-9 ()-]{3,23}$/);

export const deliveryAddressSchema = z
  .strictObject({
    /** Name of who takes the parcel. */
    recipient: recipientSchema,
    text: textSchema,
    phone: phoneSchema.nullable(),
  })
  .meta({ id: 'DeliveryAddress' });
export type DeliveryAddress = z.infer<typeof deliveryAddressSchema>;

/** As it is shown: what was taken has its form already. */
export const shownAddressSchema = z
  .strictObject({ recipient: z.string(), text: z.string(), phone: z.string().nullable() })
  .meta({ id: 'ShownAddress' });

const keptAddressSchema = shownAddressSchema.extend({ id: idSchema }).meta({ id: 'KeptAddress' });
export type KeptAddress = z.infer<typeof keptAddressSchema>;

const dealAddressSchema = z
  .strictObject({
    /** Null: none was given, or the deal is not paid and the viewer sells. */
    address: shownAddressSchema.nullable(),
    changedAt: instantSchema.nullable(),
    mayChange: z.boolean(),
    /**
     * Whether the courier has it; `late`: he had accepted the parcel before this change. Null: there is no address to
     * see.
     */
    courier: z.enum(['waiting', 'announced', 'late']).nullable(),
  })
  .meta({ id: 'DealAddress' });
export type DealAddress = z.infer<typeof dealAddressSchema>;

export const addressEndpoints = {
  listMyAddresses: endpoint({
    at: MARKETPLACE,
    method: 'GET',
    path: '/api/v1/me/addresses',
    access: CLIENT,
    summary: 'Delivery addresses that the person keeps, oldest first.',
    answer: z.strictObject({ items: z.array(keptAddressSchema) }),
  }),
  addAddress: endpoint({
    at: MARKETPLACE,
    method: 'POST',
    path: '/api/v1/me/addresses',
    access: CLIENT,
    summary: 'Keeps one more delivery address.',
    body: deliveryAddressSchema,
    answer: keptAddressSchema,
    status: 201,
    idempotent: 'key',
    codes: ['TOO_MANY_ADDRESSES'],
    mostBytes: MOST_BYTES,
  }),
  changeAddress: endpoint({
    at: MARKETPLACE,
    method: 'PUT',
    path: '/api/v1/me/addresses/{address}',
    access: CLIENT,
    summary: 'Changes a kept address; deals that were given it keep what they have.',
    body: deliveryAddressSchema,
    answer: keptAddressSchema,
    codes: ['NOT_FOUND'],
    mostBytes: MOST_BYTES,
  }),
  removeAddress: endpoint({
    at: MARKETPLACE,
    method: 'DELETE',
    path: '/api/v1/me/addresses/{address}',
    access: CLIENT,
    summary: 'Forgets a kept address.',
    codes: ['NOT_FOUND'],
  }),
  getDealAddress: endpoint({
    at: MARKETPLACE,
    method: 'GET',
    path: '/api/v1/deals/{deal}/address',
    access: CLIENT,
    summary: 'Where the parcel of a deal goes: for its buyer, and for its seller once the deal is paid.',
    answer: dealAddressSchema,
    codes: ['NOT_FOUND'],
  }),
  putDealAddress: endpoint({
    at: MARKETPLACE,
    method: 'PUT',
    path: '/api/v1/deals/{deal}/address',
    access: CLIENT,
    summary: 'The buyer says where the parcel goes, until the courier has accepted it.',
    body: deliveryAddressSchema,
    answer: dealAddressSchema,
    codes: ['NOT_FOUND', 'ADDRESS_FIXED'],
    mostBytes: MOST_BYTES,
  }),
} as const;
