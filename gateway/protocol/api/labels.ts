// Labels that the marketplace's administrators define and its staff attach to deals, beside the deal's own status. They
// stand in the marketplace's database alone; no party of a deal sees them.
import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { dealStatusSchema, dealMoneySchema } from './deals.js';
import { hashSchema, idSchema, instantSchema, pageOf, pageQuery, personRefSchema } from './forms.js';

const MARKETPLACE = ['marketplace'] as const;
const STAFF = ['moderator', 'administrator'] as const;
const LONGEST_NAME = 40;

const nameSchema = z
  .string()
  .min(1)
  .max(LONGEST_NAME)
  .regex(/^[^ \p{C}\p{Zl}\p{Zp}](?:[^\p{C}\p{Zl}\p{Zp}]*[^ \p{C}\p{Zl}\p{Zp}])?$/u);

/** A label as it is attached. */
const labelRefSchema = z.strictObject({ id: idSchema, name: z.string() }).meta({ id: 'LabelRef' });
export type LabelRef = z.infer<typeof labelRefSchema>;

const labelSchema = labelRefSchema
  .extend({
    isArchived: z.boolean(),
    /** How many deals have it. */
    deals: z.int().min(0),
    createdAt: instantSchema,
  })
  .meta({ id: 'Label' });
export type LabelInfo = z.infer<typeof labelSchema>;

const labelChangeSchema = z
  .strictObject({
    at: instantSchema,
    by: z.string(),
    what: z.enum(['created', 'renamed', 'archived', 'restored', 'attached', 'detached']),
    label: labelRefSchema,
    /** Null: about the label itself. */
    deal: idSchema.nullable(),
  })
  .meta({ id: 'LabelChange' });
export type LabelChangeInfo = z.infer<typeof labelChangeSchema>;

const staffDealSchema = z
  .strictObject({
    id: idSchema,
    title: z.string(),
    picture: hashSchema.nullable(),
    status: dealStatusSchema,
    money: dealMoneySchema,
    boughtAt: instantSchema,
    buyer: personRefSchema,
    seller: personRefSchema,
    labels: z.array(labelRefSchema),
  })
  .meta({ id: 'StaffDeal' });
export type StaffDeal = z.infer<typeof staffDealSchema>;

export const labelEndpoints = {
  listDeals: endpoint({
    at: MARKETPLACE,
    method: 'GET',
    path: '/api/v1/deals',
    access: STAFF,
    summary: 'All deals with their labels, newest first; by label, phase, person, or words of the offer.',
    query: z.strictObject({
      ...pageQuery,
      label: idSchema.optional(),
      /** `cancelled`: all that were, also those that are over. */
      phase: z.enum(['open', 'paymentsClosed', 'cancelled', 'paid', 'completed', 'expired']).optional(),
      /** Buyer, seller or payer. */
      person: idSchema.optional(),
      /** Of the offer's title, or the number of a deal. */
      words: z.string().max(200).optional(),
    }),
    answer: pageOf(staffDealSchema),
  }),
  listLabels: endpoint({
    at: MARKETPLACE,
    method: 'GET',
    path: '/api/v1/labels',
    access: STAFF,
    summary: 'Labels of deals, archived ones last.',
    answer: z.strictObject({ items: z.array(labelSchema) }),
  }),
  createLabel: endpoint({
    at: MARKETPLACE,
    method: 'POST',
    path: '/api/v1/labels',
    access: ['administrator'],
    summary: 'Defines a label.',
    body: z.strictObject({ name: nameSchema }),
    answer: labelSchema,
    status: 201,
    idempotent: 'key',
    codes: ['LABEL_TAKEN', 'TOO_MANY_LABELS'],
  }),
  changeLabel: endpoint({
    at: MARKETPLACE,
    method: 'PATCH',
    path: '/api/v1/labels/{label}',
    access: ['administrator'],
    summary: 'Renames a label, archives it (it stays where it is attached), or brings it back.',
    body: z.strictObject({ name: nameSchema.exactOptional(), isArchived: z.boolean().exactOptional() }),
    answer: labelSchema,
    codes: ['NOT_FOUND', 'LABEL_TAKEN', 'TOO_MANY_LABELS'],
  }),
  getDealLabels: endpoint({
    at: MARKETPLACE,
    method: 'GET',
    path: '/api/v1/deals/{deal}/labels',
    access: STAFF,
    summary: 'The labels of a deal.',
    answer: z.strictObject({ items: z.array(labelRefSchema) }),
    codes: ['NOT_FOUND'],
  }),
  attachLabel: endpoint({
    at: MARKETPLACE,
    method: 'PUT',
    path: '/api/v1/deals/{deal}/labels/{label}',
    access: STAFF,
    summary: 'Attaches a label to a deal; once, however often it is asked for.',
    codes: ['NOT_FOUND', 'LABEL_ARCHIVED', 'TOO_MANY_LABELS'],
  }),
  detachLabel: endpoint({
    at: MARKETPLACE,
    method: 'DELETE',
    path: '/api/v1/deals/{deal}/labels/{label}',
    access: STAFF,
    summary: 'Takes a label off a deal.',
    codes: ['NOT_FOUND'],
  }),
  listLabelChanges: endpoint({
    at: MARKETPLACE,
    method: 'GET',
    path: '/api/v1/label-changes',
    access: STAFF,
    summary: 'Who has done what to labels and with them, newest first.',
    query: z.strictObject({ ...pageQuery, deal: idSchema.optional(), label: idSchema.optional() }),
    answer: pageOf(labelChangeSchema),
  }),
} as const;
