// The embedded ledger does with random transactions what real Fabric was recorded to do with the same ones.
import { expectSame } from './difference.js';
import { playFuzz } from './fuzz-play.js';
import { digested, readFuzzRecord } from './recording.js';

describe('conformance: random transactions against the record of real Fabric', () => {
  it('each endorsement, code and the final state are the same', async function () {
    this.timeout(240_000);
    const { seed, transactions, lastingKeys, endorsements, blocks, codes, state } = readFuzzRecord();
    const played = digested(await playFuzz('embedded', { seed, transactions, lastingKeys, blocks }));
    expectSame({ ...played }, { endorsements, blocks, codes, state });
  });
});
