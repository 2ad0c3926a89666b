// Calls a gateway's web API with typed inputs and answers, from the same declarations as the gateway serves.
import type { AnswerOf, InputOf } from '../protocol/api/endpoint.js';
import type { EndpointName, Endpoints, Routes } from '../protocol/api/endpoints.js';
import type { ProblemDocument } from '../protocol/problem.js';

/** The gateway refused: its problem document. */
export class ApiProblem extends Error {
  constructor(readonly problem: ProblemDocument) {
    super(`${problem.code}: ${problem.detail}`);
    this.name = 'ApiProblem';
  }

  get code(): string {
    return this.problem.code;
  }
}

/** No answer: what was sent may or may not have happened. Commands may be sent again as they are. */
export class ApiUnreachable extends Error {
  constructor(cause: unknown) {
    super('the gateway does not answer', { cause });
    this.name = 'ApiUnreachable';
  }
}

export interface ApiOptions {
  /** Address of the gateway, without a path: `http://marketplace.localhost:7003`; '' in a page that it serves. */
  readonly base: string;
  readonly routes: Routes;
  /** The access token; null: none. Asked at each call. */
  readonly token?: () => string | null;
  /** A new access token after a refusal of the old one; null: the session is over. */
  readonly renew?: () => Promise<string | null>;
  readonly language?: () => string;
  readonly fetch?: typeof fetch;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Seconds that the gateway may wait for a command's outcome before it answers 202. */
  readonly waitS?: number;
  /** Of an off-ledger write; the same key never acts twice. */
  readonly idempotencyKey?: string;
}

interface AnyInput {
  readonly path?: { readonly [name: string]: string };
  readonly query?: { readonly [name: string]: string | number | boolean | undefined };
  readonly body?: unknown;
}

/** `input` may be left out where nothing in it is needed. */
type Arguments<N extends EndpointName> =
  Record<never, never> extends InputOf<Endpoints[N]>
    ? [input?: InputOf<Endpoints[N]>, options?: CallOptions]
    : [input: InputOf<Endpoints[N]>, options?: CallOptions];

export class ApiClient {
  constructor(private readonly options: ApiOptions) {}

  /** Rejects: ApiProblem, ApiUnreachable. */
  async call<N extends EndpointName>(name: N, ...given: Arguments<N>): Promise<AnswerOf<Endpoints[N]>> {
    const [input = {}, options = {}] = given as [AnyInput?, CallOptions?]; // what Arguments allows
    const token = this.options.token?.() ?? null;
    const answer = await this.send(name, input, options, token);
    const renew = this.options.renew;
    if (answer.status !== 401 || token === null || renew === undefined) return resultOf(answer);
    const renewed = await renew();
    return resultOf(renewed === null ? answer : await this.send(name, input, options, renewed));
  }

  /** A stream or a file, which no endpoint declares; the caller looks at its status. Rejects: ApiUnreachable. */
  read(
    address: string,
    { accept = '*/*', signal }: { readonly accept?: string; readonly signal?: AbortSignal } = {},
  ): Promise<Response> {
    return this.renewing((bearer) =>
      this.fetched(address, {
        headers: given({ accept, authorization: bearer === null ? undefined : `Bearer ${bearer}` }),
        ...(signal === undefined ? {} : { signal }),
      }),
    );
  }

  /** A file as it is, which no endpoint declares. Rejects: ApiProblem, ApiUnreachable. */
  async put<Answer>(address: string, file: Blob): Promise<Answer> {
    const answer = await this.renewing((bearer) => {
      const authorization = bearer === null ? undefined : `Bearer ${bearer}`;
      const headers = given({
        ...{ accept: 'application/json, application/problem+json', authorization },
        'content-type': file.type,
        'accept-language': this.options.language?.(),
      });
      return this.fetched(address, { method: 'PUT', headers, body: file });
    });
    return resultOf(answer);
  }

  /** Once more with a new token where the old one is refused. */
  private async renewing(get: (bearer: string | null) => Promise<Response>): Promise<Response> {
    const token = this.options.token?.() ?? null;
    const answer = await get(token);
    if (answer.status !== 401 || token === null || this.options.renew === undefined) return answer;
    const renewed = await this.options.renew();
    return renewed === null ? answer : get(renewed);
  }

  private async fetched(address: string, init: RequestInit): Promise<Response> {
    const send = this.options.fetch ?? fetch;
    try {
      return await send(this.options.base + address, { credentials: 'same-origin', ...init });
    } catch (error) {
      throw new ApiUnreachable(error);
    }
  }

  private send(
    name: EndpointName,
    input: AnyInput,
    options: CallOptions,
    token: string | null,
  ): Promise<Response> {
    const [method, path] = this.options.routes[name];
    const headers = this.headersOf(input, options, token);
    return this.fetched(addressOf(path, input), {
      method,
      headers,
      ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  }

  private headersOf(
    input: AnyInput,
    { waitS, idempotencyKey }: CallOptions,
    token: string | null,
  ): { readonly [name: string]: string } {
    return given({
      accept: 'application/json, application/problem+json',
      authorization: token === null ? undefined : `Bearer ${token}`,
      'content-type': input.body === undefined ? undefined : 'application/json',
      prefer: waitS === undefined ? undefined : `wait=${String(waitS)}`,
      'idempotency-key': idempotencyKey,
      'accept-language': this.options.language?.(),
    });
  }
}

function given(headers: { readonly [name: string]: string | undefined }): {
  readonly [name: string]: string;
} {
  const found = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(found);
}

function addressOf(path: string, { path: parameters = {}, query = {} }: AnyInput): string {
  const filled = path.replace(/\{([^}]+)\}/g, (_all, name: string) =>
    encodeURIComponent(parameters[name] ?? ''),
  );
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.append(name, String(value));
  }
  const text = search.toString();
  return text === '' ? filled : `${filled}?${text}`;
}

async function resultOf<Answer>(response: Response): Promise<Answer> {
  if (response.status === 204) return undefined as Answer; // endpoints without an answer
  let content: unknown;
  try {
    content = await response.json();
  } catch (error) {
    throw new ApiUnreachable(error);
  }
  // The gateway's answers are checked by its own tests against the declaration.
  if (response.ok) return content as Answer;
  throw new ApiProblem(content as ProblemDocument); // every answer of a gateway that is not 2xx is one
}
