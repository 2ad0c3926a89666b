// A few random transactions on real Fabric and on the embedded ledger, side by side.
import { expect } from 'chai';
import { compareFuzz } from './fuzz-compare.js';
import { LASTING_KEYS, playFuzz } from './fuzz-play.js';

const SEED = 7;

describe('conformance: random transactions on both grounds', () => {
  it('each endorsement, code and the final state are the same', async function () {
    this.timeout(400_000);
    const plan = { seed: SEED, transactions: 300, lastingKeys: LASTING_KEYS };
    const fabric = await playFuzz('fabric', plan);
    const embedded = await playFuzz('embedded', { ...plan, blocks: fabric.blocks });
    expect(compareFuzz(fabric, embedded).differences, `seed ${String(SEED)}`).to.deep.equal([]);
  });
});
