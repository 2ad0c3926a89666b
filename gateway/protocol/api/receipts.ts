// The receipt of a deal for one of its parties, and what a member says of a receipt that somebody shows it.
import { z } from 'zod';
import { canonicalJson, type Json } from '../../../chaincode/protocol/canonical-json.js';
import { endpoint } from './endpoint.js';
import { base64urlSchema, hashSchema, idSchema, instantSchema, intentSchema } from './forms.js';
import { jsonSchema } from './ledger.js';

const EVERYWHERE = ['marketplace', 'bank', 'courier'] as const;

/** Of one receipt. */
export const MOST_ROWS = 1_000;
export const MOST_INTENTS = 200;
const LONGEST_CERTIFICATE = 8_192;

/** Each stands in the signed text, so that a signature stands for nothing else. */
export const RECEIPT_DOMAIN = 'forescrow receipt v1';
export const CHECK_DOMAIN = 'forescrow receipt check v1';

const mspSchema = z.string().min(1).max(64);
const txIdSchema = z.string().regex(/^[0-9a-f]{64}$/);

/** ES256 over the canonical JSON of what stands beside it, by the key of the member's gateway on the ledger. */
const memberSignatureSchema = z
  .strictObject({
    member: mspSchema,
    /** PEM. */
    certificate: z.string().max(LONGEST_CERTIFICATE),
    /** r‖s, base64url. */
    value: base64urlSchema.length(86),
  })
  .meta({ id: 'MemberSignature' });
export type MemberSignature = z.infer<typeof memberSignatureSchema>;

const receiptIntentSchema = z
  .strictObject({ intent: intentSchema, block: z.int().min(0), txId: txIdSchema })
  .meta({ id: 'ReceiptIntent' });

const receiptRowSchema = z
  .strictObject({
    /** As on the ledger: kind and ids. */
    key: z
      .string()
      .max(512)
      .regex(/^[a-zA-Z]+(\/[0-9a-z_]+)+$/),
    /** As far as the holder may see it. */
    row: z.record(z.string().max(64), jsonSchema),
    /** What its owner's own collection shows of it in a block; null: nobody owns it, or not all of it stands here. */
    attestation: hashSchema.nullable(),
    block: z.int().min(0),
    txId: txIdSchema,
  })
  .meta({ id: 'ReceiptRow' });
export type ReceiptRow = z.infer<typeof receiptRowSchema>;

const receiptSchema = z
  .strictObject({
    v: z.literal(1),
    domain: z.literal(RECEIPT_DOMAIN),
    channel: z.string().max(250),
    deal: idSchema,
    /** Whose receipt it is. */
    holder: idSchema,
    role: z.enum(['buyer', 'seller', 'payer']),
    issuedAt: instantSchema,
    /** Newest block that the issuer had. */
    block: z.int().min(0),
    /** What the holder signed for this deal. */
    intents: z.array(receiptIntentSchema).max(MOST_INTENTS),
    /** What the ledger says of the deal. */
    rows: z.array(receiptRowSchema).max(MOST_ROWS),
  })
  .meta({ id: 'Receipt' });
export type Receipt = z.infer<typeof receiptSchema>;

export const signedReceiptSchema = z
  .strictObject({ receipt: receiptSchema, signature: memberSignatureSchema })
  .refine(isCanonical, { message: 'whole numbers and well-formed text' })
  .meta({ id: 'SignedReceipt' });
export type SignedReceipt = z.infer<typeof signedReceiptSchema>;

/** Whether its canonical text can be printed, so that it can be compared and hashed. */
function isCanonical(value: Json): boolean {
  try {
    return canonicalJson(value) !== '';
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

/** `unknown`: this member has nothing by which it could say. */
const verdictSchema = z.enum(['fits', 'differs', 'unknown']);
export type Verdict = z.infer<typeof verdictSchema>;

const checkSchema = z
  .strictObject({
    v: z.literal(1),
    domain: z.literal(CHECK_DOMAIN),
    /** Who says so. */
    member: mspSchema,
    at: instantSchema,
    /** Newest block that this member has. */
    block: z.int(),
    /** SHA-256 over the canonical JSON of the receipt with its signature. */
    receipt: hashSchema,
    /** Of the issuer's signature over the receipt. */
    signature: verdictSchema,
    intents: z.array(z.strictObject({ id: idSchema, verdict: verdictSchema })),
    rows: z.array(
      z.strictObject({
        key: z.string(),
        verdict: verdictSchema,
        /** Whether the row has not changed since. */
        isNewest: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'ReceiptCheck' });
export type ReceiptCheck = z.infer<typeof checkSchema>;

export const signedCheckSchema = z
  .strictObject({ check: checkSchema, signature: memberSignatureSchema })
  .meta({ id: 'SignedReceiptCheck' });
export type SignedReceiptCheck = z.infer<typeof signedCheckSchema>;

export const receiptEndpoints = {
  getReceipt: endpoint({
    at: ['marketplace'],
    method: 'GET',
    path: '/api/v1/deals/{deal}/receipt',
    access: ['client'],
    summary: "The caller's own receipt of a deal, signed by this member.",
    answer: signedReceiptSchema,
    codes: ['NOT_FOUND'],
  }),
  verifyReceipt: endpoint({
    at: EVERYWHERE,
    method: 'POST',
    path: '/ledger/v1/receipts/verify',
    access: 'anybody',
    anyOrigin: true,
    summary: 'What this member says of a receipt, part by part. Nothing is stored.',
    body: signedReceiptSchema,
    answer: signedCheckSchema,
  }),
} as const;
