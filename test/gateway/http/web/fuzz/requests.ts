// Requests for one operation of an OpenAPI document: well-formed, at bounds, and broken in one place; by anybody.
import type { Json } from '../../../../../chaincode/protocol/canonical-json.js';
import { moderationReasonHash, offerContentHash } from '../../../../../gateway/protocol/offer-content.js';
import { newId } from '../../../../../gateway/sdk/ids.js';
import type { SignedInCaller } from '../../../support/staffed-doors.js';
import { signedBy } from '../../../../support/people.js';
import type { Operation, Parameter } from './openapi-document.js';
import { HOSTILE_TEXTS, type Values } from './values.js';

export interface FuzzRequest {
  readonly operation: Operation;
  readonly caller: string;
  /** What is wrong with it, for the report. */
  readonly kind: string;
  readonly address: string;
  readonly headers: { readonly [name: string]: string };
  /** Null: none is sent. */
  readonly body: string | null;
}

/** Null: no session. */
export type Caller = SignedInCaller | null;

const CHANNEL = 'escrow';
const NO_HASH = '0'.repeat(64);
const HOUR_MS = 3_600_000;
/** Written as they go into an address. */
const HOSTILE_SEGMENTS = [
  '..%2f..%2fetc%2fpasswd',
  '%2e%2e%2f',
  '%00',
  '%E0%A4%A',
  '%F0%9F%98%80',
  'a'.repeat(4_000),
  '__proto__',
  'constructor',
  "'%3B--",
  '-',
];
/** What is signed where a summary names no command: questions to banks, and the claim of a key. */
const UNDECLARED = ['authorise', 'claimPerson'];
const OTHER_TYPES = ['text/plain', 'application/json; charset=utf-7', 'multipart/form-data', ''];
const BROKEN_BODIES = [
  '',
  '{',
  'null',
  '[]',
  '"text"',
  '5',
  '['.repeat(3_000),
  '{"__proto__":{"a":1}}',
  '\u0000',
];

export class Requests {
  constructor(
    private readonly values: Values,
    private readonly origin: string,
  ) {}

  wellFormed(operation: Operation, caller: Caller): FuzzRequest {
    return this.made(operation, caller, { kind: 'well-formed' });
  }

  spoiltBody(operation: Operation, caller: Caller): FuzzRequest {
    const body = JSON.stringify(this.values.spoilt(this.body(operation, caller, this.path(operation))));
    return this.made(operation, caller, { kind: 'one fault in the body', body: body ?? 'null' });
  }

  brokenBody(operation: Operation, caller: Caller): FuzzRequest {
    const body = this.values.draw.of(BROKEN_BODIES);
    return this.made(operation, caller, { kind: 'a broken body', body });
  }

  largeBody(operation: Operation, caller: Caller): FuzzRequest {
    const body = JSON.stringify({ large: 'x'.repeat(1_100_000) });
    return this.made(operation, caller, { kind: 'a large body', body });
  }

  otherType(operation: Operation, caller: Caller): FuzzRequest {
    return this.made(operation, caller, { kind: 'another type', type: this.values.draw.of(OTHER_TYPES) });
  }

  spoiltPath(operation: Operation, caller: Caller): FuzzRequest {
    const { draw } = this.values;
    const segment = draw.of(HOSTILE_SEGMENTS);
    return this.made(operation, caller, { kind: 'a hostile path', path: () => segment });
  }

  spoiltQuery(operation: Operation, caller: Caller): FuzzRequest {
    const { draw } = this.values;
    const names = parametersIn(operation, 'query').map(({ name }) => name);
    const name = draw.chance(0.2) || names.length === 0 ? 'extra' : draw.of(names);
    const text = draw.of(HOSTILE_TEXTS.filter(({ length }) => length < 5_000)).toWellFormed();
    const query = [...this.query(operation), [name, text] as const];
    if (draw.chance(0.2)) query.push([name, 'again']);
    return this.made(operation, caller, { kind: 'a hostile query', query });
  }

  private made(
    operation: Operation,
    caller: Caller,
    of: {
      readonly kind: string;
      readonly body?: string;
      readonly type?: string;
      readonly path?: () => string;
      readonly query?: readonly (readonly [string, string])[];
    },
  ): FuzzRequest {
    const path = this.path(operation);
    const filled = operation.path.replace(/\{(\w+)\}/g, (_all, name: string) =>
      of.path === undefined ? encodeURIComponent(path[name] ?? '') : of.path(),
    );
    const query = new URLSearchParams();
    for (const [name, text] of of.query ?? this.query(operation)) query.append(name, text);
    const body =
      operation.body === null ? null : (of.body ?? JSON.stringify(this.body(operation, caller, path)));
    return {
      ...{ operation, kind: of.kind, body, caller: caller?.name ?? 'nobody' },
      address: query.size === 0 ? filled : `${filled}?${query.toString()}`,
      headers: this.headers(operation, caller, of.type),
    };
  }

  private headers(operation: Operation, caller: Caller, type = 'application/json') {
    const needsKey = parametersIn(operation, 'header').some(({ name }) => name === 'Idempotency-Key');
    return {
      origin: this.origin,
      prefer: 'wait=1',
      ...(caller === null ? {} : { authorization: `Bearer ${caller.token}` }),
      ...(operation.body === null || type === '' ? {} : { 'content-type': type }),
      ...(needsKey && this.values.draw.chance(0.9) ? { 'idempotency-key': newId('key') } : {}),
    };
  }

  private path(operation: Operation): { readonly [name: string]: string } {
    return Object.fromEntries(
      parametersIn(operation, 'path').map(({ name }) => [
        name,
        String(this.values.valid({ type: 'string', pattern: this.idForm(name) })),
      ]),
    );
  }

  /** Mostly an id as the ledger has it, so that a well-formed request passes the door. */
  private idForm(noun: string): string {
    return this.values.draw.chance(0.8) ? `^${noun}_[0-9a-f]{20}$` : '^[0-9a-z_]{1,64}$';
  }

  private query(operation: Operation): (readonly [string, string])[] {
    return parametersIn(operation, 'query')
      .filter(({ required }) => required === true || this.values.draw.chance(0.4))
      .map(({ name, schema }) => [name, String(this.values.valid(schema)).toWellFormed()]);
  }

  private body(operation: Operation, caller: Caller, path: { readonly [name: string]: string }): unknown {
    if (operation.body === null) return null;
    const body = this.values.valid(operation.body) as { readonly [name: string]: unknown };
    if (caller === null || !Object.hasOwn(body, 'intent') || this.values.draw.chance(0.2)) return body;
    return { ...body, intent: this.intent(operation, caller, { ...path, ...hashesOf(body) }) };
  }

  /** Signed by the caller's own key, of the action that the operation takes, about what its address names. */
  private intent(operation: Operation, { person }: SignedInCaller, named: { readonly [name: string]: Json }) {
    const { draw } = this.values;
    const declared = [...operation.summary.matchAll(/`(\w+)`/g)].map(([, name]) => name ?? '');
    const action = draw.of(declared.length === 0 ? UNDECLARED : declared);
    const link = this.values.valid({ type: 'string', pattern: '^link_[0-9a-f]{20}$' }) as Json;
    const more: { readonly [name: string]: Json } = { amount: '500000', fee: '0', currency: 'RUB', link };
    return signedBy(person, {
      ...{ version: 1, channel: CHANNEL, id: newId('intent'), person: person.id, action },
      params: { ...(draw.chance(0.5) ? more : {}), ...named },
      expiresAt: Date.now() + HOUR_MS,
    });
  }
}

/** What an intent's params say of that which goes beside it. */
function hashesOf(body: { readonly [name: string]: unknown }): { readonly [name: string]: Json } {
  const { content, reason } = body;
  if (content !== undefined) {
    const text = content as Parameters<typeof offerContentHash>[0]; // of the declared form
    return { contentHash: isWellFormed(text) ? offerContentHash(text) : NO_HASH };
  }
  if (typeof reason !== 'string') return { reasonHash: null };
  return { reasonHash: isWellFormed(reason) ? moderationReasonHash(reason) : NO_HASH };
}

/** Half of a pair of surrogates is in no canonical text, so that no honest program hashes it. */
function isWellFormed(value: unknown): boolean {
  return !JSON.stringify(value).includes('\\ud');
}

function parametersIn({ parameters }: Operation, place: Parameter['in']): readonly Parameter[] {
  return parameters.filter((parameter) => parameter.in === place);
}
