// Verify finds nothing where nothing is wrong, and looks at everything.
import { expect } from 'chai';
import { common } from '@hyperledger/fabric-protos';
import { headerHash } from '../../ledger/fabric/block.js';
import { CHECKS } from '../../audit/findings.js';
import { present } from '../support/test-consortium.js';
import { audited, blocksOf, playedConsortium } from './audit.js';

/** Checks that need a member's own private data. */
const PRIVATE = ['privateValues', 'books', 'balances'];

describe('verify: an honest ledger', () => {
  it('is found whole from its first block to its last, and every check had something to look at', async () => {
    const consortium = await playedConsortium();
    const blocks = await blocksOf(consortium);
    const report = await audited(consortium, blocks);
    await consortium.close();
    expect(report.findings).to.deep.equal([]);
    expect(report.ok).to.equal(true);
    expect(report.blocks).to.equal(blocks.length);
    const [first, last] = [blocks[0], blocks.at(-1)].map((bytes) => headerOf(present(bytes)));
    expect([report.firstHash, report.lastHash]).to.deep.equal([first, last]);
    const expected = Object.keys(CHECKS).filter((name) => !PRIVATE.includes(name));
    expect(Object.keys(report.checks)).to.deep.equal(expected);
  }).timeout(60_000);
});

function headerOf(bytes: Uint8Array): string {
  return headerHash(present(common.Block.deserializeBinary(bytes).getHeader())).toString('hex');
}
