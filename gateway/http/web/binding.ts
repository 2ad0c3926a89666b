// What a handler of the web API is: from an endpoint's parsed input and its context to the declared answer. Handlers
// know nothing of Express.
import type { Logger } from 'pino';
import type { MemberKind } from '../../../chaincode/protocol/forms.js';
import type { Language, Viewer } from '../../people/viewer.js';
import type { AnswerOf, EndpointDeclaration, ParsedInput } from '../../protocol/api/endpoint.js';
import { type EndpointName, type Endpoints, ENDPOINTS } from '../../protocol/api/endpoints.js';

/** What is known of the program that asks. */
export interface Client {
  readonly address: string;
  readonly userAgent: string;
  readonly cookie: (name: string) => string | null;
}

export interface WebContext<V = Viewer | null> {
  readonly viewer: V;
  readonly client: Client;
  readonly requestId: string;
  readonly language: Language;
  /** Seconds that the caller would wait for a command's outcome (`Prefer: wait`). */
  readonly waitS: number;
  /** Aborted when the caller has gone. */
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/** An answer with another status than the declared one, or with headers of its own. */
export class Answer<Body> {
  constructor(
    readonly body: Body,
    readonly more: {
      readonly status?: 200 | 201 | 202;
      readonly headers?: { readonly [name: string]: string | readonly string[] };
    } = {},
  ) {}
}

type ViewerOf<D extends EndpointDeclaration> = D['access'] extends 'anybody' ? Viewer | null : Viewer;

export type Handler<D extends EndpointDeclaration> = (
  input: ParsedInput<D>,
  context: WebContext<ViewerOf<D>>,
) => Promise<AnswerOf<D> | Answer<AnswerOf<D>>>;

/** A handler for each of these endpoints, no more and no fewer: what a noun gives. */
export type HandlersOf<Names extends EndpointName> = { readonly [N in Names]: Handler<Endpoints[N]> };

/** Names of the endpoints that a kind of organisation serves. */
export type NamesAt<K extends MemberKind> = {
  [N in EndpointName]: K extends Endpoints[N]['at'][number] ? N : never;
}[EndpointName];

/** A handler for each endpoint of a kind of organisation. */
export type Handlers<K extends MemberKind> = HandlersOf<NamesAt<K>>;

/** Any handler, once its types have done their work. */
export type AnyHandler = (input: ParsedInput<EndpointDeclaration>, context: WebContext) => Promise<unknown>;

export interface BoundEndpoint {
  readonly name: EndpointName;
  readonly declaration: EndpointDeclaration;
  readonly handler: AnyHandler;
}

/**
 * The endpoints of a kind of organisation with their handlers, in the order of their declaration. Handlers of endpoints
 * that it does not serve are left out, so that a noun can give all of its own. `notYet`: declared and not made yet.
 * Throws where one is missing, or is both made and `notYet`.
 */
export function boundEndpoints(
  kind: MemberKind,
  handlers: Partial<Handlers<MemberKind>>,
  notYet: readonly EndpointName[] = [],
): BoundEndpoint[] {
  const table = handlers as { readonly [name: string]: unknown };
  const bound: BoundEndpoint[] = [];
  for (const [name, declaration] of declaredAt(kind)) {
    const handler = table[name];
    if ((handler !== undefined) === notYet.includes(name)) {
      throw new Error(`the endpoint ${name} of a ${kind} must have a handler or be declared as not made yet`);
    }
    // A handler's own types fit its declaration; here they are forgotten.
    if (handler !== undefined) bound.push({ name, declaration, handler: handler as AnyHandler });
  }
  const unknown = Object.keys(table).find((name) => !Object.hasOwn(ENDPOINTS, name));
  if (unknown !== undefined) throw new Error(`there is a handler ${unknown} and no such endpoint`);
  return bound;
}

function declaredAt(kind: MemberKind): (readonly [EndpointName, EndpointDeclaration])[] {
  const all = Object.entries(ENDPOINTS) as [EndpointName, EndpointDeclaration][]; // exactly the table's own names
  return all.filter(([, { at }]) => at.includes(kind));
}
