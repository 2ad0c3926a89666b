// Inviting somebody to pay into a deal by a link: the buyer's commands, what the link's holder sees, taking it.
import { z } from 'zod';
import { endpoint } from './endpoint.js';
import {
  amountSchema,
  commandBodySchema,
  currencySchema,
  hashSchema,
  idSchema,
  instantSchema,
  operationSchema,
  personRefSchema,
} from './forms.js';

const MARKETPLACE = ['marketplace'] as const;

const statusSchema = z.enum(['open', 'taken', 'withdrawn', 'over']);

/** An invitation on the deal's page: each to the buyer, to a payer the one that he took. */
export const invitationSchema = z
  .strictObject({
    id: idSchema,
    status: statusSchema,
    /** Most that may be paid by it, and what of that is left; minor units. */
    most: amountSchema,
    left: amountSchema,
    until: instantSchema,
    /** Who took it, whom the buyer is shown; null: nobody yet. */
    takenBy: personRefSchema.nullable(),
    isMine: z.boolean(),
    /** Whether nothing was paid by it, so that the buyer may withdraw it. */
    isUnused: z.boolean(),
  })
  .meta({ id: 'Invitation' });
export type InvitationInfo = z.infer<typeof invitationSchema>;

/** What the holder of a link sees before he takes it: nobody's name. */
export const invitationPreviewSchema = z
  .strictObject({
    deal: idSchema,
    invitation: idSchema,
    title: z.string(),
    picture: hashSchema.nullable(),
    status: statusSchema,
    currency: currencySchema,
    price: amountSchema,
    missing: amountSchema,
    most: amountSchema,
    until: instantSchema,
    payDeadline: instantSchema,
    /** Public key of the invitation (SubjectPublicKeyInfo, base64url); its private key is in the link alone. */
    invitationKey: z.string(),
  })
  .meta({ id: 'InvitationPreview' });
export type InvitationPreview = z.infer<typeof invitationPreviewSchema>;

export const invitationEndpoints = {
  invitePayer: endpoint({
    at: MARKETPLACE,
    method: 'POST',
    path: '/api/v1/deals/{deal}/invitations',
    access: ['client'],
    summary: 'The buyer lets the holder of a link pay: signed `invitePayer`; the invitation has its id.',
    body: commandBodySchema,
    answer: operationSchema,
    idempotent: 'command',
    codes: ['NOT_FOUND'],
  }),
  previewInvitation: endpoint({
    at: MARKETPLACE,
    method: 'GET',
    path: '/api/v1/deals/{deal}/invitations/{invitation}',
    access: 'anybody',
    summary: 'What the holder of a link sees before he takes it: goods, what is missing, until when.',
    answer: invitationPreviewSchema,
    codes: ['NOT_FOUND'],
  }),
  acceptInvitation: endpoint({
    at: MARKETPLACE,
    method: 'POST',
    path: '/api/v1/deals/{deal}/invitations/{invitation}/acceptance',
    access: ['client'],
    summary: "Takes it: `acceptInvitation`, signed by the person and by the link's key; the first one wins.",
    body: commandBodySchema,
    answer: operationSchema,
    idempotent: 'command',
    codes: ['NOT_FOUND'],
  }),
  withdrawInvitation: endpoint({
    at: MARKETPLACE,
    method: 'POST',
    path: '/api/v1/deals/{deal}/invitations/{invitation}/withdrawal',
    access: ['client'],
    summary: 'The buyer takes it back as long as nothing was paid by it: signed `withdrawInvitation`.',
    body: commandBodySchema,
    answer: operationSchema,
    idempotent: 'command',
    codes: ['NOT_FOUND'],
  }),
} as const;
