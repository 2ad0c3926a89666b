// A bank's web door on the engine in this process, a real database and a simulated core over HTTP. Its callers are
// named by their tokens: `operator` and `administrator` of the bank, a `client`, and the operator of another bank.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from '../../../chaincode/protocol/commands.js';
import type { RowKind, Rows } from '../../../chaincode/protocol/rows.js';
import type { PrivateQuery } from '../../../chaincode/protocol/queries.js';
import { coreApp } from '../../../demo/core/core-app.js';
import { Phones } from '../../../demo/core/phones.js';
import { SimulatedCore } from '../../../demo/core/simulated-core.js';
import { notingAccounts } from '../../../gateway/accounts/opened-accounts.js';
import { OperationIds } from '../../../gateway/accounts/operation-ids.js';
import { ApiKeys } from '../../../gateway/api-keys/api-keys.js';
import { systemClock } from '../../../gateway/clock.js';
import { CoreHttp } from '../../../gateway/core-bank/core-http.js';
import { HttpBank } from '../../../gateway/core-bank/http-bank.js';
import { SimulatorClient } from '../../../gateway/core-bank/simulator-client.js';
import { bankHandlers } from '../../../gateway/http/web/handlers/bank.js';
import { boundEndpoints } from '../../../gateway/http/web/binding.js';
import { LedgerRejected } from '../../../gateway/ledger/ledger-errors.js';
import type { LedgerClient } from '../../../gateway/ledger/ledger-client.js';
import { Operations } from '../../../gateway/operations/operations.js';
import { withTrueCodes } from '../../../gateway/operations/true-codes.js';
import { RepeatedWrites } from '../../../gateway/people/repeated-writes.js';
import { bankEndpoints } from '../../../gateway/protocol/api/bank.js';
import { ENDPOINTS, type EndpointName } from '../../../gateway/protocol/api/endpoints.js';
import { ApiKeyTable } from '../../../gateway/store/postgres/api-key-table.js';
import { BankAccountTable } from '../../../gateway/store/postgres/bank-account-table.js';
import { BankNoteTable } from '../../../gateway/store/postgres/bank-note-table.js';
import { PostgresBankReads } from '../../../gateway/store/postgres/bank-reads.js';
import type { Database } from '../../../gateway/store/postgres/database.js';
import { GeneratedValueTable } from '../../../gateway/store/postgres/generated-value-table.js';
import { PostgresOperationRecords } from '../../../gateway/store/postgres/operation-records.js';
import { RepeatedWriteTable } from '../../../gateway/store/postgres/limit-tables.js';
import { WaitingCredits } from '../../../gateway/payments/waiting-credits.js';
import { inDatabase } from '../../support/database.js';
import { BANK_A, BANK_B, MARKETPLACE } from '../../support/member-access.js';
import { EndorsementRefused } from '../../support/test-ledger.js';
import type { EngineConsortium } from '../../support/test-consortium.js';
import { fakeLedger } from './fake-ledger.js';
import { silentLog } from './silent-log.js';
import { openTestWeb, problemOf, type TestWeb, testViewer } from './web.js';

const CORE_KEY = 'core-key-of-the-test';

export interface BankWeb {
  readonly web: TestWeb;
  readonly consortium: EngineConsortium;
  readonly core: SimulatedCore;
  readonly apiKeys: ApiKeys;
  readonly accounts: BankAccountTable;
  readonly notes: BankNoteTable;
  readonly database: Database;
  readonly waitingCredits: WaitingCredits;
  /** Stops the core. */
  readonly stopCore: () => Promise<void>;
  /** Body of the answer; rejects with the problem's code. */
  readonly call: Call;
  /** `ok`, or the problem's code. */
  readonly codeOf: (attempt: Promise<unknown>) => Promise<string>;
}

type Call = <Answer>(
  name: BankEndpoint,
  input?: {
    readonly path?: { readonly [name: string]: string };
    readonly query?: string;
    readonly body?: unknown;
  },
  by?: string,
) => Promise<Answer>;
type BankEndpoint = keyof typeof bankEndpoints;

class Problem extends Error {}

/** Runs with an open door of Bank A. The consortium goes on from test to test, the database is empty. */
export function atBankWeb(
  consortium: EngineConsortium,
  run: (bank: BankWeb) => Promise<void>,
): Promise<void> {
  return inDatabase(async (database) => {
    const folder = mkdtempSync(join(tmpdir(), 'forescrow-bank-web-'));
    const served = await serveCore(folder);
    try {
      const bank = await openBank({ consortium, database, folder, ...served });
      try {
        await run(bank);
      } finally {
        await bank.web.close();
      }
    } finally {
      await served.stopCore();
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

async function serveCore(folder: string) {
  const core = SimulatedCore.open({ path: join(folder, 'core.jsonl'), answerAfterMs: 0 });
  const phones = Phones.open(join(folder, 'phones.jsonl'));
  const app = coreApp({
    ...{ core, phones, bank: 'Bank A', key: CORE_KEY, origin: 'http://core.localhost:1' },
    onCustomer: () => undefined,
  });
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo; // TCP
  const stopCore = () =>
    new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
      server.closeAllConnections();
    });
  return { core, url: `http://127.0.0.1:${String(port)}`, stopCore };
}

async function openBank(of: {
  readonly consortium: EngineConsortium;
  readonly database: Database;
  readonly folder: string;
  readonly core: SimulatedCore;
  readonly url: string;
  readonly stopCore: () => Promise<void>;
}): Promise<BankWeb> {
  const { consortium, database, folder, core } = of;
  const keyPath = join(folder, 'core.key');
  writeFileSync(keyPath, CORE_KEY, { mode: 0o600 });
  const http = new CoreHttp({ url: of.url, keyPath });
  const simulator = new SimulatorClient(http);
  const accounts = new BankAccountTable(database.query);
  const ledger = notingAccounts(ledgerOf(consortium), accounts);
  const apiKeys = new ApiKeys(new ApiKeyTable(database), systemClock);
  const waitingCredits = new WaitingCredits();
  const handlers = bankHandlers({
    ...{ bank: '10', mspId: BANK_A, partners: [MARKETPLACE], sealingKey: 'A'.repeat(43) },
    ...{ ledger, accounts, apiKeys, clock: systemClock, customers: new HttpBank(http) },
    waitingCredits,
    switchesLink: () => simulator.switchesLink(),
    operationIds: new OperationIds(new GeneratedValueTable(database)),
    reads: new PostgresBankReads(database.query),
    operations: new Operations({
      channel: consortium.channel,
      ledger: withTrueCodes(ledger),
      records: new PostgresOperationRecords(database.query),
      seenOnLedger: () => Promise.resolve(null),
      receipts: () => null,
      shown: () => Promise.resolve(),
      ...{ clock: systemClock, log: silentLog, signal: new AbortController().signal },
    }),
  });
  const others = (Object.keys(ENDPOINTS) as EndpointName[]).filter(
    (name) => !Object.hasOwn(bankEndpoints, name),
  );
  const notHere = others.filter((name) => (ENDPOINTS[name].at as readonly string[]).includes('bank'));
  const web = await openTestWeb({
    endpoints: boundEndpoints('bank', handlers, notHere),
    viewers: viewersOf(consortium),
    repeatedWrites: new RepeatedWrites({
      records: new RepeatedWriteTable(database.query),
      sealingKey: Buffer.alloc(32, 7),
      clock: systemClock,
    }),
  });
  const notes = new BankNoteTable(database.query);
  const { stopCore } = of;
  return {
    web,
    consortium,
    core,
    apiKeys,
    accounts,
    notes,
    database,
    waitingCredits,
    stopCore,
    ...caller(web),
  };
}

function viewersOf(consortium: EngineConsortium) {
  const { id } = consortium.operatorOf(BANK_A);
  return {
    operator: testViewer(['operator'], { id }),
    administrator: testViewer(['administrator']),
    client: testViewer(['client'], { id: consortium.alice.person.id }),
    // A session that no gateway of Bank A gives: the ledger alone stands in the way.
    foreign: testViewer(['operator'], { id: consortium.operatorOf(BANK_B).id }),
  };
}

function caller(web: TestWeb): Pick<BankWeb, 'call' | 'codeOf'> {
  let keys = 0;
  return {
    call: async (name, { path = {}, query = '', body } = {}, by = 'operator') => {
      const { method, path: address } = bankEndpoints[name];
      const filled = Object.entries(path).reduce(
        (text, [key, value]) => text.replace(`{${key}}`, value),
        address as string,
      );
      const headers = {
        authorization: `Bearer ${by}`,
        'idempotency-key': `key-of-test-${String((keys += 1))}`,
      };
      const sent =
        body === undefined
          ? fetch(web.url + filled + query, { method, headers })
          : web.send(method, filled, body, headers);
      const response = await sent;
      if (!response.ok) throw new Problem((await problemOf(response)).code);
      return (await response.json()) as never;
    },
    codeOf: (attempt) =>
      attempt.then(
        () => 'ok',
        (error: unknown) => {
          if (error instanceof Problem) return error.message;
          throw error;
        },
      ),
  };
}

/** What a gateway of Bank A sends to its peer. */
function ledgerOf(consortium: EngineConsortium): LedgerClient {
  return fakeLedger({
    submit: async (_lane, commands) => {
      const list = [commands].flat() as readonly Command[]; // one or several, as submit takes them
      try {
        const { txId, results } = await consortium.own(BANK_A, list, { role: 'gateway' });
        return results.map((result) => ({ ...result, txId, block: 1 }));
      } catch (error) {
        if (!(error instanceof EndorsementRefused)) throw error;
        // Nothing was left to write: the peer gives the true results, and nothing is ordered.
        const results = await consortium.tryOwn(BANK_A, list, { role: 'gateway' });
        return results.map((result) => ({ ...result, txId: null, block: null }));
      }
    },
    dryRun: (commands) => consortium.tryOwn(BANK_A, commands, { role: 'gateway' }),
    rows: async (keys) => {
      const rows = await Promise.all(keys.map((key) => rowAt(consortium, key)));
      return Object.fromEntries(keys.map((key, index) => [key, rows[index] ?? null]));
    },
    queryPrivate: ((query: PrivateQuery) => privately(consortium, query)) as LedgerClient['queryPrivate'],
  });
}

function rowAt(consortium: EngineConsortium, key: string): Promise<Rows[RowKind] | null> {
  const [kind, ...ids] = key.split('/');
  return consortium.row(kind as RowKind, ...ids); // keys are those of rows
}

/** A refusal carries its code in its text, as a peer gives it. */
async function privately(consortium: EngineConsortium, query: PrivateQuery): Promise<unknown> {
  try {
    return await consortium.privately(BANK_A, query);
  } catch (error) {
    const code = /\b(NO_ACCOUNT|BAD_INPUT|NOT_FOUND)\b/.exec(
      error instanceof Error ? error.message : '',
    )?.[1];
    if (code === undefined) throw error;
    throw new LedgerRejected(code, 'refused', { cause: error });
  }
}
