// One declaration per endpoint: from it come validation, types, the OpenAPI document, the SDK's method and the row of
// the access test.
import type { z } from 'zod';
import type { MemberKind, Role } from '../../../chaincode/protocol/forms.js';
import type { ApiCode } from '../problem-codes.js';

/**
 * Who may call. `anybody`: no session. `signedIn`: any session, also of a person without a key. A list: a person whom
 * the ledger gives one of these roles.
 */
export type Access = 'anybody' | 'signedIn' | readonly Role[];

export interface EndpointDeclaration {
  /** Gateways that serve it. */
  readonly at: readonly MemberKind[];
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With parameters as OpenAPI writes them: `/api/v1/deals/{deal}`. */
  readonly path: `/${string}`;
  readonly access: Access;
  /** What it does, one sentence, for the documents. */
  readonly summary: string;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Body of the answer with `status`; absent: 204. */
  readonly answer?: z.ZodType;
  readonly status?: 200 | 201 | 202;
  /** Codes of its own beside those that every endpoint may answer with. */
  readonly codes?: readonly ApiCode[];
  /**
   * `command`: the body holds a signed intent, whose id makes the request idempotent; the answer is a command's (200)
   * or its operation's (202). `key`: an off-ledger write, idempotent by the `Idempotency-Key` header.
   */
  readonly idempotent?: 'command' | 'key';
  /** Uses the cookie or makes one, so it is taken from this gateway's own pages only. */
  readonly sameOrigin?: true;
  /** Pages of any site may ask; nothing of a session goes with it. */
  readonly anyOrigin?: true;
  /** Of the body, where less than usual is taken. */
  readonly mostBytes?: number;
  /** Open to a person who must set another password first. */
  readonly beforePassword?: true;
}

/** Keeps the exact type of a declaration. */
export function endpoint<const D extends EndpointDeclaration>(declaration: D): D {
  return declaration;
}

/** Names of the parameters in a path. */
export type PathParameters<P extends string> = P extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PathParameters<Rest>
  : never;

type PathInput<D extends EndpointDeclaration> = [PathParameters<D['path']>] extends [never]
  ? { readonly path?: undefined }
  : { readonly path: { readonly [Name in PathParameters<D['path']>]: string } };
type QueryInput<D extends EndpointDeclaration> = D extends { readonly query: infer Q extends z.ZodType }
  ? { readonly query?: z.input<Q> }
  : { readonly query?: undefined };
type BodyInput<D extends EndpointDeclaration> = D extends { readonly body: infer B extends z.ZodType }
  ? { readonly body: z.input<B> }
  : { readonly body?: undefined };

/** What a caller gives. */
export type InputOf<D extends EndpointDeclaration> = PathInput<D> & QueryInput<D> & BodyInput<D>;

/** What a caller gets. */
export type AnswerOf<D extends EndpointDeclaration> = D extends { readonly answer: infer A extends z.ZodType }
  ? z.output<A>
  : undefined;

/** What a handler gets: parsed, defaults filled in. */
export interface ParsedInput<D extends EndpointDeclaration> {
  readonly path: { readonly [Name in PathParameters<D['path']>]: string };
  readonly query: D extends { readonly query: infer Q extends z.ZodType } ? z.output<Q> : undefined;
  readonly body: D extends { readonly body: infer B extends z.ZodType } ? z.output<B> : undefined;
}
