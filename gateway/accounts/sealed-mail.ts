// Opens what was sealed to this bank, and checks its shape. No plaintext goes into an error or a log.
import type { z } from 'zod';
import { jsonFault } from '../json-faults.js';
import type { SealingKeyPair, SealingPurpose } from '../protocol/sealed-code.js';
import { makeSealingKeyPair, open, SealBroken, sealingContext } from '../protocol/sealed-code.js';
import type { GeneratedValues } from '../store/generated-values.js';

export interface Sealed {
  /** Payment or link id that the sealed text is bound to. */
  readonly subject: string;
  readonly sealed: string;
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

  /** Throws SealBroken, also when the text inside is not what it should be. */
  async text(purpose: SealingPurpose, mail: Sealed): Promise<string> {
    return open(this.keys.privateKey, sealingContext(purpose, this.bank, mail.subject), mail.sealed);
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
