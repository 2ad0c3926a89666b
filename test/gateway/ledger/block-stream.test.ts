// One sequence out of deliveries that break; deliveries are scripted.
import { expect } from 'chai';
import { resumedBlocks } from '../../../gateway/ledger/block-stream.js';
import type { Delivery } from '../../../gateway/ledger/ledger-port.js';

interface Block {
  readonly block: number;
}
type Script = readonly (number | 'break')[];

const QUICK = { firstMs: 1, mostMs: 2 } as const;

describe('a resumed stream of blocks', () => {
  /** Reads blocks until the wanted one from deliveries that play these scripts, one after the other. */
  async function read(scripts: readonly Script[], until: number, from: number | 'newest' = 0) {
    const stop = new AbortController();
    const opened: (number | 'newest')[] = [];
    const closed: number[] = [];
    const states: string[] = [];
    const open = (at: number | 'newest'): Promise<Delivery<Block>> => {
      const script = scripts[opened.push(at) - 1] ?? [];
      const index = opened.length;
      return Promise.resolve(played(script, () => closed.push(index)));
    };
    const blocks: number[] = [];
    const stream = resumedBlocks<Block>({
      open,
      from,
      signal: stop.signal,
      backoff: QUICK,
      onLive: () => states.push('live'),
      onLost: () => states.push('lost'),
    });
    for await (const { block } of stream) {
      blocks.push(block);
      if (block === until) break;
    }
    return { blocks, opened, closed: new Set(closed), states };
  }

  function played(script: Script, close: () => void): Delivery<Block> {
    return {
      async *[Symbol.asyncIterator]() {
        for (const step of script) {
          await Promise.resolve();
          if (step === 'break') throw new Error('connection lost');
          yield { block: step };
        }
      },
      close,
    };
  }

  it('asks for the last block again after a break and does not repeat it', async () => {
    const { blocks, opened } = await read(
      [
        [0, 1, 'break'],
        [1, 2, 3],
      ],
      3,
    );
    expect(blocks).to.deep.equal([0, 1, 2, 3]);
    expect(opened).to.deep.equal([0, 1]);
  });

  it('goes on when a delivery ends without an error', async () => {
    const { blocks } = await read([[5], [5, 6]], 6, 'newest');
    expect(blocks).to.deep.equal([5, 6]);
  });

  it('asks for the same position again when nothing has come yet', async () => {
    const { blocks, opened } = await read([['break'], ['break'], [7]], 7, 'newest');
    expect(blocks).to.deep.equal([7]);
    expect(opened).to.deep.equal(['newest', 'newest', 'newest']);
  });

  it('does not pass over a gap', async () => {
    const { blocks, opened } = await read(
      [
        [0, 1, 3],
        [1, 2, 3],
      ],
      3,
    );
    expect(blocks).to.deep.equal([0, 1, 2, 3]);
    expect(opened).to.deep.equal([0, 1]);
  });

  it('reports that the peer is there at a block that it had already', async () => {
    const { states } = await read(
      [
        [0, 'break'],
        [0, 1],
      ],
      1,
    );
    expect(states).to.deep.equal(['live', 'lost', 'live', 'live']);
  });

  it('closes every delivery', async () => {
    const { closed } = await read(
      [
        [0, 'break'],
        [0, 1],
      ],
      1,
    );
    expect(closed).to.deep.equal(new Set([1, 2]));
  });

  it('ends when it is stopped while it waits to try again', async () => {
    const stop = new AbortController();
    const blocks = resumedBlocks<Block>({
      open: () => Promise.reject(new Error('nobody there')),
      from: 0,
      signal: stop.signal,
      backoff: { firstMs: 3_600_000, mostMs: 3_600_000 },
      onLost: () => {
        stop.abort();
      },
    });
    expect(await blocks.next()).to.deep.equal({ done: true, value: undefined });
  });
});
