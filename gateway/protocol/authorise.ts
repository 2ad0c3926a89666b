// The person's signed word that goes with what is sealed to a bank: `authorise`, an action that no rule of the ledger
// accepts, so that it can stand for nothing else.
import { z } from 'zod';
import { bankIdSchema, base64urlSchema, hashSchema, idSchema } from './api/forms.js';

/** 32 bytes, base64url. */
const KEY_LETTERS = 43;

const common = {
  bank: bankIdSchema,
  /** Payment or link that this is about. */
  subject: idSchema,
  /** Made by the signer; the same attempt is counted once and answered the same. */
  attempt: idSchema,
};
const sealing = {
  /** SHA-256 of the bank's public key that was used, so that a swapped key shows. */
  sealingKey: hashSchema,
  /** SHA-256 of the sealed text. */
  sealed: hashSchema,
};

/** `challenge` names the code that is answered; null: none was sent yet. */
export const authoriseParamsSchema = z.discriminatedUnion('purpose', [
  z.strictObject({ purpose: z.literal('payment'), ...common, challenge: idSchema, ...sealing }),
  z.strictObject({ purpose: z.literal('link'), ...common, challenge: z.null(), ...sealing }),
  z.strictObject({
    ...{ purpose: z.literal('balance'), ...common, challenge: idSchema, ...sealing },
    /** X25519 public key to which the bank seals its answer, base64url. */
    answerKey: base64urlSchema.length(KEY_LETTERS),
  }),
  /** Asks for a code: once more for a payment, or for a balance. Nothing is sealed. */
  z.strictObject({ purpose: z.literal('resend'), ...common, challenge: idSchema.nullable() }),
]);
export type AuthoriseParams = z.infer<typeof authoriseParamsSchema>;
export type AuthorisePurpose = AuthoriseParams['purpose'];
/** An intent of a person, signed with the key of the link that it is about, or of the payment's link. */
export interface AuthoriseRequest<P extends AuthorisePurpose = AuthorisePurpose> {
  readonly action: 'authorise';
  readonly id: string;
  readonly params: ParamsOf<P>;
}

/** One of them. */
export type AnyAuthoriseRequest = { readonly [P in AuthorisePurpose]: AuthoriseRequest<P> }[AuthorisePurpose];

export type ParamsOf<P extends AuthorisePurpose> = Extract<AuthoriseParams, { readonly purpose: P }>;

/** What a bank answers to a right balance question, sealed to its `answerKey` by the bank's published key. */
export const balanceAnswerSchema = z.strictObject({
  amount: z.string().regex(/^(0|[1-9][0-9]{0,17})$/),
  currency: z.string().regex(/^[A-Z]{3}$/),
  /** Milliseconds since 1970-01-01 UTC. */
  at: z.int().min(0),
});
export type BalanceAnswer = z.infer<typeof balanceAnswerSchema>;
