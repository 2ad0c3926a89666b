// Duty: the admin API lets only its token in, checks shapes, and gives every failure a code, a status and no secret.
// Must not: touch a ledger; what the client answers is set by the test.
import { expect } from 'chai';
import type { Router } from 'express';
import type { CommandResult } from '../../../chaincode/protocol/commands.js';
import { CodeRefused } from '../../../gateway/bank/one-time-codes.js';
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
import { systemClock } from '../../../gateway/workers/clock.js';
import { DealActivity } from '../../../gateway/workers/deal-activity.js';
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
    settled: true,
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
  it('refuses every route without its token, with another token and with none of its header', () =>
    withAdminApi({}, async ({ url }) => {
      for (const authorization of ['', 'Bearer other', token, `Basic ${token}`]) {
        const response = await fetch(`${url}/health`, { headers: { authorization } });
        expect(response.status).to.equal(401);
        expect(await response.json()).to.include({ code: 'UNAUTHORISED' });
      }
    }));

  it('tells its health', () =>
    withAdminApi({}, async ({ client }) => {
      expect(await client.health()).to.include({ organisation: 'MarketplaceMSP', settled: true, block: 7 });
    }));

  it('hands commands to the lane that was named and gives back their outcomes in order', async () => {
    const calls: string[] = [];
    const outcome = { ...accepted, txId: 'tx', block: 3 };
    const refused = { ok: false, id: DEAL, code: 'NOT_FULL', txId: 'tx', block: 3 } as const;
    const agree: LedgerClient['agree'] = (_commands, options) => {
      calls.push(`agree as ${String(options?.as)}`);
      return Promise.resolve([outcome, refused]);
    };
    const own: LedgerClient['own'] = (_commands, options) => {
      calls.push(`own as ${String(options?.as)}`);
      return Promise.resolve([outcome]);
    };
    await withAdminApi({ agree, own }, async ({ client }) => {
      expect(await client.agree([command, command])).to.deep.equal([outcome, refused]);
      expect(await client.own([command], 'admin')).to.deep.equal([outcome]);
    });
    expect(calls).to.deep.equal(['agree as gateway', 'own as admin']);
  });

  const wrongBodies: readonly [string, string][] = [
    ['no JSON', '{"commands":'],
    ['no list', '{"commands":{}}'],
    ['an empty list', '{"commands":[]}'],
    ['a stray member', '{"commands":[{"action":"seal","surprise":1}]}'],
    ['an unknown sender', '{"commands":[{"action":"seal"}],"as":"worker"}'],
    ['too many commands', JSON.stringify({ commands: Array.from({ length: 501 }, () => command) })],
  ];
  for (const [what, body] of wrongBodies) {
    it(`refuses a body with ${what} and sends nothing`, () =>
      withAdminApi({}, async ({ url }) => {
        const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
        const response = await fetch(`${url}/commands`, { method: 'POST', headers, body });
        expect(response.status).to.equal(400);
        expect(await response.json()).to.include({ code: 'BAD_INPUT' });
      }));
  }

  it('refuses a body of more than 1 MiB', () =>
    withAdminApi({}, async ({ client }) => {
      const huge = { action: 'closePayments', params: { deal: 'x'.repeat(1_100_000) } };
      const problem = await problemOf(client.agree([huge]));
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
    [new CodeRefused('CODE_WRONG', 3), 403, 'CODE_WRONG'],
    [new TypeError('a secret in a message'), 500, 'INTERNAL'],
  ];
  for (const [failure, status, code] of failures) {
    it(`answers ${failure.name} with ${String(status)} ${code} in both languages and without its message`, () =>
      withAdminApi({ agree: () => Promise.reject(failure) }, async ({ client }) => {
        const { problem, status: found } = await problemOf(client.agree([command]));
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
            id: DEAL,
            rows: [`phase/${DEAL}`],
            code: null,
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
  it('a admin that is away is unreachable', async () => {
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
    const agree: LedgerClient['agree'] = () => {
      calls += 1;
      if (calls < 3) return Promise.reject(new LedgerUnavailable('away'));
      return Promise.resolve([{ ...accepted, txId: 'tx', block: 3 }]);
    };
    await withAdminApi({ agree }, async ({ url, client }) => {
      expect((await problemOf(client.agree([command]))).problem.code).to.equal('UNAVAILABLE');
      const waits: string[] = [];
      const onWaiting = (reason: string) => waits.push(reason);
      const patient = new AdminClient({ url, token, patienceMs: 10_000, onWaiting });
      expect(await patient.agree([command])).to.have.length(1);
      expect([calls, waits.length]).to.deep.equal([3, 1]);
    });
  });

  it('with patience it still gives a refusal back at once', async () => {
    let calls = 0;
    const agree: LedgerClient['agree'] = () => {
      calls += 1;
      return Promise.reject(new LedgerRejected('WRONG_LANE', 'refused'));
    };
    await withAdminApi({ agree }, async ({ url }) => {
      const patient = new AdminClient({ url, token, patienceMs: 10_000 });
      await problemOf(patient.agree([command]));
      expect(calls).to.equal(1);
    });
  });
});
