// A person's signed command is carried once, whatever happens to requests, answers, ledger, store and process.
import { expect } from 'chai';
import type { Command } from '../../../chaincode/protocol/commands.js';
import type { Intent } from '../../../chaincode/protocol/intent.js';
import { type Clock, systemClock } from '../../../gateway/clock.js';
import { LedgerRejected, LedgerUnavailable, OutcomeUnknown } from '../../../gateway/ledger/ledger-errors.js';
import { Operations } from '../../../gateway/operations/operations.js';
import type { CommandOutcome } from '../../../gateway/protocol/admin.js';
import { Refused } from '../../../gateway/refused.js';
import type { OperationOutcome, OperationRecords } from '../../../gateway/store/operation-records.js';
import { PostgresOperationRecords } from '../../../gateway/store/postgres/operation-records.js';
import { StoreUnavailable } from '../../../gateway/store-unavailable.js';
import { inDatabase } from '../../support/database.js';
import { makePerson } from '../../support/people.js';
import { silentLog } from '../support/silent-log.js';

const CHANNEL = 'escrow';
const WAIT_MS = 10_000;
const alice = makePerson('alice');
const DONE: OperationOutcome = { status: 'done', code: null, txId: 'tx', block: 7 };

const signed = (change: Partial<Intent['body']> = {}): Intent =>
  alice.sign(
    'askLink',
    { bank: '10', currency: 'RUB', keyThumbprint: '0'.repeat(64) },
    {
      channel: CHANNEL,
      now: Date.now(),
      ...change,
    },
  );
const command = (intent: Intent) => ({ action: 'askLink', lane: 'agreement', intent }) as const;

interface Scene {
  readonly operations: Operations;
  /** The same store, as another process of the gateway sees it. */
  readonly restarted: (clock?: Clock) => Operations;
  readonly sent: Command[];
  /** What the ledger does with the next commands; when used up, it takes them. */
  readonly answers: (() => Promise<CommandOutcome>)[];
  readonly onLedger: Map<string, OperationOutcome>;
  /** When the ledger says what became of a transaction whose answer got lost; at once unless replaced. */
  readonly settled: { now: Promise<unknown> };
  /** Throws once where set. */
  readonly faults: { finish: Error | null };
}

async function onScene(run: (scene: Scene) => Promise<void>): Promise<void> {
  await inDatabase(async (database) => {
    const stopping = new AbortController();
    const stored = new PostgresOperationRecords(database.query);
    const faults: Scene['faults'] = { finish: null };
    const records: OperationRecords = {
      create: (record) => stored.create(record),
      find: (person, id) => stored.find(person, id),
      open: (limit) => stored.open(limit),
      recent: (person, action, since) => stored.recent(person, action, since),
      removeOlder: (before, limit) => stored.removeOlder(before, limit),
      finish: (person, id, outcome) => {
        const fault = faults.finish;
        faults.finish = null;
        return fault === null ? stored.finish(person, id, outcome) : Promise.reject(fault);
      },
    };
    const settled: Scene['settled'] = { now: Promise.resolve() };
    const sent: Command[] = [];
    const answers: Scene['answers'] = [];
    const onLedger: Scene['onLedger'] = new Map();
    const make = (clock: Clock = systemClock): Operations =>
      new Operations({
        channel: CHANNEL,
        ledger: {
          submit: async (_lane, commands) => {
            const one = commands as Command; // each is sent alone
            sent.push(one);
            const answer = answers.shift();
            if (answer !== undefined) return [await answer()];
            return [{ ok: true, id: one.intent?.body.id ?? '', txId: 'tx', block: 7 }];
          },
          resolve: () => settled.now.then(() => ({ state: 'notFound' })),
        },
        records,
        seenOnLedger: (_person, id) => {
          const seen = onLedger.get(id);
          return Promise.resolve(seen === undefined ? null : { action: 'askLink', ...seen });
        },
        receipts: () => null,
        shown: () => Promise.resolve(),
        clock,
        log: silentLog,
        signal: stopping.signal,
      });
    try {
      await run({ operations: make(), restarted: make, sent, answers, onLedger, settled, faults });
    } finally {
      stopping.abort();
    }
  });
}

const fails = (error: Error) => () => Promise.reject(error);

async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'taken';
  } catch (error) {
    if (error instanceof Refused) return error.code;
    throw error;
  }
}

describe('operations', function () {
  this.timeout(60_000);

  it('a hundred equal requests at once are one command', () =>
    onScene(async ({ operations, sent }) => {
      const intent = signed();
      const all = Array.from({ length: 100 }, () => operations.submit(alice.id, command(intent), WAIT_MS));
      const answers = await Promise.all(all);
      expect(sent).to.have.length(1);
      expect(new Set(answers.map(({ status }) => status))).to.deep.equal(new Set(['done']));
      expect(await operations.submit(alice.id, command(intent), WAIT_MS)).to.include({ status: 'done' });
      expect(sent).to.have.length(1);
    }));

  it('the same id with other content is refused, a second signature over the same content is not', () =>
    onScene(async ({ operations, sent }) => {
      const intent = signed();
      const { id, expiresAt } = intent.body;
      await operations.submit(alice.id, command(intent), WAIT_MS);
      const again = signed({ id, expiresAt });
      expect(again.signature).not.to.equal(intent.signature);
      expect(await operations.submit(alice.id, command(again), WAIT_MS)).to.include({ id, status: 'done' });
      const other = signed({ id, expiresAt: expiresAt + 1 });
      expect(await refusalOf(operations.submit(alice.id, command(other), WAIT_MS))).to.equal('OTHER_CONTENT');
      expect(sent).to.have.length(1);
    }));

  it('nothing is stored or sent of what is not the person’s own, another action, another channel, forged or old', () =>
    onScene(async ({ operations, sent }) => {
      const intent = signed();
      const { id } = intent.body;
      const code = (of: Intent, person = alice.id, action = 'askLink') =>
        refusalOf(operations.submit(person, { ...command(of), action }, WAIT_MS));
      expect(await code(intent, 'person_other')).to.equal('NOT_YOUR_INTENT');
      expect(await code(intent, alice.id, 'buy')).to.equal('WRONG_ACTION');
      expect(await code({ ...intent, body: { ...intent.body, channel: 'other' } })).to.equal('BAD_INPUT');
      const altered = { ...intent, body: { ...intent.body, expiresAt: intent.body.expiresAt + 1 } };
      expect(await code(altered)).to.equal('BAD_SIGNATURE');
      expect(await code(signed({ expiresAt: Date.now() - 3_600_000 }))).to.equal('INTENT_EXPIRED');
      expect(sent).to.deep.equal([]);
      expect(await operations.find(alice.id, id)).to.equal(null);
    }));

  it('what was taken in time is answered however late it is asked for again', () =>
    onScene(async ({ operations, restarted, sent }) => {
      const intent = signed();
      await operations.submit(alice.id, command(intent), WAIT_MS);
      const nextYear: Clock = { ...systemClock, now: () => Date.now() + 365 * 86_400_000 };
      const again = restarted(nextYear).submit(alice.id, command(intent), WAIT_MS);
      expect(await again).to.include({ id: intent.body.id, status: 'done' });
      expect(sent).to.have.length(1);
    }));

  it('an operation is shown to its own person alone', () =>
    onScene(async ({ operations }) => {
      const intent = signed();
      await operations.submit(alice.id, command(intent), WAIT_MS);
      expect(await operations.find(alice.id, intent.body.id)).to.include({ status: 'done' });
      expect(await operations.find('person_other', intent.body.id)).to.equal(null);
    }));

  it('a refusal of the ledger is final, its code is kept', () =>
    onScene(async ({ operations, answers, sent }) => {
      answers.push(fails(new LedgerRejected('WRONG_ROLE', 'refused')));
      const intent = signed();
      const refused = { status: 'refused', code: 'WRONG_ROLE' };
      expect(await operations.submit(alice.id, command(intent), WAIT_MS)).to.include(refused);
      expect(await operations.submit(alice.id, command(intent), WAIT_MS)).to.include(refused);
      expect(sent).to.have.length(1);
    }));

  it('a ledger that is away is waited for; meanwhile the operation is pending', () =>
    onScene(async ({ operations, answers, sent }) => {
      answers.push(fails(new LedgerUnavailable('away')));
      const intent = signed();
      const { id } = intent.body;
      expect(await operations.submit(alice.id, command(intent), 50)).to.include({ id, status: 'pending' });
      expect(await operations.submit(alice.id, command(intent), WAIT_MS)).to.include({ status: 'done' });
      expect(sent).to.have.length(2);
    }));

  it('a commit whose answer got lost is found, not sent again', () =>
    onScene(async ({ operations, answers, onLedger, sent }) => {
      const intent = signed();
      answers.push(() => {
        onLedger.set(intent.body.id, DONE);
        return Promise.reject(new OutcomeUnknown('tx'));
      });
      expect(await operations.submit(alice.id, command(intent), WAIT_MS)).to.include({
        status: 'done',
        block: 7,
      });
      expect(sent).to.have.length(1);
    }));

  it('an outcome that nobody knows is said as such, never as a failure, until it is settled', () =>
    onScene(async ({ operations, answers, settled, sent }) => {
      const intent = signed();
      const { id } = intent.body;
      answers.push(fails(new OutcomeUnknown('tx-lost')));
      let settle = (): void => undefined;
      settled.now = new Promise<void>((resolve) => (settle = resolve));
      const unknown = { id, status: 'unknown', code: null, txId: 'tx-lost' };
      expect(await operations.submit(alice.id, command(intent), 500)).to.include(unknown);
      expect(await operations.find(alice.id, id)).to.include(unknown);
      settle();
      expect(await operations.find(alice.id, id, WAIT_MS)).to.include({ id, status: 'done' });
      expect(sent).to.have.length(2);
    }));

  it('a store that fails after the commit loses nothing', () =>
    onScene(async ({ operations, faults }) => {
      faults.finish = new StoreUnavailable(new Error('away'));
      const intent = signed();
      expect(await operations.submit(alice.id, command(intent), WAIT_MS)).to.include({ status: 'done' });
      expect(await operations.find(alice.id, intent.body.id)).to.include({ status: 'done' });
    }));

  it('a gateway that was killed between commit and answer finds the outcome when it is back', () =>
    onScene(async ({ operations, restarted, answers, onLedger, sent }) => {
      const intent = signed();
      answers.push(() => new Promise(() => undefined)); // killed while it waits
      await operations.submit(alice.id, command(intent), 20);
      onLedger.set(intent.body.id, DONE);
      const back = restarted();
      await back.start();
      expect(await back.submit(alice.id, command(intent), WAIT_MS)).to.include({
        status: 'done',
        txId: 'tx',
      });
      expect(sent).to.have.length(1);
    }));

  it('what was left open goes on when its person asks, also without a restart', () =>
    onScene(async ({ operations, restarted, answers }) => {
      const intent = signed();
      answers.push(() => new Promise(() => undefined));
      await operations.submit(alice.id, command(intent), 20);
      const other = restarted(); // has not started anything
      expect(await other.submit(alice.id, command(intent), WAIT_MS)).to.include({ status: 'done' });
    }));
});
