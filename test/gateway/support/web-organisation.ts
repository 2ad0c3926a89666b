// One organisation's web door on a real ledger and a real database, with sessions of its people as their programs have
// them.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../../gateway/clock.js';
import { systemClock } from '../../../gateway/clock.js';
import type { LedgerClient } from '../../../gateway/ledger/ledger-client.js';
import type { OperatorParts } from '../../../gateway/organisations/bank-gateway.js';
import { bankPartners } from '../../../gateway/organisations/bank-partners.js';
import { startWebApi } from '../../../gateway/organisations/web-api.js';
import { ROUTES } from '../../../gateway/protocol/api/endpoints.js';
import type { GatewayConfig } from '../../../gateway/protocol/gateway-config.js';
import { type KeyStore, memoryKeyStore } from '../../../gateway/sdk/key-store.js';
import { ClientSession } from '../../../gateway/sdk/session.js';
import type { Database } from '../../../gateway/store/postgres/database.js';
import { silentLog } from './silent-log.js';

export interface WebOrganisation {
  readonly url: string;
  readonly dataDir: string;
  readonly firstPassword: string;
  session(options?: { readonly keyStore?: KeyStore; readonly fetch?: typeof fetch }): ClientSession;
  close(): Promise<void>;
}

export async function openWebOrganisation(of: {
  readonly config: GatewayConfig;
  readonly ledger: LedgerClient;
  readonly database: Database;
  readonly clock?: Clock;
  readonly web?: Partial<NonNullable<GatewayConfig['web']>>;
  readonly dataDir?: string;
  /** Of a bank; default: none. */
  readonly bank?: OperatorParts | null;
}): Promise<WebOrganisation> {
  const dataDir = of.dataDir ?? mkdtempSync(join(tmpdir(), 'forescrow-web-'));
  const written = of.config.web;
  if (written === undefined) throw new Error('the configuration names no web door');
  const config = { ...of.config, dataDir, web: { ...written, host: '127.0.0.1', port: 0, ...of.web } };
  const stopping = new AbortController();
  const { ledger, database, clock = systemClock } = of;
  const log = silentLog;
  const { signal } = stopping;
  const partners = bankPartners({ config, requeue: () => undefined, clock, log, signal });
  const running = await startWebApi({
    ...{ bank: of.bank ?? null, partners, config, ledger, database, clock, log, signal },
  });
  if (running === null) throw new Error('no web door was started');
  const url = `http://127.0.0.1:${String(running.port)}`;
  const { mspId: organisation } = config.organisation;
  return {
    url,
    dataDir,
    firstPassword:
      /one log-in: (.+)$/m.exec(readFileSync(join(dataDir, 'first-administrator.txt'), 'utf8'))?.[1] ?? '',
    session: (options = {}) =>
      ClientSession.open({
        ...{
          base: url,
          routes: ROUTES,
          organisation,
          channel: config.channel,
          language: 'en',
          cookies: true,
        },
        keyStore: options.keyStore ?? memoryKeyStore(),
        ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
      }),
    close: async () => {
      stopping.abort(new Error('the test is over'));
      await running.close();
      await running.ended;
      partners.close();
      if (of.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
