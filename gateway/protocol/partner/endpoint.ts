// One declaration per endpoint of the partner door: from it come validation, types, the client's call and the scope
// that the caller's API key must have.
import type { z } from 'zod';
import type { PathParameters } from '../api/endpoint.js';
import type { ApiCode } from '../problem-codes.js';
import type { Scope } from '../scopes.js';

export interface PartnerDeclaration {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** With parameters as OpenAPI writes them. */
  readonly path: `/${string}`;
  readonly scope: Scope;
  /** What it does, one sentence, for the documents. */
  readonly summary: string;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Body of the answer; absent: 204. */
  readonly answer?: z.ZodType;
  /** Codes of its own beside those that every endpoint may answer with. */
  readonly codes?: readonly ApiCode[];
  /** Sent twice, it acts once: the caller may send it again when no answer came. */
  readonly isRepeatable: boolean;
}

/** Keeps the exact type of a declaration. */
export function partnerEndpoint<const D extends PartnerDeclaration>(declaration: D): D {
  return declaration;
}

type Query<D extends PartnerDeclaration, Side extends 'input' | 'output'> = D extends {
  readonly query: infer Q extends z.ZodType;
}
  ? Side extends 'input'
    ? z.input<Q>
    : z.output<Q>
  : Record<never, never>;
type Body<D extends PartnerDeclaration, Side extends 'input' | 'output'> = D extends {
  readonly body: infer B extends z.ZodType;
}
  ? Side extends 'input'
    ? z.input<B>
    : z.output<B>
  : null;

/** What a caller gives (`input`), and what a handler gets (`output`). */
export interface PartnerInput<D extends PartnerDeclaration, Side extends 'input' | 'output' = 'output'> {
  readonly path: { readonly [Name in PathParameters<D['path']>]: string };
  readonly query: Query<D, Side>;
  readonly body: Body<D, Side>;
}

export type PartnerAnswer<D extends PartnerDeclaration> = D extends {
  readonly answer: infer A extends z.ZodType;
}
  ? z.output<A>
  : null;
