// The organisation's secret for the ledger's private keys: 32 bytes, base64url; the same at each start.
import { randomBytes } from 'node:crypto';
import type { GeneratedValues } from './generated-values.js';

const SECRET_BYTES = 32;

export function ledgerSecret(values: GeneratedValues): Promise<string> {
  return values.getOrCreate('ledger secret', () => randomBytes(SECRET_BYTES).toString('base64url'));
}
