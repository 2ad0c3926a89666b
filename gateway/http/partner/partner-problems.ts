// Says at the partner door what went wrong: a problem document (RFC 9457) with a shared code. Messages and stacks go to
// the log, never into an answer: they may quote a secret.
import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';
import type { Logger } from 'pino';
import { problemMeaning } from '../../protocol/problem-codes.js';
import type { ProblemDocument } from '../../protocol/problem.js';
import { refusalOf } from '../admin/problems.js';

const REQUEST_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** The caller's name for the request, or a new one. */
export function requestIdOf(request: Request): string {
  const given = request.get('x-request-id') ?? '';
  return REQUEST_ID.test(given) ? given : randomUUID();
}

/** Express's error handler: last in the chain. */
export function partnerProblems(log: Logger) {
  return (error: unknown, request: Request, response: Response, next: NextFunction): void => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const { code, values } = refusalOf(error);
    const requestId = String(response.getHeader('x-request-id'));
    if (code === 'INTERNAL') log.error({ err: error, method: request.method, requestId }, 'a request failed');
    const { http, en, ru } = problemMeaning(code);
    const language = request.acceptsLanguages('en', 'ru') === 'ru' ? 'ru' : 'en';
    const title = language === 'ru' ? ru : en;
    const document: ProblemDocument = {
      ...{ type: `/problems/${code}`, title, status: http, detail: title, code, values, requestId },
    };
    response
      .status(http)
      .set('content-language', language)
      .type('application/problem+json')
      .send(JSON.stringify(document));
  };
}
