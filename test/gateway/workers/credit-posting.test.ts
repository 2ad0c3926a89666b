// Duty: what was credited is posted, together and once; a crash between credit and post leaves a trace.
// Must not: wait; the clock is sinon's.
import { join } from 'node:path';
import { expect } from 'chai';
import { useFakeTimers, type SinonFakeTimers } from 'sinon';
import type { Command } from '../../../chaincode/protocol/commands.js';
import { MadeValues } from '../../../gateway/store/made-values.js';
import { systemClock } from '../../../gateway/workers/clock.js';
import { CreditPosting } from '../../../gateway/workers/credit-posting.js';
import { KeptOperations } from '../../../gateway/workers/kept-operations.js';
import { fakeLedger } from '../support/fake-ledger.js';
import { SETTLED_WITHIN_MS, settled } from '../support/settled.js';
import { silentLog } from '../support/silent-log.js';
import { inTemporaryFolder } from '../support/temporary-folder.js';

const ACCOUNT = '20bbbbbbbbbb00';

interface Scene {
  readonly clock: SinonFakeTimers;
  readonly sent: (readonly string[])[];
  /** Lines that are not posted yet. */
  lines: string[];
  /** Happens after the lines were read and before the reader has them. */
  meanwhile: () => void;
  /** The next post fails. */
  failing: boolean;
  readonly values: MadeValues;
  readonly open: () => Promise<CreditPosting>;
}

async function onScene(run: (scene: Scene) => Promise<void>): Promise<void> {
  const clock = useFakeTimers({ now: 1_000_000, toFake: ['Date', 'setTimeout', 'clearTimeout'] });
  try {
    await inTemporaryFolder(async (folder) => {
      const scene: Scene = {
        ...{ clock, sent: [], lines: [], failing: false, meanwhile: () => undefined },
        values: await MadeValues.open(join(folder, 'values')),
        open: () => openPosting(folder, scene),
      };
      await run(scene);
      await scene.values.close();
    });
  } finally {
    clock.restore();
  }
}

async function openPosting(folder: string, scene: Scene): Promise<CreditPosting> {
  const own = ([command]: readonly Command[]) => {
    if (scene.failing) return Promise.reject(new Error('the peer is away'));
    const credits = (command?.params?.['credits'] ?? []) as string[];
    scene.sent.push(credits);
    scene.lines = scene.lines.filter((line) => !credits.includes(line));
    return Promise.resolve([{ ok: true, id: ACCOUNT, txId: 'tx', block: 1 } as const]);
  };
  const kept = new KeptOperations(scene.values);
  return CreditPosting.open({
    path: join(folder, 'accounts'),
    ledger: fakeLedger({
      privately: (() => {
        const answer = scene.lines.map((credit) => ({ credit }));
        scene.meanwhile();
        return Promise.resolve(answer);
      }) as never,
    }),
    sending: { own, agree: own },
    ...{ kept, clock: systemClock, log: silentLog, gatherMs: 250 },
  });
}

describe('credit posting', function () {
  this.timeout(2 * SETTLED_WITHIN_MS);

  it('credits that come close together are posted in one go', () =>
    onScene(async (scene) => {
      const posting = await scene.open();
      for (const line of ['deal_1/payment_1/seller', 'deal_2/payment_2/seller']) {
        await posting.expect(ACCOUNT);
        scene.lines.push(line);
        posting.credited(ACCOUNT);
      }
      await scene.clock.tickAsync(249);
      expect(scene.sent).to.deep.equal([]);
      await scene.clock.tickAsync(1);
      await settled(scene.clock, () => scene.sent.length > 0);
      expect(scene.sent).to.deep.equal([['deal_1/payment_1/seller', 'deal_2/payment_2/seller']]);
      await posting.stop();
    }));

  it('more credits than one post may name are posted in several', () =>
    onScene(async (scene) => {
      const posting = await scene.open();
      await posting.expect(ACCOUNT);
      scene.lines = Array.from({ length: 150 }, (_none, index) => `deal_1/payment_${String(index)}/seller`);
      posting.credited(ACCOUNT);
      await scene.clock.tickAsync(250);
      await settled(scene.clock, () => scene.sent.length === 2);
      expect(scene.sent.map((credits) => credits.length)).to.deep.equal([100, 50]);
      await posting.stop();
    }));

  it('a credit that comes while its account is being looked at is posted as well', () =>
    onScene(async (scene) => {
      const posting = await scene.open();
      await posting.expect(ACCOUNT);
      await posting.expect(ACCOUNT);
      scene.meanwhile = () => {
        scene.meanwhile = () => undefined;
        scene.lines = ['deal_1/payment_1/seller'];
        posting.credited(ACCOUNT);
      };
      posting.credited(ACCOUNT);
      await scene.clock.tickAsync(500);
      await settled(scene.clock, () => scene.sent.length > 0);
      expect(scene.sent).to.deep.equal([['deal_1/payment_1/seller']]);
      await posting.stop();
    }));

  it('a post that failed is tried again', () =>
    onScene(async (scene) => {
      const posting = await scene.open();
      await posting.expect(ACCOUNT);
      scene.lines = ['deal_1/payment_1/seller'];
      scene.failing = true;
      posting.credited(ACCOUNT);
      await scene.clock.tickAsync(250);
      scene.failing = false;
      await scene.clock.tickAsync(2_000);
      await settled(scene.clock, () => scene.sent.length > 0);
      expect(scene.lines).to.deep.equal([]);
      await posting.stop();
    }));

  it('a new process postings what the old one had only expected', () =>
    onScene(async (scene) => {
      const old = await scene.open();
      await old.expect(ACCOUNT);
      scene.lines = ['deal_1/payment_1/seller'];
      await old.stop();
      const next = await scene.open();
      next.start();
      await scene.clock.tickAsync(250);
      await settled(scene.clock, () => scene.sent.length > 0);
      expect(scene.sent).to.deep.equal([['deal_1/payment_1/seller']]);
      await next.stop();
    }));
});
