// What was credited is posted, together and once; a crash between credit and post leaves a trace.
import { expect } from 'chai';
import { join } from 'node:path';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import { CreditPosting } from '../../../gateway/accounts/credit-posting.js';
import { OperationIds } from '../../../gateway/accounts/operation-ids.js';
import { systemClock } from '../../../gateway/clock.js';
import { GeneratedValuesFile } from '../../../gateway/store/files/generated-values-file.js';
import { PendingPostingFile } from '../../../gateway/store/files/pending-posting-file.js';
import type { WorkerSubmitter } from '../../../gateway/worker/submitter.js';
import { fakeLedger } from '../support/fake-ledger.js';
import { EVENTUALLY_MS, eventually } from '../support/eventually.js';
import { silentLog } from '../support/silent-log.js';
import { inTemporaryFolder } from '../support/temporary-folder.js';

const ACCOUNT = '20022222222222200';

interface Scene {
  readonly clock: SinonFakeTimers;
  readonly sent: (readonly string[])[];
  /** Lines that are not posted yet. */
  lines: string[];
  /** Happens after the lines were read and before the reader has them. */
  meanwhile: () => void;
  /** The next post fails. */
  failing: boolean;
  readonly values: GeneratedValuesFile;
  readonly files: PendingPostingFile[];
  readonly open: () => Promise<CreditPosting>;
}

async function onScene(run: (scene: Scene) => Promise<void>): Promise<void> {
  const clock = useFakeTimers({ now: 1_000_000, toFake: ['Date', 'setTimeout', 'clearTimeout'] });
  try {
    await inTemporaryFolder(async (folder) => {
      const scene: Scene = {
        ...{ clock, sent: [], lines: [], files: [], failing: false, meanwhile: () => undefined },
        values: await GeneratedValuesFile.open(join(folder, 'values')),
        open: () => openPosting(folder, scene),
      };
      await run(scene);
      await Promise.all([scene.values, ...scene.files].map((file) => file.close()));
    });
  } finally {
    clock.restore();
  }
}

async function openPosting(folder: string, scene: Scene): Promise<CreditPosting> {
  const submit: WorkerSubmitter['submit'] = (_lane, [command]) => {
    if (scene.failing) return Promise.reject(new Error('the peer is away'));
    const credits = (command?.params?.['credits'] ?? []) as string[];
    scene.sent.push(credits);
    scene.lines = scene.lines.filter((line) => !credits.includes(line));
    return Promise.resolve([{ ok: true, id: ACCOUNT, txId: 'tx', block: 1 } as const]);
  };
  const operationIds = new OperationIds(scene.values);
  const postings = await PendingPostingFile.open(join(folder, 'accounts'));
  scene.files.push(postings);
  return CreditPosting.open({
    postings,
    ledger: fakeLedger({
      queryPrivate: (() => {
        const answer = scene.lines.map((credit) => ({ credit }));
        scene.meanwhile();
        return Promise.resolve(answer);
      }) as never,
    }),
    submitter: { submit },
    ...{ operationIds, clock: systemClock, log: silentLog, gatherMs: 250 },
  });
}

describe('credit posting', function () {
  this.timeout(2 * EVENTUALLY_MS);

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
      await eventually(scene.clock, () => scene.sent.length > 0);
      expect(scene.sent).to.deep.equal([['deal_1/payment_1/seller', 'deal_2/payment_2/seller']]);
      posting.stop();
    }));

  it('more credits than one post may name are posted in several', () =>
    onScene(async (scene) => {
      const posting = await scene.open();
      await posting.expect(ACCOUNT);
      scene.lines = Array.from({ length: 150 }, (_none, index) => `deal_1/payment_${String(index)}/seller`);
      posting.credited(ACCOUNT);
      await scene.clock.tickAsync(250);
      await eventually(scene.clock, () => scene.sent.length === 2);
      expect(scene.sent.map((credits) => credits.length)).to.deep.equal([100, 50]);
      posting.stop();
    }));

  it('a credit that comes while its account is being posted is posted as well', () =>
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
      await eventually(scene.clock, () => scene.sent.length > 0);
      expect(scene.sent).to.deep.equal([['deal_1/payment_1/seller']]);
      posting.stop();
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
      await eventually(scene.clock, () => scene.sent.length > 0);
      expect(scene.lines).to.deep.equal([]);
      posting.stop();
    }));

  it('a new process postings what the old one had only expected', () =>
    onScene(async (scene) => {
      const old = await scene.open();
      await old.expect(ACCOUNT);
      scene.lines = ['deal_1/payment_1/seller'];
      old.stop();
      const next = await scene.open();
      next.start();
      await scene.clock.tickAsync(250);
      await eventually(scene.clock, () => scene.sent.length > 0);
      expect(scene.sent).to.deep.equal([['deal_1/payment_1/seller']]);
      next.stop();
    }));
});
