// The OpenAPI documents: what each kind of organisation serves, and nothing else, described completely.
import { expect } from 'chai';
import type { MemberKind } from '../../../../chaincode/protocol/forms.js';
import { boundEndpoints } from '../../../../gateway/http/web/binding.js';
import { openApiDocument } from '../../../../gateway/http/web/openapi.js';
import type { EndpointDeclaration } from '../../../../gateway/protocol/api/endpoint.js';
import { present } from '../../../support/test-consortium.js';
import { ENDPOINTS } from '../../../../gateway/protocol/api/endpoints.js';

const DECLARED: readonly [string, EndpointDeclaration][] = Object.entries(ENDPOINTS);
const HANDLERS = Object.fromEntries(DECLARED.map(([name]) => [name, () => Promise.reject(new Error(name))]));

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: object;
  readonly responses: { readonly [status: string]: object };
  readonly security?: readonly object[];
}

function documentOf(kind: MemberKind) {
  const endpoints = boundEndpoints(kind, HANDLERS); // one for each name
  const subject = { organisation: 'Bank A', kind, origin: 'http://bank-a.localhost:7053' };
  return JSON.parse(JSON.stringify(openApiDocument(subject, endpoints))) as {
    readonly openapi: string;
    readonly paths: { readonly [path: string]: { readonly [method: string]: Operation } };
    readonly components: { readonly schemas: { readonly [name: string]: object } };
  };
}

function pathParametersOf({ parameters = [] }: Operation): string[] {
  return parameters.filter((each) => each.in === 'path').map(({ name }) => name);
}

function statusesOf({ answer, status = 200, idempotent }: EndpointDeclaration): string[] {
  const done = answer === undefined ? '204' : String(status);
  return [done, 'default', ...(idempotent === 'command' && done !== '202' ? ['202'] : [])];
}

function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    name === '$ref' && typeof member === 'string' ? [member] : referencesIn(member),
  );
}

describe('the OpenAPI document', () => {
  for (const kind of ['marketplace', 'bank', 'courier'] as const) {
    it(`of a ${kind} holds exactly what it serves, each with its parameters, body and answers`, () => {
      const document = documentOf(kind);
      const served = DECLARED.filter(([, { at }]) => at.includes(kind));
      const described = Object.values(document.paths).flatMap((path) => Object.values(path));
      expect(described.map(({ operationId }) => operationId)).to.have.members(served.map(([name]) => name));
      for (const [name, declaration] of served) {
        const { path, method, body, access } = declaration;
        const operation = present(document.paths[path]?.[method.toLowerCase()]);
        const parameters = pathParametersOf(operation);
        const needed = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
        expect(parameters, name).to.have.members(needed);
        expect(operation.requestBody !== undefined, name).to.equal(body !== undefined);
        expect(operation.security, name).to.deep.equal(access === 'anybody' ? [] : undefined);
        expect(Object.keys(operation.responses), name).to.have.members(statusesOf(declaration));
      }
    });

    it(`of a ${kind} refers to nothing that it does not hold`, () => {
      const document = documentOf(kind);
      const missing = referencesIn(document).filter((reference) => {
        const [, name = ''] = /^#\/components\/schemas\/(.+)$/.exec(reference) ?? [];
        return !Object.hasOwn(document.components.schemas, name);
      });
      expect(missing).to.deep.equal([]);
      expect(document.components.schemas).to.include.keys('Me', 'Session', 'Operation', 'Problem', 'Vault');
    });
  }

  it('gives no path and method to two endpoints, and no endpoint to nobody', () => {
    const places = DECLARED.map(([, { method, path }]) => `${method} ${path}`);
    expect(new Set(places).size).to.equal(places.length);
    expect(DECLARED.filter(([, { at }]) => at.length === 0)).to.deep.equal([]);
  });
});
