// One organisation's gateway as a whole: serves, works on what blocks bring, remembers where it was, stops clean.
import { expect } from 'chai';
import { sql } from 'kysely';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from '../../../chaincode/protocol/commands.js';
import { systemClock } from '../../../gateway/clock.js';
import type { LedgerBlock, LedgerClient } from '../../../gateway/ledger/ledger-client.js';
import {
  type RunningGateway,
  startOrganisationGateway,
} from '../../../gateway/organisations/organisation-gateway.js';
import { type AdminClient, openAdmin } from '../../../gateway/protocol/admin-client.js';
import { gatewayConfigSchema, type Member } from '../../../gateway/protocol/gateway-config.js';
import { CheckpointTable } from '../../../gateway/store/postgres/checkpoint-table.js';
import { DEAL, dealView } from '../support/deal-views.js';
import { fakeLedger } from '../support/fake-ledger.js';
import { silentLog } from '../support/silent-log.js';
import { inTemporaryFolder } from '../support/temporary-folder.js';
import { migratedDatabase, openAt } from '../../support/database.js';

const MARKET: Member = { mspId: 'MarketplaceMSP', name: 'Marketplace', kind: 'marketplace' };
const BANK: Member = { mspId: 'BankAMSP', name: 'Bank A', kind: 'bank', bankId: '10' };

/** Blocks that the test hands out one by one. */
class Blocks {
  readonly asked: number[] = [];
  private readonly waiting: LedgerBlock[] = [];
  private wake: () => void = () => undefined;

  give(block: LedgerBlock): void {
    this.waiting.push(block);
    this.wake();
  }

  async *follow(from = 0, signal?: AbortSignal): AsyncGenerator<LedgerBlock, void> {
    this.asked.push(from);
    signal?.addEventListener('abort', () => {
      this.wake();
    });
    while (signal?.aborted !== true) {
      const block = this.waiting.shift();
      if (block !== undefined) yield block;
      else await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }
}

function dealBlock(block: number): LedgerBlock {
  const rows = { [`phase/${DEAL}`]: 'open' };
  const result = { ok: true, id: DEAL } as const;
  const event = { v: 1, lane: 'agreement', results: [{ action: 'buy', result, rows }] } as const;
  return { block, transactions: [{ txId: `tx-${String(block)}`, code: 0, event }] };
}

interface Scene {
  readonly blocks: Blocks;
  readonly start: (organisation: Member, answers?: Partial<LedgerClient>) => Promise<Running>;
  /** Of every organisation that is started. */
  readonly url: string;
}
interface Running {
  readonly gateway: RunningGateway;
  readonly admin: AdminClient;
}

async function onScene(run: (scene: Scene) => Promise<void>): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    const blocks = new Blocks();
    const url = await migratedDatabase();
    const start: Scene['start'] = async (organisation, answers = {}) => {
      const tokenPath = join(folder, 'token');
      const files = { certPath: '/none', keyPath: '/none' };
      const config = gatewayConfigSchema.parse({
        ...{ organisation, channel: 'escrow', chaincode: 'escrow', members: [MARKET, BANK] },
        ledger: { address: '127.0.0.1:1', tlsRootCertPath: '/none' },
        identities: { gateway: files, worker: files, admin: files },
        admin: { host: '127.0.0.1', port: 0, tokenPath },
        world: 'demo',
        database: { url },
        dataDir: join(folder, organisation.mspId),
        timing: { windowMs: 3_000, slackMs: 1_000 },
        ...(organisation.kind === 'bank' ? { core: { url: 'http://127.0.0.1:1', keyPath: tokenPath } } : {}),
      });
      await writeFile(tokenPath, 'a-token-of-this-test', { mode: 0o600 });
      const ledger = fakeLedger({
        follow: (from, signal) => blocks.follow(from, signal),
        rows: () => Promise.resolve({ parameters: null }),
        ...answers,
      });
      const gateway = await startOrganisationGateway({ config, ledger, clock: systemClock, log: silentLog });
      const admin = await openAdmin({ url: `http://127.0.0.1:${String(gateway.port)}`, tokenPath });
      return { gateway, admin };
    };
    await run({ blocks, start, url });
  });
}

describe('organisation gateway', () => {
  it('takes the actions that a block makes due, and after a restart goes on behind that block', () =>
    onScene(async ({ blocks, start, url }) => {
      const sent: Command[] = [];
      const submit: LedgerClient['submit'] = (_lane, commands) => {
        sent.push(...[commands].flat());
        return Promise.resolve([{ ok: true, id: DEAL, txId: 'tx', block: 4 }]);
      };
      const deal = () =>
        Promise.resolve(
          dealView({ payments: [{ id: 'payment_00000001', admission: null, arrivedAt: Date.now() }] }),
        );
      const first = await start(MARKET, { submit, deal });
      blocks.give(dealBlock(3));
      const view = await first.admin.waitForDeal(DEAL, () => sent.length > 0);
      expect(view.phase?.status).to.equal('open');
      expect(sent).to.deep.include({
        action: 'admitPayment',
        params: { deal: DEAL, payment: 'payment_00000001' },
      });
      await first.gateway.stop();
      const database = await openAt(url);
      const stored = await new CheckpointTable(database, 'deals').load();
      await database.close();
      expect(stored).to.deep.equal({ block: 3, openDeals: [DEAL] });

      const before = sent.length;
      let looked = (): void => undefined;
      const again = new Promise<void>((resolve) => (looked = resolve));
      const second = await start(MARKET, {
        submit: (lane, commands) => {
          looked();
          return submit(lane, commands);
        },
        deal,
      });
      await again;
      expect(sent.length).to.be.greaterThan(before);
      expect(blocks.asked).to.deep.equal([0, 4]);
      await second.gateway.stop();
    }));

  it('a bank’s admin has the bank’s routes and one sealing key for its life', () =>
    onScene(async ({ start }) => {
      const first = await start(BANK);
      const { bank, sealingKey } = await first.admin.bank();
      await first.gateway.stop();
      const second = await start(BANK);
      expect([bank, (await second.admin.bank()).sealingKey]).to.deep.equal(['10', sealingKey]);
      await second.gateway.stop();
    }));

  it('closes its ledger when stopped, and its admin before that', () =>
    onScene(async ({ start }) => {
      const { gateway, admin } = await start(MARKET, {
        close: async () => {
          const answer: unknown = await admin.health().catch((error: unknown) => error);
          expect(answer).to.be.instanceOf(Error);
        },
      });
      expect((await admin.health()).block).to.equal(-1);
      await gateway.stop();
    }));

  it('ends with an error when its checkpoint cannot be written', () =>
    onScene(async ({ blocks, start, url }) => {
      const { gateway } = await start(MARKET, { deal: () => Promise.resolve(dealView()) });
      // It has read its checkpoint once it asks for blocks.
      while (blocks.asked.length === 0) await new Promise((resolve) => setImmediate(resolve));
      const database = await openAt(url);
      await sql`drop table checkpoints`.execute(database.query);
      await database.close();
      blocks.give(dealBlock(0));
      const ended = gateway.ended.catch((error: unknown) => error);
      let number = 0;
      const feeding = setInterval(() => {
        blocks.give(dealBlock((number += 1)));
      }, 1);
      expect(await ended).to.have.property('message', 'the checkpoint cannot be written');
      clearInterval(feeding);
      await gateway.stop();
    }));
});
