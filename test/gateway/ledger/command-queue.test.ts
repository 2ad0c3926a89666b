// When lists leave, what they hold, and that no two in flight write one row; with a submitter that the test answers.
import { expect } from 'chai';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import type { Completion, ListRoute } from '../../../gateway/ledger/batch-submitter.js';
import { CommandQueue, type QueueLimits, type QueuedCommand } from '../../../gateway/ledger/command-queue.js';
import { newCounters } from '../../../gateway/ledger/counters.js';
import { LedgerUnavailable, OutcomeUnknown } from '../../../gateway/ledger/ledger-errors.js';
import type { CommandOutcome } from '../../../gateway/protocol/admin.js';

interface ListInFlight {
  readonly texts: readonly string[];
  readonly endorse: () => Promise<void>;
  readonly complete: (completions?: readonly Completion[]) => Promise<void>;
}

describe('the command queue', () => {
  let clock: SinonFakeTimers;
  let lists: ListInFlight[];
  let unknown: { txId: string; resolve: () => void }[];

  beforeEach(() => {
    clock = useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    lists = [];
    unknown = [];
  });

  afterEach(() => {
    clock.restore();
  });

  const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const done = (id: string): Completion => ({
    outcome: { ok: true, id, txId: 'tx', block: 1 },
  });

  function queue(limits: Partial<QueueLimits> = {}): CommandQueue {
    return new CommandQueue({
      submitter: {
        run: ({ texts, onEndorsed }) =>
          new Promise((resolve) => {
            lists.push({
              texts,
              endorse: () => {
                onEndorsed?.();
                return nextTurn();
              },
              complete: async (completions = texts.map(done)) => {
                resolve(completions);
                await nextTurn();
              },
            });
          }),
      },
      resolver: {
        untilResolved: (txId) =>
          new Promise((resolve) => {
            unknown.push({ txId, resolve });
          }),
      },
      counters: newCounters(),
      limits,
    });
  }

  const routeOf = (lane: ListRoute['lane']): ListRoute => ({
    ...{ lane, identity: 'gateway' },
    format: (texts) => ({ function: lane, arguments: texts, as: 'gateway' }),
  });
  const AGREEMENT = routeOf('agreement');
  const OWNER = routeOf('owner');

  const queued = (text: string, more: Partial<QueuedCommand> = {}): QueuedCommand => ({
    route: AGREEMENT,
    text,
    locks: [],
    cost: 10,
    ...more,
  });

  /** Gives commands one after the other, each in a turn of its own; the outcomes are not waited for. */
  async function give(
    to: CommandQueue,
    ...commands: readonly QueuedCommand[]
  ): Promise<{ sent: readonly Promise<CommandOutcome>[] }> {
    const sent: Promise<CommandOutcome>[] = [];
    for (const one of commands) {
      const outcome = to.submit(one);
      outcome.catch(() => undefined);
      sent.push(outcome);
      await nextTurn();
    }
    return { sent };
  }

  /** Each fills a list of its own where lists cost 100. */
  const costly = (...names: readonly string[]): QueuedCommand[] =>
    names.map((text) => queued(text, { cost: 100 }));

  const texts = (): (readonly string[])[] => lists.map((list) => list.texts);

  it('sends at once when idle', async () => {
    await give(queue(), queued('a'));
    expect(texts()).to.deep.equal([['a']]);
  });

  it('gathers while a list is in flight and sends what it gathered when that is complete', async () => {
    await give(queue(), queued('a'), queued('b'), queued('c'));
    expect(texts()).to.deep.equal([['a']]);
    await lists[0]?.complete();
    expect(texts()).to.deep.equal([['a'], ['b', 'c']]);
  });

  it('does not let a slow list keep others longer than the gathering time', async () => {
    await give(queue({ gatherMs: 20 }), queued('a'), queued('b'));
    clock.tick(19);
    await nextTurn();
    expect(texts()).to.deep.equal([['a']]);
    clock.tick(1);
    await nextTurn();
    expect(texts()).to.deep.equal([['a'], ['b']]);
  });

  it('cuts by cost and sends full lists while others are in flight', async () => {
    const all = ['a', 'b', 'c', 'd', 'e'].map((text) => queued(text, { cost: 100 }));
    const many = queue({ listCost: 200 });
    all.forEach((one) => void many.submit(one));
    await nextTurn();
    expect(texts()).to.deep.equal([
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });

  it('cuts by bytes and by number, and sends a single command that exceeds them alone', async () => {
    const many = queue({ listBytes: 4, listCommands: 2 });
    for (const text of ['1', '2', '3', '123456', '7']) void many.submit(queued(text));
    await nextTurn();
    expect(texts().slice(0, 3)).to.deep.equal([['1', '2'], ['3'], ['123456']]);
  });

  it('a list of as many commands as it may hold is full: it does not wait for more', async () => {
    await give(queue({ listCommands: 1 }), queued('a'), queued('b'));
    expect(texts()).to.deep.equal([['a'], ['b']]);
  });

  it('keeps no more cost at the peers than its limit, but for a single list', async () => {
    const many = queue({ listCost: 100, costAtPeers: 250 });
    await give(many, ...costly('a', 'b', 'c', 'd'));
    expect(texts()).to.deep.equal([['a'], ['b']]);
    await lists[0]?.complete();
    expect(texts()).to.deep.equal([['a'], ['b'], ['c']]);
    const large = queue({ listCost: 100, costAtPeers: 50 });
    await give(large, ...costly('e'));
    expect(texts().at(-1)).to.deep.equal(['e']);
  });

  it('asks peers for the next list when one is endorsed, and counts none of them twice', async () => {
    const many = queue({ listCost: 100, costAtPeers: 100 });
    await give(many, ...costly('a', 'b', 'c', 'd'));
    await lists[0]?.endorse();
    expect(texts()).to.deep.equal([['a'], ['b']]);
    // Endorsed again after a conflict, then committed: its place was given away before.
    await lists[0]?.endorse();
    await lists[0]?.complete();
    expect(texts()).to.deep.equal([['a'], ['b']]);
    await lists[1]?.complete();
    expect(texts()).to.deep.equal([['a'], ['b'], ['c']]);
  });

  it('keeps no more cost in flight than its limit, endorsed or not', async () => {
    const many = queue({ listCost: 100, costAtPeers: 100, costInFlight: 200 });
    await give(many, ...costly('a', 'b', 'c'));
    await lists[0]?.endorse();
    await lists[1]?.endorse();
    expect(texts()).to.deep.equal([['a'], ['b']]);
    await lists[0]?.complete();
    expect(texts()).to.deep.equal([['a'], ['b'], ['c']]);
  });

  it('an endorsed list keeps its rows until it is committed', async () => {
    const many = queue({ gatherMs: 0 });
    await give(many, queued('a', { locks: ['stock'] }), queued('b', { locks: ['stock'] }));
    await lists[0]?.endorse();
    expect(texts()).to.deep.equal([['a']]);
    await lists[0]?.complete();
    expect(texts()).to.deep.equal([['a'], ['b']]);
  });

  it('keeps no more lists in flight than its limit', async () => {
    const many = queue({ listCost: 10, listsInFlight: 16 });
    for (let index = 0; index < 40; index += 1) void many.submit(queued(String(index)));
    await nextTurn();
    expect(lists).to.have.length(16);
    await lists[3]?.complete();
    expect(lists).to.have.length(17);
  });

  it('never has two lists in flight with a row in common, across lanes', async () => {
    const many = queue({ gatherMs: 0 });
    const rows = { locks: ['stock'] };
    await give(
      many,
      queued('a', rows),
      queued('b', rows),
      queued('c', { ...rows, route: OWNER }),
      queued('d'),
    );
    clock.tick(1);
    await nextTurn();
    expect(texts()).to.deep.equal([['a'], ['d']]);
    await lists[0]?.complete();
    expect(texts()).to.deep.equal([['a'], ['d'], ['b']]);
    await lists[2]?.complete();
    expect(texts()[3]).to.deep.equal(['c']);
  });

  it('keeps commands on one row in their order, even if a later one shares a free row', async () => {
    const many = queue({ gatherMs: 0 });
    await give(
      many,
      queued('a', { locks: ['x'] }),
      queued('b', { locks: ['x', 'y'] }),
      queued('c', { locks: ['y'] }),
    );
    clock.tick(1);
    await nextTurn();
    expect(texts()).to.deep.equal([['a']]);
    await lists[0]?.complete();
    expect(texts()[1]).to.deep.equal(['b', 'c']);
  });

  it('keeps the rows of an unknown transaction locked until its outcome is known, and nothing else', async () => {
    const many = queue({ gatherMs: 0 });
    const { sent } = await give(many, queued('a', { locks: ['x'] }));
    await lists[0]?.complete([{ error: new OutcomeUnknown('tx1') }]);
    const error: unknown = await sent[0]?.catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(OutcomeUnknown);
    await give(many, queued('b', { locks: ['x'] }), queued('c'));
    expect(texts()).to.deep.equal([['a'], ['c']]);
    expect(unknown.map(({ txId }) => txId)).to.deep.equal(['tx1']);
    unknown[0]?.resolve();
    await nextTurn();
    await lists[1]?.complete();
    expect(texts()[2]).to.deep.equal(['b']);
  });

  it('gives each command its own completion', async () => {
    const many = queue();
    const sent = ['a', 'b'].map((text) => many.submit(queued(text)));
    const ended = Promise.allSettled(sent);
    await nextTurn();
    await lists[0]?.complete([done('a'), { error: new LedgerUnavailable('gone') }]);
    expect((await ended).map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected']);
  });

  it('withdraws a command that waits, and leaves one in flight alone', async () => {
    const many = queue();
    const stop = new AbortController();
    const inFlight = many.submit(queued('a'), stop.signal);
    await nextTurn();
    const waiting = many.submit(queued('b'), stop.signal).catch((error: unknown) => error);
    await nextTurn();
    stop.abort();
    expect(await waiting).to.be.instanceOf(LedgerUnavailable);
    await lists[0]?.complete();
    expect((await inFlight).id).to.equal('a');
    expect(texts()).to.deep.equal([['a']]);
  });

  it('refuses more waiting commands than its limit', async () => {
    const many = queue({ waiting: 2, listCost: 10, listsInFlight: 1 });
    const { sent } = await give(many, queued('a'), queued('b'), queued('c'), queued('d'));
    const error: unknown = await sent[3]?.catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(LedgerUnavailable);
  });

  it('closes when nothing is in flight any more and refuses what waits', async () => {
    const many = queue();
    const { sent } = await give(many, queued('a'), queued('b'));
    let closed = false;
    const closing = many.close().then(() => (closed = true));
    expect(await sent[1]?.catch((error: unknown) => error)).to.be.instanceOf(LedgerUnavailable);
    await nextTurn();
    expect(closed).to.equal(false);
    await lists[0]?.complete();
    await closing;
    expect(texts()).to.deep.equal([['a']]);
  });
});
