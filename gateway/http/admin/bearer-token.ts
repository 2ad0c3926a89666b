// Duty: make or read the admin API's bearer token, and let only its holder in.
// Must not: log the token, compare it byte by byte, or accept it anywhere but in the Authorization header.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import type { NextFunction, Request, Response } from 'express';
import { sendProblem } from './problems.js';

const TOKEN_BYTES = 32;

/** Reads the token file; makes one (mode 0600) where there is none. */
export async function adminToken(path: string): Promise<string> {
  try {
    const text = (await readFile(path, 'utf8')).trim();
    if (text !== '') return text;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  await writeFile(path, `${token}\n`, { mode: 0o600 });
  return token;
}

export function requireToken(token: string) {
  const expected = digest(`Bearer ${token}`);
  return (request: Request, response: Response, next: NextFunction): void => {
    // Equal lengths for timingSafeEqual, and nothing to learn from them.
    const given = digest(request.headers.authorization ?? '');
    if (timingSafeEqual(given, expected)) next();
    else sendProblem(response, 'UNAUTHORISED');
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
