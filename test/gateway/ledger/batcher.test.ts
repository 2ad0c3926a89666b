// When lists leave, what they hold, and that no two in flight write one row; with a sender that the test answers.
import { expect } from 'chai';
import { useFakeTimers, type SinonFakeTimers } from 'sinon';
import { Batcher, type BatchLimits, type Parcel } from '../../../gateway/ledger/batcher.js';
import { newCounters } from '../../../gateway/ledger/counters.js';
import type { Outcome } from '../../../gateway/ledger/ledger-client.js';
import { LedgerUnavailable, OutcomeUnknown } from '../../../gateway/ledger/ledger-errors.js';
import type { Settlement } from '../../../gateway/ledger/list-sender.js';

interface Flight {
  readonly group: string;
  readonly texts: readonly string[];
  readonly endorse: () => Promise<void>;
  readonly land: (settlements?: readonly Settlement[]) => Promise<void>;
}

describe('the batcher', () => {
  let clock: SinonFakeTimers;
  let flights: Flight[];
  let fates: { txId: string; tell: () => void }[];

  beforeEach(() => {
    clock = useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    flights = [];
    fates = [];
  });

  afterEach(() => {
    clock.restore();
  });

  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const done = (id: string): Settlement => ({
    outcome: { ok: true, id, txId: 'tx', block: 1 },
  });

  function batcher(limits: Partial<BatchLimits> = {}): Batcher {
    return new Batcher({
      send: (group, texts, onEndorsed) =>
        new Promise((resolve) => {
          flights.push({
            group,
            texts,
            endorse: () => {
              onEndorsed();
              return settle();
            },
            land: async (settlements = texts.map(done)) => {
              resolve(settlements);
              await settle();
            },
          });
        }),
      settled: (txId) =>
        new Promise((resolve) => {
          fates.push({ txId, tell: resolve });
        }),
      counters: newCounters(),
      limits,
    });
  }

  const parcel = (text: string, more: Partial<Parcel> = {}): Parcel => ({
    group: 'agreement gateway',
    text,
    locks: [],
    cost: 10,
    ...more,
  });

  /** Gives commands one after the other, each in a turn of its own; the outcomes are not waited for. */
  async function give(
    to: Batcher,
    ...parcels: readonly Parcel[]
  ): Promise<{ sent: readonly Promise<Outcome>[] }> {
    const sent: Promise<Outcome>[] = [];
    for (const one of parcels) {
      const outcome = to.submit(one);
      outcome.catch(() => undefined);
      sent.push(outcome);
      await settle();
    }
    return { sent };
  }

  /** Each fills a list of its own where lists cost 100. */
  const costly = (...names: readonly string[]): Parcel[] => names.map((text) => parcel(text, { cost: 100 }));

  const texts = (): (readonly string[])[] => flights.map((flight) => flight.texts);

  it('sends at once when idle', async () => {
    await give(batcher(), parcel('a'));
    expect(texts()).to.deep.equal([['a']]);
  });

  it('gathers while a list is in flight and sends what it gathered when that has landed', async () => {
    await give(batcher(), parcel('a'), parcel('b'), parcel('c'));
    expect(texts()).to.deep.equal([['a']]);
    await flights[0]?.land();
    expect(texts()).to.deep.equal([['a'], ['b', 'c']]);
  });

  it('does not let a slow list keep others longer than the gathering time', async () => {
    await give(batcher({ gatherMs: 20 }), parcel('a'), parcel('b'));
    clock.tick(19);
    await settle();
    expect(texts()).to.deep.equal([['a']]);
    clock.tick(1);
    await settle();
    expect(texts()).to.deep.equal([['a'], ['b']]);
  });

  it('cuts by cost and sends full lists while others are in flight', async () => {
    const all = ['a', 'b', 'c', 'd', 'e'].map((text) => parcel(text, { cost: 100 }));
    const many = batcher({ listCost: 200 });
    all.forEach((one) => void many.submit(one));
    await settle();
    expect(texts()).to.deep.equal([
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });

  it('cuts by bytes and by number, and sends a single command that exceeds them alone', async () => {
    const many = batcher({ listBytes: 4, listCommands: 2 });
    for (const text of ['1', '2', '3', '123456', '7']) void many.submit(parcel(text));
    await settle();
    expect(texts().slice(0, 3)).to.deep.equal([['1', '2'], ['3'], ['123456']]);
  });

  it('a list of as many commands as it may hold is full: it does not wait for more', async () => {
    await give(batcher({ listCommands: 1 }), parcel('a'), parcel('b'));
    expect(texts()).to.deep.equal([['a'], ['b']]);
  });

  it('keeps no more cost at the peers than its limit, but for a single list', async () => {
    const many = batcher({ listCost: 100, costAtPeers: 250 });
    await give(many, ...costly('a', 'b', 'c', 'd'));
    expect(texts()).to.deep.equal([['a'], ['b']]);
    await flights[0]?.land();
    expect(texts()).to.deep.equal([['a'], ['b'], ['c']]);
    const large = batcher({ listCost: 100, costAtPeers: 50 });
    await give(large, ...costly('e'));
    expect(texts().at(-1)).to.deep.equal(['e']);
  });

  it('asks peers for the next list when one is endorsed, and counts none of them twice', async () => {
    const many = batcher({ listCost: 100, costAtPeers: 100 });
    await give(many, ...costly('a', 'b', 'c', 'd'));
    await flights[0]?.endorse();
    expect(texts()).to.deep.equal([['a'], ['b']]);
    // Endorsed again after a conflict, then committed: its place was given away before.
    await flights[0]?.endorse();
    await flights[0]?.land();
    expect(texts()).to.deep.equal([['a'], ['b']]);
    await flights[1]?.land();
    expect(texts()).to.deep.equal([['a'], ['b'], ['c']]);
  });

  it('keeps no more cost in flight than its limit, endorsed or not', async () => {
    const many = batcher({ listCost: 100, costAtPeers: 100, costInFlight: 200 });
    await give(many, ...costly('a', 'b', 'c'));
    await flights[0]?.endorse();
    await flights[1]?.endorse();
    expect(texts()).to.deep.equal([['a'], ['b']]);
    await flights[0]?.land();
    expect(texts()).to.deep.equal([['a'], ['b'], ['c']]);
  });

  it('an endorsed list keeps its rows until it is committed', async () => {
    const many = batcher({ gatherMs: 0 });
    await give(many, parcel('a', { locks: ['stock'] }), parcel('b', { locks: ['stock'] }));
    await flights[0]?.endorse();
    expect(texts()).to.deep.equal([['a']]);
    await flights[0]?.land();
    expect(texts()).to.deep.equal([['a'], ['b']]);
  });

  it('keeps no more lists in flight than its limit', async () => {
    const many = batcher({ listCost: 10, listsInFlight: 16 });
    for (let index = 0; index < 40; index += 1) void many.submit(parcel(String(index)));
    await settle();
    expect(flights).to.have.length(16);
    await flights[3]?.land();
    expect(flights).to.have.length(17);
  });

  it('never has two lists in flight with a row in common, across lanes', async () => {
    const many = batcher({ gatherMs: 0 });
    const rows = { locks: ['stock'] };
    await give(
      many,
      parcel('a', rows),
      parcel('b', rows),
      parcel('c', { ...rows, group: 'owner gateway' }),
      parcel('d'),
    );
    clock.tick(1);
    await settle();
    expect(texts()).to.deep.equal([['a'], ['d']]);
    await flights[0]?.land();
    expect(texts()).to.deep.equal([['a'], ['d'], ['b']]);
    await flights[2]?.land();
    expect(texts()[3]).to.deep.equal(['c']);
  });

  it('keeps commands on one row in their order, even if a later one shares a free row', async () => {
    const many = batcher({ gatherMs: 0 });
    await give(
      many,
      parcel('a', { locks: ['x'] }),
      parcel('b', { locks: ['x', 'y'] }),
      parcel('c', { locks: ['y'] }),
    );
    clock.tick(1);
    await settle();
    expect(texts()).to.deep.equal([['a']]);
    await flights[0]?.land();
    expect(texts()[1]).to.deep.equal(['b', 'c']);
  });

  it('keeps the rows of an unknown transaction locked until its fate is known, and nothing else', async () => {
    const many = batcher({ gatherMs: 0 });
    const { sent } = await give(many, parcel('a', { locks: ['x'] }));
    await flights[0]?.land([{ error: new OutcomeUnknown('tx1') }]);
    const error: unknown = await sent[0]?.catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(OutcomeUnknown);
    await give(many, parcel('b', { locks: ['x'] }), parcel('c'));
    expect(texts()).to.deep.equal([['a'], ['c']]);
    expect(fates.map(({ txId }) => txId)).to.deep.equal(['tx1']);
    fates[0]?.tell();
    await settle();
    await flights[1]?.land();
    expect(texts()[2]).to.deep.equal(['b']);
  });

  it('gives each command its own settlement', async () => {
    const many = batcher();
    const sent = ['a', 'b'].map((text) => many.submit(parcel(text)));
    const settled = Promise.allSettled(sent);
    await settle();
    await flights[0]?.land([done('a'), { error: new LedgerUnavailable('gone') }]);
    expect((await settled).map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected']);
  });

  it('withdraws a command that waits, and leaves one that flies alone', async () => {
    const many = batcher();
    const stop = new AbortController();
    const flying = many.submit(parcel('a'), stop.signal);
    await settle();
    const waiting = many.submit(parcel('b'), stop.signal).catch((error: unknown) => error);
    await settle();
    stop.abort();
    expect(await waiting).to.be.instanceOf(LedgerUnavailable);
    await flights[0]?.land();
    expect((await flying).id).to.equal('a');
    expect(texts()).to.deep.equal([['a']]);
  });

  it('refuses more waiting commands than its limit', async () => {
    const many = batcher({ waiting: 2, listCost: 10, listsInFlight: 1 });
    const { sent } = await give(many, parcel('a'), parcel('b'), parcel('c'), parcel('d'));
    const error: unknown = await sent[3]?.catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(LedgerUnavailable);
  });

  it('closes when nothing is in flight any more and refuses what waits', async () => {
    const many = batcher();
    const { sent } = await give(many, parcel('a'), parcel('b'));
    let closed = false;
    const closing = many.close().then(() => (closed = true));
    expect(await sent[1]?.catch((error: unknown) => error)).to.be.instanceOf(LedgerUnavailable);
    await settle();
    expect(closed).to.equal(false);
    await flights[0]?.land();
    await closing;
    expect(texts()).to.deep.equal([['a']]);
  });
});
