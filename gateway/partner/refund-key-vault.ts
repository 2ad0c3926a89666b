// Keeps the refund keys that banks gave for deals, encrypted under a key that is not in the database. They reach no
// browser, no log and no ledger.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { RefundKeyRecords } from '../store/refund-keys.js';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The key in a file of 32 bytes in base64url. Throws where there is none. */
export function readVaultKey(path: string): Buffer {
  const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'base64url');
  if (key.length !== KEY_BYTES) throw new Error(`The file ${path} holds no key of 32 bytes in base64url.`);
  return key;
}

export class RefundKeyVault {
  constructor(
    private readonly records: RefundKeyRecords,
    private readonly key: Buffer,
  ) {}

  /** Null: the bank has given none for this deal. */
  async find(deal: string, bank: string): Promise<string | null> {
    const sealed = await this.records.find(deal, bank);
    return sealed === null ? null : this.opened(Buffer.from(sealed, 'base64url'), nameOf(deal, bank));
  }

  async keep(deal: string, bank: string, refundKey: string): Promise<void> {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.key, nonce).setAAD(nameOf(deal, bank));
    const text = Buffer.concat([cipher.update(refundKey, 'utf8'), cipher.final()]);
    const sealed = Buffer.concat([nonce, cipher.getAuthTag(), text]);
    await this.records.save(deal, bank, sealed.toString('base64url'));
  }

  private opened(sealed: Buffer, name: Buffer): string {
    const nonce = sealed.subarray(0, NONCE_BYTES);
    const tag = sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
    const decipher = createDecipheriv(CIPHER, this.key, nonce).setAAD(name).setAuthTag(tag);
    const text = decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  }
}

/** A row that was moved to another deal or bank does not open. */
function nameOf(deal: string, bank: string): Buffer {
  return Buffer.from(`forescrow refund key v1/${deal}/${bank}`);
}
