// Turns whatever went wrong into one problem document (RFC 9457) in the reader's language. Messages and stacks go to
// the log, never into an answer: they may quote a secret.
import type { Response } from 'express';
import type { ZodError } from 'zod';
import type { Json } from '../../../chaincode/protocol/canonical-json.js';
import {
  LedgerConflict,
  LedgerRejected,
  LedgerUnavailable,
  OutcomeUnknown,
} from '../../ledger/ledger-errors.js';
import { CoreUnavailable } from '../../core-bank/core-http.js';
import type { Language } from '../../people/viewer.js';
import { problemMeaning } from '../../protocol/problem-codes.js';
import type { ProblemDocument } from '../../protocol/problem.js';
import { Refused } from '../../refused.js';
import { StoreUnavailable } from '../../store-unavailable.js';
import { SealBroken } from '../../protocol/sealed-code.js';
import { faultSentence, type InputFault, inputFault } from './input-sentences.js';

type Values = { readonly [name: string]: Json };

/** An input of the wrong form, with its first fault. */
export class BadInput extends Error {
  constructor(readonly fault: (language: Language) => InputFault) {
    super('BAD_INPUT');
    this.name = 'BadInput';
  }

  static of(root: string, error: ZodError): BadInput {
    const issue = error.issues[0];
    if (issue === undefined) return BadInput.at(root, '?');
    return new BadInput((language) => inputFault(root, issue, language));
  }

  static at(where: string, needed: string): BadInput {
    return new BadInput((language) => ({
      where,
      found: language === 'ru' ? 'другое' : 'something else',
      needed,
    }));
  }
}

export interface Problem {
  readonly code: string;
  readonly values: Values;
  /** Null: the code's own sentence. */
  readonly detail: string | null;
  readonly retryAfterMs: number | null;
}

const plain = (code: string, values: Values = {}, retryAfterMs: number | null = null): Problem => ({
  code,
  values,
  detail: null,
  retryAfterMs,
});

/** What an error is to the caller; `INTERNAL` for whatever is nobody's refusal. */
export function problemOf(error: unknown, language: Language): Problem {
  return inputProblem(error, language) ?? roomProblem(error) ?? ledgerProblem(error) ?? plain('INTERNAL');
}

function inputProblem(error: unknown, language: Language): Problem | null {
  if (error instanceof BadInput) {
    const fault = error.fault(language);
    const { where, found, needed } = fault;
    return { ...plain('BAD_INPUT', { where, found, needed }), detail: faultSentence(fault, language) };
  }
  // Of Express, for a broken percent sequence in the path.
  if (error instanceof URIError) return inputProblem(BadInput.at('path', '%XX'), language);
  // body-parser's errors carry a type; their messages may quote the body.
  const type = error instanceof Error && 'type' in error ? error.type : null;
  return typeof type === 'string' ? bodyProblem(type, language) : null;
}

function bodyProblem(type: string, language: Language): Problem | null {
  switch (type) {
    case 'entity.too.large':
      return plain('BODY_TOO_LARGE');
    case 'charset.unsupported':
    case 'encoding.unsupported':
      return plain('WRONG_MEDIA_TYPE');
    case 'request.aborted':
      return plain('TOO_SLOW');
    default:
      return inputProblem(BadInput.at('body', 'JSON'), language);
  }
}

function roomProblem(error: unknown): Problem | null {
  if (error instanceof Refused) return plain(error.code, error.values, error.retryAfterMs);
  if (error instanceof StoreUnavailable) return plain('NOT_READY');
  if (error instanceof SealBroken) return plain('SEAL_BROKEN');
  if (error instanceof CoreUnavailable) return plain('CORE_UNAVAILABLE');
  return null;
}

function ledgerProblem(error: unknown): Problem | null {
  if (error instanceof LedgerRejected) return plain(error.code, error.values);
  if (error instanceof LedgerConflict) return plain('CONFLICT', { txId: error.txId });
  if (error instanceof LedgerUnavailable) return plain('UNAVAILABLE');
  if (error instanceof OutcomeUnknown) return plain('OUTCOME_UNKNOWN', { txId: error.txId });
  return null;
}

/** Writes the problem; the status is the code's. */
export function sendProblem(
  response: Response,
  problem: Problem,
  of: { readonly language: Language; readonly requestId: string },
): void {
  const meaning = problemMeaning(problem.code);
  const title = meaning[of.language];
  const document: ProblemDocument = {
    type: `/problems/${problem.code}`,
    title,
    status: meaning.http,
    detail: problem.detail ?? title,
    code: problem.code,
    values: problem.values,
    requestId: of.requestId,
  };
  if (problem.retryAfterMs !== null)
    response.set('retry-after', String(Math.ceil(problem.retryAfterMs / 1000)));
  if (meaning.http === 401) response.set('www-authenticate', 'Bearer');
  response
    .status(meaning.http)
    .set('content-language', of.language)
    .type('application/problem+json')
    .send(JSON.stringify(document));
}

export const problem = plain;
