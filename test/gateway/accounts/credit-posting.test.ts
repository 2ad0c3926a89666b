// What was credited is posted, together and once; a crash between credit and post leaves a trace.
import { expect } from 'chai';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import { CreditPosting } from '../../../gateway/accounts/credit-posting.js';
import { OperationIds } from '../../../gateway/accounts/operation-ids.js';
import { systemClock } from '../../../gateway/clock.js';
import type { Database } from '../../../gateway/store/postgres/database.js';
import { GeneratedValueTable } from '../../../gateway/store/postgres/generated-value-table.js';
import { PendingPostingTable } from '../../../gateway/store/postgres/pending-posting-table.js';
import type { WorkerSubmitter } from '../../../gateway/worker/submitter.js';
import { fakeLedger } from '../support/fake-ledger.js';
import { EVENTUALLY_MS, eventually } from '../support/eventually.js';
import { silentLog } from '../support/silent-log.js';
import { inDatabase } from '../../support/database.js';

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
  /** The store takes no account. */
  unstorable: boolean;
  readonly open: () => Promise<CreditPosting>;
}

async function onScene(run: (scene: Scene) => Promise<void>): Promise<void> {
  await inDatabase(async (database) => {
    const clock = useFakeTimers({ now: 1_000_000, toFake: ['Date', 'setTimeout', 'clearTimeout'] });
    try {
      const scene: Scene = {
        ...{ clock, sent: [], lines: [], failing: false, unstorable: false, meanwhile: () => undefined },
        open: () => openPosting(database, scene),
      };
      await run(scene);
    } finally {
      clock.restore();
    }
  });
}

async function openPosting(database: Database, scene: Scene): Promise<CreditPosting> {
  const submit: WorkerSubmitter['submit'] = (_lane, [command]) => {
    if (scene.failing) return Promise.reject(new Error('the peer is away'));
    const credits = (command?.params?.['credits'] ?? []) as string[];
    scene.sent.push(credits);
    scene.lines = scene.lines.filter((line) => !credits.includes(line));
    return Promise.resolve([{ ok: true, id: ACCOUNT, txId: 'tx', block: 1 } as const]);
  };
  const operationIds = new OperationIds(new GeneratedValueTable(database));
  const stored = new PendingPostingTable(database);
  return CreditPosting.open({
    postings: {
      accounts: () => stored.accounts(),
      add: (account) =>
        scene.unstorable ? Promise.reject(new Error('the database is away')) : stored.add(account),
      remove: (account) => stored.remove(account),
    },
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

  it('an account that could not be stored was not expected: the next credit stores it', () =>
    onScene(async (scene) => {
      const posting = await scene.open();
      scene.unstorable = true;
      const failed: unknown = await posting.expect(ACCOUNT).catch((error: unknown) => error);
      expect(failed).to.have.property('message', 'the database is away');
      scene.unstorable = false;
      await posting.expect(ACCOUNT);
      posting.stop();
      const next = await scene.open();
      scene.lines.push('deal_1/payment_1/seller');
      next.start();
      await scene.clock.tickAsync(250);
      await eventually(scene.clock, () => scene.sent.length > 0);
      expect(scene.sent).to.deep.equal([['deal_1/payment_1/seller']]);
      next.stop();
    }));
});
