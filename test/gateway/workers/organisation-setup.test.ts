// Duty: an organisation's secret is set once and is the same at each start; banks trust the configured banks.
// Must not: touch a ledger; the commands that would be sent are what is looked at.
import { join } from 'node:path';
import { expect } from 'chai';
import type { Command, CommandResult } from '../../../chaincode/protocol/commands.js';
import { LedgerUnavailable } from '../../../gateway/ledger/ledger-errors.js';
import type { Member } from '../../../gateway/protocol/gateway-config.js';
import { MadeValues } from '../../../gateway/store/made-values.js';
import type { Clock } from '../../../gateway/workers/clock.js';
import { OrganisationSetup } from '../../../gateway/workers/organisation-setup.js';
import { fakeLedger } from '../support/fake-ledger.js';
import { silentLog } from '../support/silent-log.js';
import { inTemporaryFolder } from '../support/temporary-folder.js';

const BANK: Member = { mspId: 'BankAMSP', name: 'Bank A', kind: 'bank', bankId: '10' };
const MARKET: Member = { mspId: 'MarketplaceMSP', name: 'Marketplace', kind: 'marketplace' };
const ok: CommandResult = { ok: true, id: 'x' };

interface Scene {
  readonly sent: Command[];
  parameters: object | null;
  reply: (command: Command) => CommandResult;
  /** What was put off to a later instant. */
  readonly later: (() => void)[];
  readonly make: (organisation: Member) => Promise<OrganisationSetup>;
  readonly settled: (setup: OrganisationSetup) => Promise<void>;
}

async function onScene(run: (scene: Scene) => Promise<void>): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    const open: MadeValues[] = [];
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
      make: async (organisation) => {
        const values = await MadeValues.open(join(folder, organisation.mspId));
        open.push(values);
        const own = (commands: readonly Command[]) => {
          scene.sent.push(...commands);
          return Promise.resolve(
            commands.map((command) => ({ ...scene.reply(command), txId: 'tx', block: 1 })),
          );
        };
        return new OrganisationSetup({
          ledger: fakeLedger({ rows: () => Promise.resolve({ parameters: scene.parameters as never }) }),
          sending: { own, agree: own },
          ...{ values, organisation, members: [MARKET, BANK], clock, log: silentLog },
          signal: new AbortController().signal,
        });
      },
      settled: async (setup) => {
        for (let turn = 0; turn < 10_000 && !setup.isSettled(); turn += 1) await turnOfLoop();
        expect(setup.isSettled(), 'never set up').to.equal(true);
      },
    };
    await run(scene);
    await Promise.all(open.map((values) => values.close()));
  });
}

function turnOfLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('organisation setup', () => {
  it('a bank sets its secret first and then trusts the banks of the configuration', () =>
    onScene(async (scene) => {
      const setup = await scene.make(BANK);
      setup.attempt();
      await scene.settled(setup);
      expect(scene.sent.map(({ action }) => action)).to.deep.equal(['setSecret', 'trustBanks']);
      expect(scene.sent[0]?.params?.['secret']).to.match(/^[A-Za-z0-9_-]{43}$/);
      expect(scene.sent[1]?.params).to.deep.equal({
        banks: [{ bank: '10', msp: 'BankAMSP', debitCap: null }],
      });
    }));

  it('another organisation only sets its secret', () =>
    onScene(async (scene) => {
      const setup = await scene.make(MARKET);
      setup.attempt();
      await scene.settled(setup);
      expect(scene.sent.map(({ action }) => action)).to.deep.equal(['setSecret']);
    }));

  it('the next start shows the same secret and takes a ledger that has it already', () =>
    onScene(async (scene) => {
      const first = await scene.make(MARKET);
      first.attempt();
      await scene.settled(first);
      scene.reply = () => ({ ok: false, id: 'x', code: 'SECRET_SET' });
      const second = await scene.make(MARKET);
      second.attempt();
      await scene.settled(second);
      expect(scene.sent[1]).to.deep.equal(scene.sent[0]);
    }));

  it('before the ledger has parameters nothing is sent; their arrival is the moment to try', () =>
    onScene(async (scene) => {
      scene.parameters = null;
      const setup = await scene.make(MARKET);
      setup.attempt();
      for (let turn = 0; turn < 20; turn += 1) await turnOfLoop();
      expect([scene.sent.length, setup.isSettled()]).to.deep.equal([0, false]);
      scene.parameters = {};
      setup.attempt();
      await scene.settled(setup);
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
      const setup = await scene.make(MARKET);
      setup.attempt();
      for (let tries = 0; tries < 2; tries += 1) {
        while (scene.later.length === 0) await turnOfLoop();
        scene.later.shift()?.();
      }
      await scene.settled(setup);
      expect(scene.sent).to.have.length(3);
    }));
});
