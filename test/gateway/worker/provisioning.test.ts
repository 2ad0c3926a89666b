// An organisation's secret is set once and is the same at each start; banks trust the configured banks.
import { expect } from 'chai';
import type { Command, CommandResult } from '../../../chaincode/protocol/commands.js';
import type { Clock } from '../../../gateway/clock.js';
import { LedgerUnavailable } from '../../../gateway/ledger/ledger-errors.js';
import type { Member } from '../../../gateway/protocol/gateway-config.js';
import { GeneratedValueTable } from '../../../gateway/store/postgres/generated-value-table.js';
import { Provisioning } from '../../../gateway/worker/provisioning.js';
import type { WorkerSubmitter } from '../../../gateway/worker/submitter.js';
import { EVENTUALLY_MS } from '../support/eventually.js';
import { fakeLedger } from '../support/fake-ledger.js';
import { silentLog } from '../support/silent-log.js';
import { inDatabase } from '../../support/database.js';

const BANK: Member = { mspId: 'BankAMSP', name: 'Bank A', kind: 'bank', bankId: '10' };
const MARKET: Member = { mspId: 'MarketplaceMSP', name: 'Marketplace', kind: 'marketplace' };
const COURIER: Member = { mspId: 'CourierMSP', name: 'Courier', kind: 'courier' };
const ok: CommandResult = { ok: true, id: 'x' };

interface Scene {
  readonly sent: Command[];
  parameters: object | null;
  reply: (command: Command) => CommandResult;
  /** What was put off to a later instant. */
  readonly later: (() => void)[];
  readonly make: (organisation: Member) => Provisioning;
  readonly provisioned: (setup: Provisioning) => Promise<void>;
}

async function onScene(run: (scene: Scene) => Promise<void>): Promise<void> {
  await inDatabase(async (database) => {
    const later: (() => void)[] = [];
    const clock: Clock = {
      now: () => 0,
      at: (_instant, action) => {
        later.push(action);
        return () => undefined;
      },
    };
    const scene: Scene = {
      ...{ sent: [], parameters: {}, reply: () => ok, later },
      make: (organisation) => {
        const values = new GeneratedValueTable(database);
        const submit: WorkerSubmitter['submit'] = (_lane, commands) => {
          scene.sent.push(...commands);
          return Promise.resolve(
            commands.map((command) => ({ ...scene.reply(command), txId: 'tx', block: 1 })),
          );
        };
        return new Provisioning({
          ledger: fakeLedger({ rows: () => Promise.resolve({ parameters: scene.parameters as never }) }),
          submitter: { submit },
          ...{ values, organisation, members: [MARKET, BANK], clock, log: silentLog },
          signal: new AbortController().signal,
        });
      },
      provisioned: async (setup) => {
        // By time, not by turns: a busy disk takes many of them.
        const givenUpAt = performance.now() + EVENTUALLY_MS;
        while (!setup.isProvisioned() && performance.now() < givenUpAt) await turnOfLoop();
        expect(setup.isProvisioned(), 'never provisioned').to.equal(true);
      },
    };
    await run(scene);
  });
}

function turnOfLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('provisioning', function () {
  this.timeout(2 * EVENTUALLY_MS);

  it('a bank sets its secret first and then trusts the banks of the configuration', () =>
    onScene(async (scene) => {
      const setup = scene.make(BANK);
      setup.attempt();
      await scene.provisioned(setup);
      expect(scene.sent.map(({ action }) => action)).to.deep.equal(['setSecret', 'trustBanks']);
      expect(scene.sent[0]?.params?.['secret']).to.match(/^[A-Za-z0-9_-]{43}$/);
      expect(scene.sent[1]?.params).to.deep.equal({
        banks: [{ bank: '10', msp: 'BankAMSP' }],
      });
    }));

  it('the courier does so as well, the marketplace only sets its secret', () =>
    onScene(async (scene) => {
      const setup = scene.make(MARKET);
      setup.attempt();
      await scene.provisioned(setup);
      expect(scene.sent.map(({ action }) => action)).to.deep.equal(['setSecret']);
      const courier = scene.make(COURIER);
      courier.attempt();
      await scene.provisioned(courier);
      expect(scene.sent.map(({ action }) => action)).to.deep.equal([
        ...['setSecret', 'setSecret', 'trustBanks'],
      ]);
    }));

  it('the next start shows the same secret and takes a ledger that has it already', () =>
    onScene(async (scene) => {
      const first = scene.make(MARKET);
      first.attempt();
      await scene.provisioned(first);
      scene.reply = () => ({ ok: false, id: 'x', code: 'SECRET_SET' });
      const second = scene.make(MARKET);
      second.attempt();
      await scene.provisioned(second);
      expect(scene.sent[1]).to.deep.equal(scene.sent[0]);
    }));

  it('before the ledger has parameters nothing is sent; their arrival is the moment to try', () =>
    onScene(async (scene) => {
      scene.parameters = null;
      const setup = scene.make(MARKET);
      setup.attempt();
      for (let turn = 0; turn < 20; turn += 1) await turnOfLoop();
      expect([scene.sent.length, setup.isProvisioned()]).to.deep.equal([0, false]);
      scene.parameters = {};
      setup.attempt();
      await scene.provisioned(setup);
    }));

  it('a failure is tried again later, a refusal too', () =>
    onScene(async (scene) => {
      const replies: (() => CommandResult)[] = [
        () => {
          throw new LedgerUnavailable('away');
        },
        () => ({ ok: false, id: 'x', code: 'WRONG_ROLE' }),
      ];
      scene.reply = () => (replies.shift() ?? (() => ok))();
      const setup = scene.make(MARKET);
      setup.attempt();
      for (let tries = 0; tries < 2; tries += 1) {
        while (scene.later.length === 0) await turnOfLoop();
        scene.later.shift()?.();
      }
      await scene.provisioned(setup);
      expect(scene.sent).to.have.length(3);
    }));
});
