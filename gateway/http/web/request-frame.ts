// What accompanies one request from its arrival on: id, language, log, the moment its caller goes.
import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';
import type { Logger } from 'pino';
import type { Language } from '../../people/viewer.js';
import type { Client } from './binding.js';

export interface RequestFrame {
  readonly requestId: string;
  readonly language: Language;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly client: Client;
}

/** Ids that callers may give; another is replaced. */
const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;
const LONGEST_AGENT = 200;

const frames = new WeakMap<Response, RequestFrame>();

export function frameOf(response: Response): RequestFrame {
  const frame = frames.get(response);
  if (frame === undefined) throw new Error('the request has no frame');
  return frame;
}

/** The first in the chain. */
export function framing(log: Logger) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const given = request.get('x-request-id') ?? '';
    const requestId = REQUEST_ID.test(given) ? given : randomUUID();
    response.set('x-request-id', requestId);
    frames.set(response, {
      requestId,
      language: languageOf(request),
      log: log.child({ requestId }),
      signal: goneSignal(response),
      client: clientOf(request),
    });
    next();
  };
}

function languageOf(request: Request): Language {
  return request.acceptsLanguages('en', 'ru') === 'ru' ? 'ru' : 'en';
}

function goneSignal(response: Response): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort(new Error('the caller has gone'));
  });
  return gone.signal;
}

function clientOf(request: Request): Client {
  return {
    address: request.ip ?? 'unknown',
    userAgent: (request.get('user-agent') ?? '').slice(0, LONGEST_AGENT),
    cookie: (name) => cookieOf(request.headers.cookie ?? '', name),
  };
}

/** The first cookie of that name; null: none. */
function cookieOf(header: string, name: string): string | null {
  for (const part of header.split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return null;
}
