// What a bank's gateway asks of the bank's own core banking system over HTTP, and what that answers. The core sees
// account numbers and codes; nothing of this leaves the bank.
import { z } from 'zod';
import { amountSchema, currencySchema, idSchema, instantSchema } from './api/forms.js';

const account = z.string().min(1).max(128);
/** The core's own reference of its customer. */
export const holderSchema = z.string().min(1).max(128);

/** One payment that the bank is asked to hold. `payment` names the request: asked twice, it is decided once. */
export const paymentRequestSchema = z.strictObject({
  deal: idSchema,
  payment: idSchema,
  account,
  holder: holderSchema,
  /** What the payer gives in all, interbank fee included; minor units. */
  total: amountSchema,
  currency: currencySchema,
  /** When the payment was admitted; the answer time runs from here. */
  admittedAt: instantSchema,
  answerBy: instantSchema,
});
export type PaymentRequest = z.infer<typeof paymentRequestSchema>;

/** `reason` stays within the bank. */
export const coreAnswerSchema = z.discriminatedUnion('verdict', [
  z.strictObject({ verdict: z.literal('yes') }),
  z.strictObject({ verdict: z.literal('no'), reason: z.string().regex(/^[A-Z0-9_]{1,35}$/) }),
]);
export type CoreAnswer = z.infer<typeof coreAnswerSchema>;

/** `unknown`: it is being decided, or was never asked. Silence is no failure. */
export const enquiryAnswerSchema = z.union([
  z.strictObject({ verdict: z.literal('unknown') }),
  coreAnswerSchema,
]);

/** What a one-time code is for. */
export const codeSubjectSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('payment'), deal: idSchema, payment: idSchema }),
  z.strictObject({ kind: z.literal('link'), link: idSchema }),
  z.strictObject({ kind: z.literal('balance'), link: idSchema }),
  /** Nothing to type: a word to the holder. */
  z.strictObject({ kind: z.literal('notice') }),
]);
export type CodeSubject = z.infer<typeof codeSubjectSchema>;

/** A message for a holder's phone. `code` stands in the text as well; empty in a notice. */
export const codeMessageSchema = z.strictObject({
  about: codeSubjectSchema,
  text: z.string().min(1).max(1_000),
  code: z.string().regex(/^([0-9]{6})?$/),
  validUntil: instantSchema,
});
export type CodeMessage = z.infer<typeof codeMessageSchema>;

/** Routes of the core, relative to its address; each needs `Authorization: Bearer <key>`. */
export const CORE_PATHS = {
  /** POST PaymentRequest: 200 CoreAnswer, as soon as there is one. */
  decide: '/core/v1/decisions',
  /** POST PaymentRequest: 200 answer or `unknown`. */
  enquire: '/core/v1/enquiries',
  /** POST {holder, message}: 204 when the message is on its way to the holder's phone. */
  messages: '/core/v1/messages',
  /** GET ?words=&holder=&cursor=&limit=: customers, for the operator who opens accounts; `holder`: this one alone. */
  customers: '/core/v1/customers',
} as const;

export const messageRequestSchema = z.strictObject({ holder: holderSchema, message: codeMessageSchema });

export const coreCustomerSchema = z.strictObject({
  holder: holderSchema,
  name: z.string().min(1).max(200),
  phone: z.string().min(3).max(32),
});
/** `next` is the core's own cursor; a core without pages leaves it out. */
export const customersAnswerSchema = z.strictObject({
  items: z.array(coreCustomerSchema),
  next: z.string().min(1).max(300).nullable().default(null),
});
