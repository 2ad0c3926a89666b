// Turns whatever went wrong into one coded problem; the only place where errors become HTTP. Messages and stacks go to
// the log, never into an answer: they may quote a secret.
import type { NextFunction, Request, Response } from 'express';
import type { Logger } from 'pino';
import { ZodError } from 'zod';
import type { Json } from '../../../chaincode/protocol/canonical-json.js';
import { LinkNotAsked } from '../../accounts/customer-links.js';
import { CodeRefused } from '../../accounts/one-time-codes.js';
import {
  LedgerConflict,
  LedgerRejected,
  LedgerUnavailable,
  OutcomeUnknown,
} from '../../ledger/ledger-errors.js';
import { CoreUnavailable } from '../../core-bank/core-http.js';
import type { Problem } from '../../protocol/admin.js';
import { Refused } from '../../refused.js';
import { SealBroken } from '../../protocol/sealed-code.js';
import { StoreUnavailable } from '../../store-unavailable.js';
import { meaningOf } from './admin-codes.js';

type Values = { readonly [name: string]: Json };

/** A refusal that the admin API itself gives. */
export class AdminRefusal extends Error {
  constructor(
    readonly code: string,
    readonly values: Values = {},
  ) {
    super(code);
    this.name = 'AdminRefusal';
  }
}

export function sendProblem(response: Response, code: string, values: Values = {}): void {
  const { http, en, ru } = meaningOf(code);
  const problem: Problem = { code, sentence: { en, ru }, values };
  response.status(http).type('application/problem+json').send(JSON.stringify(problem));
}

/** Express's error handler: last in the chain. */
export function problemHandler(log: Logger) {
  return (error: unknown, request: Request, response: Response, next: NextFunction): void => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const { code, values } = refusalOf(error);
    if (code === 'INTERNAL') log.error({ err: error, method: request.method }, 'an admin request failed');
    sendProblem(response, code, values);
  };
}

/** What an error is to a caller; INTERNAL for whatever is nobody's refusal. */
export function refusalOf(error: unknown): { readonly code: string; readonly values: Values } {
  return (
    inputRefusal(error) ?? ledgerRefusal(error) ?? bankRefusal(error) ?? { code: 'INTERNAL', values: {} }
  );
}

function inputRefusal(error: unknown): { readonly code: string; readonly values: Values } | null {
  if (error instanceof AdminRefusal) return { code: error.code, values: error.values };
  if (error instanceof ZodError) return { code: 'BAD_INPUT', values: firstIssue(error) };
  // Of Express, for a broken percent sequence in the path.
  if (error instanceof URIError) return { code: 'BAD_INPUT', values: { where: 'the URL' } };
  // body-parser's errors carry a type; their messages may quote the body.
  const type = error instanceof Error && 'type' in error ? error.type : null;
  if (typeof type !== 'string') return null;
  if (type === 'entity.too.large') return { code: 'BODY_TOO_LARGE', values: {} };
  return { code: 'BAD_INPUT', values: { needed: 'JSON' } };
}

function firstIssue(error: ZodError): Values {
  const issue = error.issues[0];
  if (issue === undefined) return {};
  return { where: issue.path.map(String).join('.'), needed: issue.message };
}

function ledgerRefusal(error: unknown): { readonly code: string; readonly values: Values } | null {
  if (error instanceof LedgerRejected) return { code: error.code, values: error.values };
  if (error instanceof LedgerConflict) {
    return { code: 'CONFLICT', values: { txId: error.txId, validationCode: error.validationCode } };
  }
  if (error instanceof LedgerUnavailable) return { code: 'UNAVAILABLE', values: {} };
  if (error instanceof StoreUnavailable) return { code: 'STORE_UNAVAILABLE', values: {} };
  if (error instanceof OutcomeUnknown) return { code: 'OUTCOME_UNKNOWN', values: { txId: error.txId } };
  return null;
}

function bankRefusal(error: unknown): { readonly code: string; readonly values: Values } | null {
  if (error instanceof CodeRefused) {
    const { code, triesLeft, pausedUntil } = error;
    return { code, values: { triesLeft, ...(pausedUntil === null ? {} : { pausedUntil }) } };
  }
  if (error instanceof Refused) return { code: error.code, values: error.values };
  if (error instanceof CoreUnavailable) return { code: 'CORE_UNAVAILABLE', values: {} };
  if (error instanceof SealBroken) return { code: 'SEAL_BROKEN', values: {} };
  if (error instanceof LinkNotAsked) return { code: 'LINK_NOT_ASKED', values: { link: error.link } };
  return null;
}
