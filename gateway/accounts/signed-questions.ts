// Proves what a person has signed for this bank beside the ledger, before anything sealed is opened or counted: form,
// bank, channel, life, the key that the bank itself has pinned, and that it was sealed to this bank's own key.
import { type Intent, INTENT_LIFE_LIMIT_MS, keyThumbprint } from '../../chaincode/protocol/intent.js';
import type { Hash } from '../../chaincode/protocol/forms.js';
import { isSigned } from '../../chaincode/signatures/intent-signatures.js';
import type { Alarms } from '../alarms.js';
import type { Clock } from '../clock.js';
import { type AuthorisePurpose, authoriseParamsSchema, type ParamsOf } from '../protocol/authorise.js';
import { sealedHash } from '../protocol/sealed-code.js';
import { Refused } from '../refused.js';
import type { SealedMail } from './sealed-mail.js';

/** Who alone may ask: the person and key of a link. */
export interface Asker {
  readonly person: string;
  readonly keyThumbprint: Hash;
}

export interface SignedQuestionsOptions {
  readonly bank: string;
  readonly channel: string;
  readonly mail: SealedMail;
  readonly clock: Clock;
  readonly alarms: Alarms;
}

export class SignedQuestions {
  constructor(private readonly options: SignedQuestionsOptions) {}

  /** What is asked, not proved yet. Throws Refused: WRONG_ACTION, BAD_INPUT. */
  paramsOf<P extends AuthorisePurpose>(intent: Intent, purpose: P): ParamsOf<P> {
    if (intent.body.action !== 'authorise') throw new Refused('WRONG_ACTION', { needed: 'authorise' });
    const parsed = authoriseParamsSchema.safeParse(intent.body.params);
    if (!parsed.success) throw new Refused('BAD_INPUT', { where: 'intent.body.params' });
    if (parsed.data.purpose !== purpose) throw new Refused('WRONG_ACTION', { needed: purpose });
    return parsed.data as ParamsOf<P>; // just compared
  }

  /** Throws Refused: WRONG_ORGANISATION, INTENT_EXPIRED, KEY_DIFFERS, BAD_SIGNATURE. */
  requireAsker(intent: Intent, asker: Asker): void {
    const { channel, clock } = this.options;
    const { body } = intent;
    if (body.channel !== channel) throw new Refused('WRONG_ORGANISATION', { needed: channel });
    const now = clock.now();
    if (now > body.expiresAt || body.expiresAt > now + INTENT_LIFE_LIMIT_MS)
      throw new Refused('INTENT_EXPIRED');
    const isAsker = body.person === asker.person && keyThumbprint(intent.key) === asker.keyThumbprint;
    if (!isAsker) throw new Refused('KEY_DIFFERS');
    if (!isSigned(intent)) throw new Refused('BAD_SIGNATURE', { what: body.action });
  }

  /** Throws Refused: WRONG_ORGANISATION. */
  requireOwnBank({ bank }: { readonly bank: string }): void {
    if (bank !== this.options.bank) throw new Refused('WRONG_ORGANISATION', { needed: this.options.bank });
  }

  /** To be asked after the asker is known. Throws Refused: SEALING_KEY_DIFFERS, CONTENT_DIFFERS. */
  requireSealedHere(
    params: { readonly subject: string; readonly sealingKey: Hash; readonly sealed: Hash },
    sealed: string,
  ): void {
    const { mail, alarms } = this.options;
    if (params.sealingKey !== mail.keyThumbprint()) {
      alarms.raise('SEALING_KEY_DIFFERS', { subject: params.subject, found: params.sealingKey });
      throw new Refused('SEALING_KEY_DIFFERS');
    }
    if (params.sealed !== sealedHash(sealed)) throw new Refused('CONTENT_DIFFERS');
  }
}
