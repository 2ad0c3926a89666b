// Lets only the holder of the admin API's bearer token in, and learns nothing from how a wrong one differs.
import type { NextFunction, Request, Response } from 'express';
import { createHash, timingSafeEqual } from 'node:crypto';
import { sendProblem } from './problems.js';

/** RFC 9110 §11.1: the scheme's case does not matter. */
const BEARER = /^bearer +([^ ]+) *$/i;

export function requireToken(token: string) {
  const expected = digest(token);
  return (request: Request, response: Response, next: NextFunction): void => {
    const given = BEARER.exec(request.headers.authorization ?? '')?.[1] ?? '';
    // Digests are of equal length, as timingSafeEqual needs.
    if (timingSafeEqual(digest(given), expected)) next();
    else sendProblem(response, 'UNAUTHORISED');
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
