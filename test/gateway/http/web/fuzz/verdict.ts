// What is wrong with an answer, by the OpenAPI document that the gateway itself shows.
import { isCode } from '../../../../../chaincode/protocol/codes.js';
import { COMMON_CODES, problemMeaning, WEB_CODES } from '../../../../../gateway/protocol/problem-codes.js';
import type { JsonSchema, OpenApiDocument, Operation } from './openapi-document.js';

export interface SeenAnswer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  readonly tookMs: number;
}

/** What every operation may refuse with: by the door itself, and by what carries signed commands. */
const EVERYWHERE = [
  ...['BAD_INPUT', 'NO_ROUTE', 'WRONG_MEDIA_TYPE', 'BODY_TOO_LARGE', 'UNAUTHORISED', 'SESSION_OVER'],
  ...['FORBIDDEN', 'PASSWORD_NEEDED', 'TOO_MANY_REQUESTS', 'NOT_READY', 'UNAVAILABLE'],
];
const OF_COMMANDS = [
  ...['NOT_YOUR_INTENT', 'WRONG_ACTION', 'WRONG_SUBJECT', 'BAD_SIGNATURE', 'INTENT_EXPIRED', 'OTHER_CONTENT'],
];
const OF_KEYED_WRITES = ['IDEMPOTENCY_KEY_NEEDED', 'IDEMPOTENCY_KEY_USED', 'IDEMPOTENCY_KEY_BUSY'];
/** An answer that takes longer depends on something without a bound. */
const LONGEST_MS = 15_000;
const INSIDES = /node_modules|\bat [^\n]+\.[jt]s:\d+|\bSELECT\b|postgres/;

/** Null: nothing. */
export function faultOf(document: OpenApiDocument, operation: Operation, answer: SeenAnswer): string | null {
  const { status, text, tookMs } = answer;
  if (tookMs > LONGEST_MS) return `took ${String(Math.round(tookMs))} ms`;
  if (status >= 500 && status !== 503) return `status ${String(status)}: ${text.slice(0, 200)}`;
  return status < 300 ? resultFault(document, operation, answer) : problemFault(document, operation, answer);
}

function resultFault(document: OpenApiDocument, { responses }: Operation, answer: SeenAnswer): string | null {
  const declared = responses[String(answer.status)];
  if (declared === undefined) return `status ${String(answer.status)} is not declared`;
  const schema = declared.content?.['application/json']?.schema;
  if (schema === undefined) return answer.text === '' ? null : 'a body where none is declared';
  if (!answer.type.startsWith('application/json')) return `type ${answer.type}`;
  return fault(document, schema, answer.text);
}

function problemFault(document: OpenApiDocument, operation: Operation, answer: SeenAnswer): string | null {
  const schema = operation.responses['default']?.content?.['application/problem+json']?.schema;
  if (schema === undefined) return 'the document declares no problem';
  if (!answer.type.startsWith('application/problem+json')) return `type ${answer.type} of a problem`;
  if (INSIDES.test(answer.text)) return `a problem that shows the insides: ${answer.text}`;
  return fault(document, schema, answer.text) ?? codeFault(document, operation, answer);
}

function codeFault(document: OpenApiDocument, operation: Operation, answer: SeenAnswer): string | null {
  const { code, status } = JSON.parse(answer.text) as { readonly code: string; readonly status: number };
  if (!isKnown(code)) return `the code ${code} is in no list`;
  if (status !== answer.status || status !== problemMeaning(code).http) {
    return `${code} with status ${String(status)}`;
  }
  return codesOf(document, operation).includes(code) ? null : `the code ${code} is not declared`;
}

function codesOf(document: OpenApiDocument, { description, parameters, body }: Operation): readonly string[] {
  const own = /Codes of its own: (.+)\.$/.exec(description)?.[1]?.split(', ') ?? [];
  const isKeyed = parameters.some(({ name }) => name === 'Idempotency-Key');
  const isSigned = body !== null && Object.hasOwn(document.resolved(body).properties ?? {}, 'intent');
  return [...EVERYWHERE, ...own, ...(isKeyed ? OF_KEYED_WRITES : []), ...(isSigned ? OF_COMMANDS : [])];
}

function isKnown(code: string): boolean {
  return isCode(code) || Object.hasOwn(COMMON_CODES, code) || Object.hasOwn(WEB_CODES, code);
}

function fault(document: OpenApiDocument, schema: JsonSchema, text: string): string | null {
  try {
    return document.fault(schema, JSON.parse(text));
  } catch (error) {
    return `no JSON: ${String(error)}`;
  }
}
