// Verify finds nothing in random honest histories, lists and conflicts of all kinds in their blocks.
import { expect } from 'chai';
import { Random } from '../model/random.js';
import { PlayConsortium, Tally } from '../model/play-consortium.js';
import { SequenceGenerator } from '../model/sequence-generator.js';
import { BANK_A, BANK_B, MARKETPLACE } from '../support/member-access.js';
import { verifyBlocks, type VerifyReport } from '../../audit/verify.js';
import { deliveredTo } from './audit.js';

const SEEDS = [1, 3];
const BLOCKS = 30;
const DRAWS = 0x7fffffff;

describe('verify: random honest histories', () => {
  for (const seed of SEEDS) {
    it(`seed ${String(seed)}: nothing is found, with the books of either bank`, async () => {
      const consortium = await played(seed);
      try {
        for (const mspId of [BANK_A, BANK_B]) {
          const report = await audited(consortium, mspId);
          expect(report.findings).to.deep.equal([]);
          expect(report.checks.reads?.checked).to.be.greaterThan(report.blocks);
        }
      } finally {
        await consortium.close();
      }
    }).timeout(120_000);
  }
});

async function played(seed: number): Promise<PlayConsortium> {
  const consortium = await PlayConsortium.open(new Tally());
  const plot = new SequenceGenerator(consortium);
  const random = new Random(seed);
  await plot.open(random);
  for (let block = 0; block < BLOCKS; block += 1) {
    const choices = Array.from({ length: 12 + random.below(28) }, () => new Random(random.below(DRAWS)));
    await plot.block(new Random(random.below(DRAWS)), choices);
  }
  return consortium;
}

async function audited({ access }: PlayConsortium, mspId: string): Promise<VerifyReport> {
  const { channel, network } = access;
  const blocks = await deliveredTo(access, mspId);
  return verifyBlocks({ channel, chaincode: network.chaincode, marketplace: MARKETPLACE, mspId, blocks });
}
