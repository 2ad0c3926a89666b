// Every endpoint by nobody and by each role, from the declarations: who is let in, and nobody else.
import { expect } from 'chai';
import type { Role } from '../../../../chaincode/protocol/forms.js';
import { boundEndpoints } from '../../../../gateway/http/web/binding.js';
import type { EndpointDeclaration } from '../../../../gateway/protocol/api/endpoint.js';
import { ENDPOINTS } from '../../../../gateway/protocol/api/endpoints.js';
import { Refused } from '../../../../gateway/refused.js';
import { openTestWeb, problemOf, type TestWeb, testViewer } from '../../support/web.js';

const DECLARED: readonly [string, EndpointDeclaration][] = Object.entries(ENDPOINTS);
/** What a handler answers here: that it was reached. */
const REACHED = 'NOT_READY';
const HANDLERS = Object.fromEntries(
  DECLARED.map(([name]) => [name, () => Promise.reject(new Refused(REACHED))]),
);
const ROLES: readonly Role[] = ['client', 'administrator', 'moderator', 'operator', 'agent'];

/** Whose token is sent: none, one of another organisation's gateway, of a person without a role, of each role. */
const CALLERS = ['nobody', 'stranger', 'keyless', ...ROLES] as const;

function expected({ access }: EndpointDeclaration, caller: (typeof CALLERS)[number]): string {
  if (access === 'anybody') return 'in';
  if (caller === 'nobody') return 'UNAUTHORISED';
  if (caller === 'stranger') return 'SESSION_OVER';
  if (access === 'signedIn') return 'in';
  return caller !== 'keyless' && access.includes(caller) ? 'in' : 'FORBIDDEN';
}

describe('who is let in', () => {
  for (const kind of ['marketplace', 'bank', 'courier'] as const) {
    describe(`at a ${kind}`, () => {
      let web: TestWeb;
      before(async () => {
        const viewers = Object.fromEntries(ROLES.map((role) => [role, testViewer([role])]));
        const endpoints = boundEndpoints(kind, HANDLERS);
        web = await openTestWeb({ endpoints, viewers: { ...viewers, keyless: testViewer([]) } });
      });
      after(() => web.close());

      for (const [name, declaration] of DECLARED) {
        const isServed = declaration.at.includes(kind);
        it(`${name}: ${isServed ? String(declaration.access) : 'not served'}`, async () => {
          for (const caller of CALLERS) {
            const wanted = isServed ? expected(declaration, caller) : 'nothing';
            expect(await outcome(web, declaration, caller), caller).to.equal(wanted);
          }
        });
      }
    });
  }
});

/** `in`: the handler was reached, or only the input was in the way. */
async function outcome(
  web: TestWeb,
  { method, path, body }: EndpointDeclaration,
  caller: string,
): Promise<string> {
  const token = caller === 'nobody' ? {} : { authorization: `Bearer ${caller}` };
  const headers = { ...token, origin: web.url, 'idempotency-key': 'a-key-of-the-test' };
  const address = path.replace(/\{\w+\}/g, 'id_00000001');
  const response =
    body === undefined
      ? await fetch(web.url + address, { method, headers })
      : await web.send(method, address, {}, headers);
  const { code } = await problemOf(response);
  if (code === REACHED || code === 'BAD_INPUT') return 'in';
  return ['NO_ROUTE', 'WRONG_METHOD'].includes(code) ? 'nothing' : code;
}
