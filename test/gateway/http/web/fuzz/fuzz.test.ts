// Requests made from each organisation's own OpenAPI document, drawn by a seed that is printed: whatever comes, from
// nobody or from anybody who is signed in, gets an answer as the document declares it, soon, and never a failure.
import { expect } from 'chai';
import { ClientConsortium } from '../../../../support/client-consortium.js';
import { buy } from '../../../../support/deal-play.js';
import { BANK_A } from '../../../../support/member-access.js';
import { WireGround } from '../../../../support/wire-ground.js';
import { atStaffedDoors, type StaffedDoor } from '../../../support/staffed-doors.js';
import { type OpenApi, OpenApiDocument, type Operation } from './openapi-document.js';
import { type Caller, type FuzzRequest, Requests } from './requests.js';
import { Draw, Values } from './values.js';
import { faultOf, type SeenAnswer } from './verdict.js';

const LIMIT_MS = 300_000;
const AT_ONCE = 8;
const MOST_SHOWN = 60;
/** Drawn one after the other for an operation that nothing has come to. */
const MOST_MORE = 200;
/** Of each kind, for each operation and somebody who may call it. */
const COUNTS = { wellFormed: 8, spoiltBody: 6, brokenBody: 1, spoiltPath: 2, spoiltQuery: 3, otherType: 1 };
/** Refused before the handler is asked. */
const AT_THE_DOOR: ReadonlySet<string> = new Set([
  ...['BAD_INPUT', 'WRONG_MEDIA_TYPE', 'BODY_TOO_LARGE', 'NO_ROUTE', 'UNAUTHORISED', 'FORBIDDEN'],
  ...['IDEMPOTENCY_KEY_NEEDED', 'TOO_MANY_REQUESTS'],
]);
/** Their handlers answer BAD_INPUT themselves: to versions out of order, to roles that are not given there. */
const JUDGE_FORMS: ReadonlySet<string> = new Set(['putVault', 'createPerson']);
/** Afterwards the caller has no session. */
const ENDS_SESSIONS = ['logOut', 'logOutEverywhere'];

const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000);

describe(`requests drawn from the OpenAPI documents (FUZZ_SEED=${String(seed)})`, function () {
  this.timeout(LIMIT_MS);
  let consortium: ClientConsortium;
  before(async () => {
    consortium = await ClientConsortium.open(await WireGround.start(3_000));
  });
  after(() => consortium.close());

  it('get no failure, no answer that the document does not declare, and none late', async () => {
    const known = await knownIds(consortium);
    await atStaffedDoors(consortium, async (doors) => {
      const findings: string[] = [];
      for (const door of doors) findings.push(...(await fuzz(door, known)));
      expect(findings.length, findings.slice(0, MOST_SHOWN).join('\n')).to.equal(0);
    });
  });
});

/** A listed offer, a draft, a deal with a payment: so that not everything is unknown. */
async function knownIds(consortium: ClientConsortium): Promise<readonly string[]> {
  const offer = await consortium.listOffer();
  const deal = await buy(consortium, { offer });
  const payment = await deal.pay(BANK_A, '500000');
  const { accounts } = consortium.alice;
  const links = Object.values(accounts).flatMap(({ link, account }) => [link, account]);
  return [offer, deal.id, payment, ...links, 'MarketplaceMSP', 'CourierMSP', '10', '20'];
}

async function fuzz(door: StaffedDoor, known: readonly string[]): Promise<readonly string[]> {
  const { url } = door.web;
  const document = new OpenApiDocument((await (await fetch(`${url}/openapi.json`)).json()) as OpenApi);
  const values = new Values(document, new Draw(seed), known);
  const requests = new Requests(values, url);
  const last = document.operations.filter(({ operationId }) => ENDS_SESSIONS.includes(operationId));
  const first = document.operations.filter((operation) => !last.includes(operation));
  const drawn = [...first, ...last].flatMap((operation) =>
    ([null, ...door.callers] as readonly Caller[]).flatMap((caller) =>
      requestsOf(requests, operation, caller, isWorthwhile(operation, caller, door.callers)),
    ),
  );
  const findings: string[] = [];
  const answers = new Map<string, Set<string>>();
  const send = async (request: FuzzRequest): Promise<void> => {
    const answer = await asked(url, request);
    const fault = faultOf(document, request.operation, answer);
    if (fault !== null) findings.push(sentenceOf(request, fault));
    const { operationId } = request.operation;
    answers.set(operationId, (answers.get(operationId) ?? new Set()).add(codeOf(answer)));
  };
  const queue = drawn.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const request of queue) await send(request);
    }),
  );
  // By chance the few that were drawn may all have been refused at the door.
  for (const operation of first) {
    const caller = ([null, ...door.callers] as readonly Caller[]).find((each) => mayCall(operation, each));
    for (let more = 0; more < MOST_MORE && !isReached(operation, answers); more += 1)
      if (caller !== undefined) await send(requests.wellFormed(operation, caller));
  }
  process.stdout.write(`      ${door.kind}: ${String(drawn.length)} requests, seed ${String(seed)}\n`);
  const missed = document.operations.filter((operation) => !isReached(operation, answers));
  return [
    ...findings,
    ...missed.map(({ operationId }) => `${operationId} was reached by none of its requests`),
  ];
}

function requestsOf(requests: Requests, operation: Operation, caller: Caller, may: boolean): FuzzRequest[] {
  if (!may || ENDS_SESSIONS.includes(operation.operationId)) return [requests.wellFormed(operation, caller)];
  const makers: readonly (readonly [keyof typeof COUNTS, boolean])[] = [
    ['wellFormed', true],
    ['spoiltBody', operation.body !== null],
    ['brokenBody', operation.body !== null],
    ['otherType', operation.body !== null],
    ['spoiltPath', operation.path.includes('{')],
    ['spoiltQuery', true],
  ];
  const drawn = makers.flatMap(([name, isOf]) =>
    isOf ? Array.from({ length: COUNTS[name] }, () => requests[name](operation, caller)) : [],
  );
  return operation.body === null ? drawn : [...drawn, requests.largeBody(operation, caller)];
}

/** Everybody who may call it; one person, where all who are signed in may. */
function isWorthwhile(operation: Operation, caller: Caller, callers: readonly Caller[]): boolean {
  const isForRoles = operation.description.includes('For: ');
  return mayCall(operation, caller) && (isForRoles || caller === null || caller === callers[0]);
}

/** By what the document says of who may. */
function mayCall({ isOpen, description }: Operation, caller: Caller): boolean {
  if (isOpen) return caller === null;
  if (caller === null) return false;
  const roles = /For: ([^.]+)\./.exec(description)?.[1]?.split(', ');
  return roles === undefined || caller.roles.some((role) => roles.includes(role));
}

async function asked(url: string, { operation, address, headers, body }: FuzzRequest): Promise<SeenAnswer> {
  const begun = performance.now();
  const { method } = operation;
  const response = await fetch(url + address, { method, headers, ...(body === null ? {} : { body }) });
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  return { status: response.status, type, text, tookMs: performance.now() - begun };
}

function sentenceOf({ operation, caller, kind, address, body }: FuzzRequest, fault: string): string {
  const sent = `${operation.method} ${address.slice(0, 200)} ${(body ?? '').slice(0, 300)}`;
  return `${operation.operationId} by ${caller}, ${kind}: ${fault}\n    ${sent}`;
}

/** Whether something came to its handler: requests that are all refused at the door prove little. */
function isReached({ operationId }: Operation, answers: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  const codes = answers.get(operationId) ?? new Set();
  return JUDGE_FORMS.has(operationId) || [...codes].some((code) => !AT_THE_DOOR.has(code));
}

function codeOf({ status, text }: SeenAnswer): string {
  return /"code":"([A-Z_]+)"/.exec(status < 300 ? '' : text)?.[1] ?? String(status);
}
