// The bearer token of an admin API: a file that only its owner can read, made once by whichever process comes first.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const TOKEN_BYTES = 32;
const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;

/** The token in the file, which is made where there is none. */
export function adminToken(path: string): string {
  const text = existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
  if (text !== '') return text;
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  mkdirSync(dirname(path), { recursive: true, mode: PRIVATE_FOLDER });
  // Beside the file and renamed, so that nobody ever reads half a token.
  writeFileSync(`${path}.new`, `${token}\n`, { mode: PRIVATE_FILE });
  renameSync(`${path}.new`, path);
  return token;
}
