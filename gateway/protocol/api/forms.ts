// Shapes that several nouns of the API share.
import { z } from 'zod';
import type { Json } from '../../../chaincode/protocol/canonical-json.js';
import type { DealTerms } from '../../../chaincode/protocol/deal.js';
import type { OfferTerms } from '../../../chaincode/protocol/offer.js';
import { SUBMISSION_DOMAIN } from '../submission-receipt.js';

const LONGEST_ID = 128;
export const LONGEST_PAGE = 100;
const USUAL_PAGE = 25;
const LONGEST_SEALED = 16_384;

export const idSchema = z
  .string()
  .regex(/^[0-9a-z_]{1,128}$/)
  .max(LONGEST_ID);
/** A choice in a query. */
export const flagSchema = z.enum(['true', 'false']).transform((text) => text === 'true');
/** Minor units in decimal digits. */
export const amountSchema = z.string().regex(/^(0|[1-9][0-9]{0,17})$/);
export const currencySchema = z.string().regex(/^[A-Z]{3}$/);
/** Milliseconds since 1970-01-01 UTC. */
export const instantSchema = z.int().min(0);
export const hashSchema = z.string().regex(/^[0-9a-f]{64}$/);
export const bankIdSchema = z.string().regex(/^[0-9]{2}$/);
/** Sealed to a bank's key (HPKE, RFC 9180), base64url; nobody between reads it. */
export const sealedSchema = z
  .string()
  .max(LONGEST_SEALED)
  .regex(/^[A-Za-z0-9_-]+$/);
export const base64urlSchema = z.string().regex(/^[A-Za-z0-9_-]+$/);

/** A signed command. The ledger alone judges what is in it. */
export const intentSchema = z
  .strictObject({
    body: z.strictObject({
      version: z.literal(1),
      channel: z.string().max(250),
      id: idSchema,
      person: idSchema,
      action: z.string().max(64),
      params: z.record(
        z.string().max(64),
        z.custom<Json>((value) => value !== undefined).meta({ override: { description: 'Any JSON value.' } }),
      ),
      expiresAt: instantSchema,
    }),
    /** SubjectPublicKeyInfo DER of a P-256 key, base64url. */
    key: base64urlSchema.max(256),
    /** ES256, r‖s with low s, base64url. */
    signature: base64urlSchema.length(86),
  })
  .meta({ id: 'Intent' });

/** Body of every signed command that needs nothing beside the intent. */
export const commandBodySchema = z.strictObject({ intent: intentSchema });

/** A member's signed word that it has received a command, given before anything is sent to the ledger. */
const submissionReceiptSchema = z
  .strictObject({
    body: z.strictObject({
      domain: z.literal(SUBMISSION_DOMAIN),
      channel: z.string(),
      mspId: z.string(),
      intent: hashSchema,
      person: idSchema,
      receivedAt: instantSchema,
      certificate: base64urlSchema,
    }),
    signature: base64urlSchema.length(86),
  })
  .meta({ id: 'SubmissionReceipt' });

/** What became of a signed command. `unknown` is no failure: the ledger is being asked. */
export const operationSchema = z
  .strictObject({
    /** The intent's id. */
    id: idSchema,
    action: z.string(),
    status: z.enum(['pending', 'done', 'refused', 'unknown']),
    /** Of the ledger, when refused. */
    code: z.string().nullable(),
    txId: z.string().nullable(),
    block: z.int().nullable(),
    /** Waits for a person of the organisation, not for the ledger. */
    isWaiting: z.boolean().exactOptional(),
    /** Of a command that has a deadline, through the gateway that answers. */
    receipt: submissionReceiptSchema.exactOptional(),
  })
  .meta({ id: 'Operation' });
export type Operation = z.infer<typeof operationSchema>;

/** Refusals of a signed question to a bank: by the marketplace that carries it, or by the bank itself. */
export const QUESTION_CODES = [
  'CONTENT_DIFFERS',
  'WRONG_ORGANISATION',
  'KEY_DIFFERS',
  'BAD_SIGNATURE',
  'INTENT_EXPIRED',
] as const;

/** A page of a list; `next` goes on behind it, null: that was the end. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ items: z.array(item), next: z.string().nullable() });
}
export const pageQuery = {
  cursor: z.string().max(512).optional(),
  limit: z.coerce.number().int().min(1).max(LONGEST_PAGE).default(USUAL_PAGE),
};

/** Somebody as the viewer may see him: before the deal is paid a stable masked name. */
export const personRefSchema = z
  .strictObject({
    id: idSchema,
    name: z.string(),
    isMasked: z.boolean(),
    /** Hash of the person's picture, where the viewer may see it. */
    picture: hashSchema.exactOptional(),
  })
  .meta({ id: 'PersonRef' });
export type PersonRef = z.infer<typeof personRefSchema>;

/** Terms as they are signed; the signer recomputes the hash from exactly this object. */
export const offerTermsSchema = z
  .custom<OfferTerms>((value) => typeof value === 'object' && value !== null)
  .meta({
    id: 'OfferTerms',
    override: { type: 'object', description: 'Terms of an offer as the seller signs them.' },
  });
export const dealTermsSchema = z
  .custom<DealTerms>((value) => typeof value === 'object' && value !== null)
  .meta({
    id: 'DealTerms',
    override: { type: 'object', description: 'Terms of a deal as buyer and payers sign them.' },
  });
