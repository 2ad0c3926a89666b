// The checkpoint moves with the blocks; a store that is away for a time stops nobody, one that refuses does.
import { expect } from 'chai';
import type { LedgerBlock } from '../../../gateway/ledger/ledger-client.js';
import type { Checkpoint } from '../../../gateway/store/checkpoints.js';
import { StoreUnavailable } from '../../../gateway/store-unavailable.js';
import { BlockFollower } from '../../../gateway/worker/block-follower.js';

/** Follows blocks 0 to 3; the checkpoint of block 1 cannot be written. */
async function follow(failure: Error): Promise<{ readonly saved: number[]; readonly end: unknown }> {
  const saved: number[] = [];
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  async function* blocks(): AsyncGenerator<LedgerBlock, void> {
    for (const block of [0, 1, 2, 3]) {
      yield { block, transactions: [] };
      await turn();
    }
  }
  const follower = new BlockFollower({
    ledger: { follow: blocks },
    checkpoints: {
      load: () => Promise.resolve({ block: -1, openDeals: [] }),
      save: ({ block }: Checkpoint) => {
        if (block === 1) return Promise.reject(failure);
        saved.push(block);
        return Promise.resolve();
      },
    },
    scheduler: { enqueue: () => undefined, openDeals: () => [] },
    dealsOf: () => [],
    onBlock: () => undefined,
    signal: new AbortController().signal,
  });
  const end: unknown = await follower.run().then(
    () => null,
    (error: unknown) => error,
  );
  return { saved, end };
}

describe('block follower', () => {
  it('goes on while the store is away, and writes a later checkpoint', async () => {
    const { saved, end } = await follow(new StoreUnavailable(new Error('connection lost')));
    expect(end).to.equal(null);
    expect(saved).to.deep.equal([0, 2, 3, 3]);
  });

  it('ends when the checkpoint is refused', async () => {
    const { saved, end } = await follow(new Error('no such table'));
    expect(end).to.have.property('message', 'the checkpoint cannot be written');
    expect(saved).to.deep.equal([0]);
  });
});
