// Opens what was sealed to this bank, and checks its shape. No plaintext goes into an error or a log.
import type { z } from 'zod';
import type { Hash } from '../../chaincode/protocol/forms.js';
import { keyThumbprint } from '../../chaincode/protocol/intent.js';
import { jsonFault } from '../json-faults.js';
import type { SealingKeyPair, SealingPurpose } from '../protocol/sealed-code.js';
import {
  answerContext,
  makeSealingKeyPair,
  open,
  seal,
  SealBroken,
  sealingContext,
} from '../protocol/sealed-code.js';
import type { GeneratedValues } from '../store/generated-values.js';

export interface Sealed {
  /** Payment or link id that the sealed text is bound to. */
  readonly subject: string;
  readonly sealed: string;
  /** Of the code that is answered. */
  readonly challenge?: string;
}

export class SealedMail {
  private constructor(
    private readonly bank: string,
    private readonly keys: SealingKeyPair,
  ) {}

  /** The bank's key pair is made once in its life. */
  static async withStoredKey(bank: string, values: GeneratedValues): Promise<SealedMail> {
    const made = JSON.stringify(await makeSealingKeyPair());
    const stored = await values.getOrCreate('sealing key', () => made);
    return new SealedMail(bank, JSON.parse(stored) as SealingKeyPair); // written by the line above
  }

  publicKey(): string {
    return this.keys.publicKey;
  }

  /** By which a person's signature names the key that was sealed to. */
  keyThumbprint(): Hash {
    return keyThumbprint(this.keys.publicKey);
  }

  /** Throws SealBroken, also when the text inside is not what it should be. */
  async text(purpose: SealingPurpose, mail: Sealed): Promise<string> {
    const context = sealingContext(purpose, this.bank, mail.subject, mail.challenge);
    return open(this.keys.privateKey, context, mail.sealed);
  }

  /** Seals an answer so that it opens with `answerKey` alone and is known to be this bank's. */
  answer(answerKey: string, question: Hash, content: object): Promise<string> {
    return seal(answerKey, answerContext(question), JSON.stringify(content), this.keys);
  }

  /** As `text`, for JSON of a given shape. */
  async json<Shape>(purpose: SealingPurpose, mail: Sealed, schema: z.ZodType<Shape>): Promise<Shape> {
    const text = await this.text(purpose, mail);
    const content = jsonOf(text);
    if (jsonFault(content) !== null) throw new SealBroken('not the expected shape');
    const parsed = schema.safeParse(content);
    // The parser's own error would quote the secret.
    if (!parsed.success) throw new SealBroken('not the expected shape');
    return parsed.data;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SealBroken('not JSON');
  }
}
