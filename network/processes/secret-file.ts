// Secrets that members of a local system share by file: made once, readable by their owner alone.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { writeWhole } from '../identity/credential.js';

const PRIVATE_FILE = 0o600;

/** The secret in the file, which is made where there is none. */
export function secretFile(path: string, make: () => string): string {
  if (!existsSync(path)) writeWhole(path, `${make()}\n`, PRIVATE_FILE);
  return readFileSync(path, 'utf8').trim();
}

/** When the secret was made, milliseconds since 1970 UTC. */
export function secretMadeAt(path: string): number {
  return Math.floor(statSync(path).mtimeMs);
}
