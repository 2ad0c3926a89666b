// The admin API lets only its token in, checks shapes, and gives every failure a code, a status and no secret.
import { expect } from 'chai';
import type { Router } from 'express';
import type { CommandResult } from '../../../chaincode/protocol/commands.js';
import { CodeRefused } from '../../../gateway/accounts/one-time-codes.js';
import { systemClock } from '../../../gateway/clock.js';
import { DealActivity } from '../../../gateway/deals/deal-activity.js';
import { adminApp, serveAdminApi } from '../../../gateway/http/admin/admin-server.js';
import { ledgerRoutes } from '../../../gateway/http/admin/ledger-routes.js';
import type { LedgerBlock, LedgerClient } from '../../../gateway/ledger/ledger-client.js';
import {
  LedgerConflict,
  LedgerRejected,
  LedgerUnavailable,
  OutcomeUnknown,
} from '../../../gateway/ledger/ledger-errors.js';
import { AdminClient, AdminProblem, AdminUnreachable } from '../../../gateway/protocol/admin-client.js';
import { StoreUnavailable } from '../../../gateway/store-unavailable.js';
import { DEAL, dealView } from '../support/deal-views.js';
import { fakeLedger } from '../support/fake-ledger.js';
import { silentLog } from '../support/silent-log.js';

const token = 'a-token-of-this-test';
const command = { action: 'markPaid', params: { deal: DEAL } };
const accepted: CommandResult = { ok: true, id: DEAL };

interface AdminApi {
  readonly url: string;
  readonly client: AdminClient;
  readonly activity: DealActivity;
}

async function withAdminApi(
  answers: Partial<LedgerClient>,
  run: (admin: AdminApi) => Promise<void>,
  more: readonly Router[] = [],
): Promise<void> {
  const activity = new DealActivity(systemClock);
  const health = () => ({
    organisation: 'MarketplaceMSP',
    kind: 'marketplace' as const,
    ready: true,
    provisioned: true,
    block: 7,
    counters: {},
  });
  const routers = [...more, ledgerRoutes({ ledger: fakeLedger(answers), activity, health })];
  const app = adminApp({ token, routers, log: silentLog });
  const running = await serveAdminApi(app, { host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${String(running.port)}`;
  try {
    await run({ url, client: new AdminClient({ url, token }), activity });
  } finally {
    await running.close();
  }
}

async function problemOf(attempt: Promise<unknown>): Promise<AdminProblem> {
  const error: unknown = await attempt.catch((reason: unknown) => reason);
  if (error instanceof AdminProblem) return error;
  throw new Error('the admin gave no problem', { cause: error });
}

function blockOf(number: number, deal: string): LedgerBlock {
  const rows = { [`phase/${deal}`]: 'paid' };
  const results = [{ action: 'markPaid', result: { ok: true, id: deal } as const, rows }];
  return {
    block: number,
    transactions: [{ txId: 'tx-1', code: 0, event: { v: 1, lane: 'agreement', results } }],
  };
}

describe('admin', () => {
  it('refuses every route without its token, with another token and without the header', () =>
    withAdminApi({}, async ({ url }) => {
      for (const authorization of ['', 'Bearer other', token, `Basic ${token}`]) {
        const response = await fetch(`${url}/health`, { headers: { authorization } });
        expect(response.status).to.equal(401);
        expect(await response.json()).to.include({ code: 'UNAUTHORISED' });
      }
    }));

  it('lets its token in whatever the case of the scheme’s name', () =>
    withAdminApi({}, async ({ url }) => {
      for (const authorization of [`bearer ${token}`, `BEARER ${token}`, `Bearer  ${token}`]) {
        const response = await fetch(`${url}/health`, { headers: { authorization } });
        expect(response.status).to.equal(200);
      }
    }));

  it('shows its health', () =>
    withAdminApi({}, async ({ client }) => {
      expect(await client.health()).to.include({
        organisation: 'MarketplaceMSP',
        provisioned: true,
        block: 7,
      });
    }));

  it('hands commands to the lane that was named and gives back their outcomes in order', async () => {
    const calls: string[] = [];
    const outcome = { ...accepted, txId: 'tx', block: 3 };
    const refused = { ok: false, id: DEAL, code: 'NOT_FULL', txId: 'tx', block: 3 } as const;
    const submit: LedgerClient['submit'] = (lane, _commands, options) => {
      calls.push(`${lane} as ${String(options?.as)}`);
      return Promise.resolve(lane === 'agreement' ? [outcome, refused] : [outcome]);
    };
    await withAdminApi({ submit }, async ({ client }) => {
      expect(await client.submit('agreement', [command, command])).to.deep.equal([outcome, refused]);
      expect(await client.submit('owner', [command], 'admin')).to.deep.equal([outcome]);
    });
    expect(calls).to.deep.equal(['agreement as gateway', 'owner as admin']);
  });

  const wrongBodies: readonly [string, string][] = [
    ['no JSON', '{"commands":'],
    ['no list', '{"commands":{}}'],
    ['an empty list', '{"commands":[]}'],
    ['5,000 levels', `{"commands":[{"action":"a","params":{"x":${'['.repeat(5_000)}${']'.repeat(5_000)}}}]}`],
    ['a million open brackets', '['.repeat(1_000_000)],
    ['a member named __proto__', '{"commands":[{"action":"a","params":{"__proto__":1}}]}'],
    ['another such at the top', '{"commands":[{"action":"a"}],"__proto__":{}}'],
    ['a stray member', '{"commands":[{"action":"seal","surprise":1}]}'],
    ['an unknown sender', '{"commands":[{"action":"seal"}],"as":"worker"}'],
    ['too many commands', JSON.stringify({ commands: Array.from({ length: 501 }, () => command) })],
  ];
  for (const [what, body] of wrongBodies) {
    it(`refuses a body with ${what} and sends nothing`, () =>
      withAdminApi({}, async ({ url }) => {
        const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
        const response = await fetch(`${url}/commands?lane=agreement`, { method: 'POST', headers, body });
        expect(response.status).to.equal(400);
        expect(await response.json()).to.include({ code: 'BAD_INPUT' });
      }));
  }

  for (const path of ['/deals/%', '/list/%E0%A4%A', '/deals/%zz/history']) {
    it(`refuses the broken percent sequence of ${path} as bad input`, () =>
      withAdminApi({}, async ({ url }) => {
        const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } });
        expect(response.status).to.equal(400);
        expect(await response.json()).to.include({ code: 'BAD_INPUT' });
      }));
  }

  it('refuses a lane that is none, and a list without one', () =>
    withAdminApi({}, async ({ url }) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const body = JSON.stringify({ commands: [command] });
      for (const query of ['?lane=both', '']) {
        const response = await fetch(`${url}/commands${query}`, { method: 'POST', headers, body });
        expect(response.status).to.equal(400);
      }
    }));

  it('names the place of a member that would be lost in silence', () =>
    withAdminApi({}, async ({ url }) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const body = '{"commands":[{"action":"markPaid","params":{"deal":"d","__proto__":{"deal":"e"}}}]}';
      const response = await fetch(`${url}/commands?lane=agreement`, { method: 'POST', headers, body });
      expect(response.status).to.equal(400);
      expect(await response.json()).to.deep.include({
        code: 'BAD_INPUT',
        values: { where: 'commands[0].params', needed: 'no member __proto__' },
      });
    }));

  it('leaves it to the ledger client to refuse one command that has no canonical text', async () => {
    const given: unknown[] = [];
    const submit: LedgerClient['submit'] = (_lane, commands) => {
      given.push(...[commands].flat().map(({ params }) => params?.['amount']));
      return Promise.resolve([]);
    };
    await withAdminApi({ submit }, async ({ url }) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const values = ['1', '0.5', '1e999', '"\\ud83d"'];
      const list = values.map((value) => `{"action":"a","params":{"amount":${value}}}`).join(',');
      const body = `{"commands":[${list}]}`;
      const response = await fetch(`${url}/commands?lane=owner`, { method: 'POST', headers, body });
      expect(response.status).to.equal(200);
    });
    expect(given).to.deep.equal([1, 0.5, Infinity, '\ud83d']);
  });

  it('asks the ledger’s private question by its type', async () => {
    const asked: unknown[] = [];
    const queryPrivate = ((query: unknown) => {
      asked.push(query);
      return Promise.resolve({ available: '1' });
    }) as LedgerClient['queryPrivate'];
    await withAdminApi({ queryPrivate }, async ({ client }) => {
      expect(await client.query({ type: 'balance', account: '10a' })).to.deep.equal({ available: '1' });
    });
    expect(asked).to.deep.equal([{ about: 'balance', account: '10a' }]);
  });

  it('refuses a body of more than 1 MiB', () =>
    withAdminApi({}, async ({ client }) => {
      const huge = { action: 'closePayments', params: { deal: 'x'.repeat(1_100_000) } };
      const problem = await problemOf(client.submit('agreement', [huge]));
      expect([problem.status, problem.problem.code]).to.deep.equal([413, 'BODY_TOO_LARGE']);
    }));

  it('has a problem for an unknown route', () =>
    withAdminApi({}, async ({ url }) => {
      const response = await fetch(`${url}/nowhere`, { headers: { authorization: `Bearer ${token}` } });
      expect([response.status, ((await response.json()) as { code: string }).code]).to.deep.equal([
        404,
        'NO_ROUTE',
      ]);
    }));

  const failures: readonly [Error, number, string][] = [
    [new LedgerRejected('WRONG_LANE', 'text of a peer', { values: { found: 'owner' } }), 400, 'WRONG_LANE'],
    [new LedgerConflict(11, 'tx-2'), 409, 'CONFLICT'],
    [new LedgerUnavailable('text of a peer'), 503, 'UNAVAILABLE'],
    [new OutcomeUnknown('tx-3'), 504, 'OUTCOME_UNKNOWN'],
    [new StoreUnavailable(new Error('text of a server')), 503, 'STORE_UNAVAILABLE'],
    [new CodeRefused('CODE_WRONG', 3), 403, 'CODE_WRONG'],
    [new TypeError('a secret in a message'), 500, 'INTERNAL'],
  ];
  for (const [failure, status, code] of failures) {
    it(`answers ${failure.name} with ${String(status)} ${code} in both languages and without its message`, () =>
      withAdminApi({ submit: () => Promise.reject(failure) }, async ({ client }) => {
        const { problem, status: found } = await problemOf(client.submit('agreement', [command]));
        expect([found, problem.code]).to.deep.equal([status, code]);
        expect(problem.sentence.en).to.match(/[a-z]/);
        expect(problem.sentence.ru).to.match(/[а-я]/);
        expect(JSON.stringify(problem)).to.not.include(failure.message);
      }));
  }

  it('one who waits for a deal is answered by the next block that concerns it', () =>
    withAdminApi(
      { deal: () => Promise.resolve(dealView({ phase: 'paid' })) },
      async ({ client, activity, url }) => {
        const first = await client.deal(DEAL);
        expect(first.block).to.equal(-1);
        const headers = { authorization: `Bearer ${token}` };
        const waiting = fetch(`${url}/deals/${DEAL}?since=-1&waitMs=30000`, { headers });
        activity.take(blockOf(4, 'deal_of_others'));
        activity.take(blockOf(5, DEAL));
        expect(await (await waiting).json()).to.include({ block: 5 });
        expect(await client.history(DEAL)).to.deep.equal([
          {
            block: 5,
            txId: 'tx-1',
            lane: 'agreement',
            action: 'markPaid',
            result: { ok: true, id: DEAL },
            rows: { [`phase/${DEAL}`]: 'paid' },
          },
        ]);
      },
    ));

  it('a bank’s routes are not there at another organisation’s admin', () =>
    withAdminApi({}, async ({ client }) => {
      expect((await problemOf(client.bank())).problem.code).to.equal('NO_ROUTE');
    }));
});

describe('admin client', () => {
  it('an admin API that is away is unreachable', async () => {
    let gone = '';
    await withAdminApi({}, ({ url }) => {
      gone = url;
      return Promise.resolve();
    });
    const error: unknown = await new AdminClient({ url: gone, token })
      .health()
      .catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(AdminUnreachable);
  });

  it('with patience it sends again what the ledger could not take, and without it does not', async () => {
    let calls = 0;
    const submit: LedgerClient['submit'] = () => {
      calls += 1;
      if (calls < 3) return Promise.reject(new LedgerUnavailable('away'));
      return Promise.resolve([{ ...accepted, txId: 'tx', block: 3 }]);
    };
    await withAdminApi({ submit }, async ({ url, client }) => {
      expect((await problemOf(client.submit('agreement', [command]))).problem.code).to.equal('UNAVAILABLE');
      const waits: string[] = [];
      const onWaiting = (reason: string) => waits.push(reason);
      const patient = new AdminClient({ url, token, patienceMs: 10_000, onWaiting });
      expect(await patient.submit('agreement', [command])).to.have.length(1);
      expect([calls, waits.length]).to.deep.equal([3, 1]);
    });
  });

  it('with patience it still gives a refusal back at once', async () => {
    let calls = 0;
    const submit: LedgerClient['submit'] = () => {
      calls += 1;
      return Promise.reject(new LedgerRejected('WRONG_LANE', 'refused'));
    };
    await withAdminApi({ submit }, async ({ url }) => {
      const patient = new AdminClient({ url, token, patienceMs: 10_000 });
      await problemOf(patient.submit('agreement', [command]));
      expect(calls).to.equal(1);
    });
  });
});
