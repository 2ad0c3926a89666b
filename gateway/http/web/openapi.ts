// The OpenAPI 3.1 document of what an organisation serves, from the declarations that it is served by.
import { z } from 'zod';
import {
  createDocument,
  type ZodOpenApiObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponsesObject,
} from 'zod-openapi';
import type { MemberKind } from '../../../chaincode/protocol/forms.js';
import type { EndpointDeclaration } from '../../protocol/api/endpoint.js';
import type { BoundEndpoint } from './binding.js';

export interface OpenApiSubject {
  readonly organisation: string;
  readonly kind: MemberKind;
  /** Address of the gateway. */
  readonly origin: string;
}

const VERSION = '1.0.0';
const UNITS = 'Money is digits in minor units, time is milliseconds since 1970 UTC.';

const problemSchema = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    values: z.record(z.string(), z.unknown()),
    requestId: z.string(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457; `code` is stable, sentences are for people.' });

export function openApiDocument(
  subject: OpenApiSubject,
  endpoints: readonly BoundEndpoint[],
): ReturnType<typeof createDocument> {
  const document: ZodOpenApiObject = {
    openapi: '3.1.1',
    info: {
      title: `Forescrow, ${subject.organisation}`,
      version: VERSION,
      description: `The web API of a ${subject.kind}. ${UNITS}`,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: subject.origin }],
    security: [{ session: [] }],
    tags: [...new Set(endpoints.map(({ declaration }) => tagOf(declaration)))].map((name) => ({ name })),
    paths: pathsOf(endpoints),
    components: {
      securitySchemes: { session: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
  return createDocument(document);
}

function pathsOf(endpoints: readonly BoundEndpoint[]): ZodOpenApiPathsObject {
  const paths: ZodOpenApiPathsObject = {};
  for (const endpoint of endpoints) {
    const { path, method } = endpoint.declaration;
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(endpoint) };
  }
  return paths;
}

function operationOf({ name, declaration }: BoundEndpoint): ZodOpenApiOperationObject {
  const { access, query, body, summary } = declaration;
  return {
    operationId: name,
    tags: [tagOf(declaration)],
    summary,
    ...descriptionOf(declaration),
    ...(access === 'anybody' ? { security: [] } : {}),
    requestParams: {
      path: z.object(Object.fromEntries(parametersOf(declaration.path).map((each) => [each, z.string()]))),
      ...(query === undefined ? {} : { query }),
      ...headersOf(declaration),
    },
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: responsesOf(declaration),
  };
}

function headersOf({ idempotent }: EndpointDeclaration): { readonly header?: z.ZodObject } {
  if (idempotent === 'key') return { header: z.object({ 'Idempotency-Key': z.string().min(8).max(128) }) };
  if (idempotent === 'command') {
    return { header: z.object({ Prefer: z.string().optional().meta({ example: 'wait=5' }) }) };
  }
  return {};
}

function descriptionOf({ access, codes = [] }: EndpointDeclaration): { readonly description: string } {
  const who =
    access === 'anybody'
      ? 'Needs no session.'
      : access === 'signedIn'
        ? 'Needs a session.'
        : `For: ${access.join(', ')}.`;
  const own = codes.length === 0 ? '' : ` Codes of its own: ${codes.join(', ')}.`;
  return { description: who + own };
}

function responsesOf(declaration: EndpointDeclaration): ZodOpenApiResponsesObject {
  const { answer, status = 200, idempotent } = declaration;
  const problem = {
    description: 'A problem.',
    content: { 'application/problem+json': { schema: problemSchema } },
  };
  if (answer === undefined) return { '204': { description: 'Done.' }, default: problem };
  const content = { 'application/json': { schema: answer } };
  return {
    [String(status) as `${1 | 2 | 3 | 4 | 5}${string}`]: { description: 'Done.', content },
    ...(idempotent === 'command'
      ? { '202': { description: 'Not final yet; ask the operation.', content } }
      : {}),
    default: problem,
  };
}

function parametersOf(path: string): string[] {
  return [...path.matchAll(/\{([^}]+)\}/g)].map(([, name = '']) => name);
}

/** `/api/v1/deals/{deal}` → `deals`; what belongs to the person → the noun behind `me`. */
function tagOf({ path }: EndpointDeclaration): string {
  const [, , , noun = 'other', next] = path.split('/');
  return noun === 'me' && next !== undefined ? next : noun;
}
