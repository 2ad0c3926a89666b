// Reads the body of a request: JSON of a bounded size and depth.
import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { jsonFault } from '../../json-faults.js';
import { AdminRefusal } from './problems.js';

const BODY_LIMIT = '1mb';

export function jsonBody(): readonly RequestHandler[] {
  return [express.json({ limit: BODY_LIMIT }), refuseFaults];
}

function refuseFaults(request: Request, _response: Response, next: NextFunction): void {
  const fault = jsonFault(request.body);
  if (fault !== null) throw new AdminRefusal('BAD_INPUT', { ...fault });
  next();
}
