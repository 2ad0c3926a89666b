// The rows kept in memory: whenever they are written, a snapshot shows what the store shows.
import { expect } from 'chai';
import fc from 'fast-check';
import { MemoryStore } from '../../../ledger/fabric/memory-store.js';
import { StateCache } from '../../../ledger/engine/state-cache.js';
import { statePrefix, transactionKey, type Snapshot } from '../../../ledger/fabric/store.js';

const key = (name: string): string => statePrefix('asset') + name;
const bytes = (text: string): Buffer => Buffer.from(text);

/** A write is seen by new snapshots from `show` on, and has ended after `end`: the disk is ahead of its caller. */
class SlowStore extends MemoryStore {
  reads = 0;
  private shown: (() => Promise<void>) | null = null;
  private ended: (() => void) | null = null;
  private failed: ((reason: Error) => void) | null = null;

  override snapshot(): Snapshot {
    const snapshot = super.snapshot();
    return {
      ...snapshot,
      get: (asked) => {
        this.reads++;
        return snapshot.get(asked);
      },
    };
  }

  override write(batch: Parameters<MemoryStore['write']>[0]): Promise<void> {
    this.shown = () => super.write(batch);
    return new Promise((resolve, reject) => {
      this.ended = resolve;
      this.failed = reject;
    });
  }

  show(): void {
    void this.shown?.();
    this.shown = null;
  }

  end(): void {
    this.show();
    this.ended?.();
  }

  fail(): void {
    this.failed?.(new Error('no space left'));
  }
}

describe('embedded engine: rows kept in memory', () => {
  let store: SlowStore;
  let cache: StateCache;
  let isDecoded = false;
  beforeEach(() => {
    store = new SlowStore();
    cache = new StateCache(store);
  });

  async function write(name: string, value: string): Promise<void> {
    const written = cache.write([{ key: key(name), value: bytes(value) }]);
    store.end();
    await written;
  }

  /** Read both ways in turn: neither must know more than the other. */
  const text = (snapshot: Snapshot, name: string): string | null => {
    const decode = (value: Uint8Array): string => Buffer.from(value).toString();
    isDecoded = !isDecoded;
    if (isDecoded) return snapshot.decoded(key(name), decode);
    const value = snapshot.get(key(name));
    return value && decode(value);
  };

  it('a row that was written or read is not asked of the store again, nor is one that does not exist', async () => {
    await write('written', '1');
    const snapshot = cache.snapshot();
    expect(text(snapshot, 'written')).to.equal('1');
    expect(store.reads).to.equal(0);
    for (let time = 0; time < 3; time++) expect(text(cache.snapshot(), 'absent')).to.equal(null);
    expect(store.reads).to.equal(1);
  });

  it('what a snapshot shows is kept for later ones, whatever else was written meanwhile', async () => {
    const before = cache.snapshot();
    await write('other', '1');
    text(before, 'absent');
    expect(text(cache.snapshot(), 'absent')).to.equal(null);
    expect(store.reads).to.equal(1);
  });

  it('what had to make room does not come back as an older snapshot shows it', async () => {
    cache = new StateCache(store, 3_000);
    await write('k', 'old');
    const before = cache.snapshot();
    await write('k', 'new');
    for (let i = 0; i < 20; i++) await write(`k${String(i)}`, 'x');
    expect(text(before, 'k')).to.equal('old');
    expect(text(cache.snapshot(), 'k')).to.equal('new');
  });

  it('a row is decoded once', async () => {
    await write('k', '1');
    const seen = [1, 2].map(() => cache.snapshot().decoded(key('k'), (value) => ({ value })));
    expect(seen[0]).to.equal(seen[1]);
  });

  it('a snapshot taken before a write does not show it, before, during and after', async () => {
    await write('k', 'old');
    const before = cache.snapshot();
    const written = cache.write([{ key: key('k'), value: bytes('new') }]);
    expect(text(before, 'k')).to.equal('old');
    store.show();
    expect(text(before, 'k')).to.equal('old');
    store.end();
    await written;
    expect(text(before, 'k')).to.equal('old');
    expect(text(cache.snapshot(), 'k'), 'nor does it bring the past back').to.equal('new');
  });

  it('a snapshot taken while the write is on its way shows what the store does', async () => {
    await write('k', 'old');
    const written = cache.write([{ key: key('k'), value: bytes('new') }]);
    const early = cache.snapshot();
    store.show();
    const late = cache.snapshot();
    expect([text(early, 'k'), text(late, 'k')]).to.deep.equal(['old', 'new']);
    store.end();
    await written;
    expect([text(early, 'k'), text(late, 'k')]).to.deep.equal(['old', 'new']);
    expect(text(cache.snapshot(), 'k')).to.equal('new');
  });

  it('after a write that failed the store is asked', async () => {
    await write('k', 'old');
    const failing = cache.write([{ key: key('k'), value: bytes('new') }]);
    store.show();
    store.fail();
    const failure: unknown = await failing.then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).to.be.an('error');
    expect(text(cache.snapshot(), 'k')).to.equal('new');
  });

  it('only rows of the state are kept', () => {
    for (let time = 0; time < 2; time++) cache.snapshot().get(transactionKey('t'));
    expect(store.reads).to.equal(2);
  });

  it('what nobody asked for lately makes room', async () => {
    cache = new StateCache(store, 10_000);
    for (let i = 0; i < 100; i++) {
      await write(`k${String(i)}`, 'x');
      text(cache.snapshot(), 'k0');
    }
    expect(store.reads, 'k0 was asked for all the time').to.equal(0);
    text(cache.snapshot(), 'k1');
    expect(store.reads).to.equal(1);
  });

  it('two writes at once are refused', async () => {
    const first = cache.write([{ key: key('k'), value: bytes('1') }]);
    const second: unknown = await cache.write([]).catch((error: unknown) => error);
    expect(second).to.be.an('error');
    store.end();
    await first;
  });

  it('whatever is read and written in whatever order, every snapshot shows what the store would', async () => {
    const name = fc.constantFrom('a', 'b', 'c');
    const row = fc.record({ name, isDeleted: fc.boolean() });
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ do: fc.constant('read' as const), name }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('open', 'show', 'end') }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('close' as const), which: fc.nat(5) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('write' as const), rows: fc.array(row) }) },
    );
    const property = fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      store = new SlowStore();
      cache = new StateCache(store, 3_000);
      const open: { readonly seen: Snapshot; readonly truth: Snapshot }[] = [];
      let writing: Promise<void> | null = null;
      for (const [at, next] of steps.entries()) {
        if (next.do === 'open') open.push({ truth: store.snapshot(), seen: cache.snapshot() });
        if (next.do === 'show') store.show();
        if ('which' in next) open.splice(next.which, 1);
        if ('rows' in next && !writing) writing = cache.write(rowsOf(next.rows, at));
        if (next.do === 'end') {
          store.end();
          await writing;
          writing = null;
        }
        if (!('name' in next)) continue;
        for (const { seen, truth } of open) expect(text(seen, next.name)).to.equal(text(truth, next.name));
      }
    });
    await fc.assert(property, { seed: 1, numRuns: 2_000 });
  });

  function rowsOf(rows: readonly { readonly name: string; readonly isDeleted: boolean }[], at: number) {
    return rows.map(({ name, isDeleted }) => ({
      key: key(name),
      value: isDeleted ? null : bytes(String(at)),
    }));
  }
});
