// The marketplace's web door beside the bench's ledger client: signed payments by HTTP, with sessions, the database and
// what a client may have open, and the same past the door. The door runs in the bench's own process, its database in
// another.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from '../../chaincode/protocol/commands.js';
import type { Intent } from '../../chaincode/protocol/intent.js';
import { Database } from '../../gateway/store/postgres/database.js';
import {
  buyAtDoor,
  newWebClient,
  openMarket,
  paymentRequest,
  type WebClient,
  type WebMarket,
} from '../gateway/support/web-clients.js';
import { silentLog } from '../gateway/support/silent-log.js';
import { openWebOrganisation, type WebOrganisation } from '../gateway/support/web-organisation.js';
import type { ClientConsortium } from '../support/client-consortium.js';
import { startServer, type TestServer } from '../support/database-server.js';
import { agreed, BANK_A, MARKETPLACE } from '../support/member-access.js';
import type { NamedProcess } from './processor-time.js';

/** Of each client, minor units. */
const MONEY = '1000000000000';
/** As a member sets it for a machine of its own; tests of limits are elsewhere. */
const NO_LIMIT = { address: 1_000_000, person: 1_000_000 };
const LIMITS = { unpaidDeals: 100_000, unconfirmedPayments: 100_000 };
const WAIT_S = 30;

/** The whole price of a deal, signed by its buyer and not sent yet. */
export interface DoorPayment {
  readonly payer: WebClient;
  readonly deal: string;
  readonly intent: Intent;
  readonly command: Command;
  readonly admission: Command;
}

export class BenchDoor {
  private constructor(
    private readonly server: TestServer,
    private readonly database: Database,
    private readonly web: WebOrganisation,
    private readonly market: WebMarket,
    private readonly clients: readonly WebClient[],
    private readonly offer: string,
  ) {}

  /** With so many clients: no more of their payments can be on their way at a time. */
  static async open(
    consortium: ClientConsortium,
    { offer, clients: count }: { readonly offer: string; readonly clients: number },
  ): Promise<BenchDoor> {
    const folder = mkdtempSync(join(tmpdir(), 'forescrow-bench-'));
    const server = await startServer(folder, []);
    const database = await Database.open({ url: server.local.url(), world: 'demo', log: silentLog });
    const web = await openWebOrganisation({
      ...{ config: consortium.ground.config(MARKETPLACE), ledger: consortium.ledger(MARKETPLACE), database },
      web: { requestsPerMinute: NO_LIMIT, limits: LIMITS, registrationsPerHour: 10_000 },
    });
    const market = await openMarket(consortium, web);
    const clients: WebClient[] = [];
    for (let number = 0; number < count; number += 1) {
      clients.push(await newWebClient(market, `client${String(number)}`, { [BANK_A]: MONEY }));
    }
    return new BenchDoor(server, database, web, market, clients, offer);
  }

  get processes(): readonly NamedProcess[] {
    return [{ name: 'database', pid: this.server.process.status().pid }];
  }

  /** One deal and payment of each client. */
  newPayments(): Promise<readonly DoorPayment[]> {
    return Promise.all(this.clients.map((payer) => this.newPayment(payer)));
  }

  /** By HTTP. Throws unless it was carried out. */
  async pay({ payer, deal, intent }: DoorPayment): Promise<void> {
    const sent = { path: { deal }, body: { intent } };
    const { status, code } = await payer.session.api.call('submitPayment', sent, { waitS: WAIT_S });
    if (status !== 'done') throw new Error(`a payment at the door is ${code ?? status}`);
  }

  async close(): Promise<void> {
    await this.web.close();
    await this.database.close();
    await this.server.process.stop();
    rmSync(this.server.folder, { recursive: true, force: true });
  }

  private async newPayment(payer: WebClient): Promise<DoorPayment> {
    const { terms } = await buyAtDoor(this.market, payer, this.offer);
    const { price } = terms.offerTerms;
    const request = await paymentRequest(this.market, payer, terms, { msp: BANK_A, amount: price });
    const intent = await payer.session.sign(request);
    const { deal } = terms;
    return {
      ...{ payer, deal, intent, command: { action: request.action, intent } },
      admission: agreed({ action: 'admitPayment', params: { deal, payment: request.id } }).command,
    };
  }
}
