// Verify understands real Fabric: a recorded chain of the demonstration, ordered by SmartBFT.
import { expect } from 'chai';
import { common } from '@hyperledger/fabric-protos';
import { verifyBlocks, type VerifyReport } from '../../audit/verify.js';
import type { DeliveredBlock } from '../../audit/delivered-block.js';
import { CHECKS } from '../../audit/findings.js';
import { Random } from '../model/random.js';
import { MARKETPLACE } from '../support/member-access.js';
import { present } from '../support/test-consortium.js';
import { failedChecks } from './audit.js';
import { recordedChain } from './recorded-chain.js';

const { SIGNATURES } = common.BlockMetadataIndex;
const SEED = 31_415;
const BITS = 25;

describe('verify: a recorded chain of real Fabric', function () {
  this.timeout(120_000);
  const chain = recordedChain();

  function audited(blocks: readonly DeliveredBlock[]): Promise<VerifyReport> {
    return verifyBlocks({ ...chain, marketplace: MARKETPLACE, blocks });
  }

  it(`is found whole, version ${chain.fabric}, with the private values and books of ${chain.mspId}`, async () => {
    const report = await audited(chain.blocks);
    expect(report.findings).to.deep.equal([]);
    expect(report.blocks).to.equal(chain.blocks.length);
    expect(Object.keys(report.checks)).to.deep.equal(Object.keys(CHECKS));
    expect(report.books.reduce((total, { sum }) => total + BigInt(sum), 0n)).to.equal(0n);
  });

  it(`one bit, wherever it is: ${String(BITS)} bits drawn by seed ${String(SEED)}`, async () => {
    const random = new Random(SEED);
    const few = chain.blocks.slice(0, 10);
    for (let drawn = 0; drawn < BITS; drawn += 1) {
      const number = random.below(few.length);
      const block = present(few[number]);
      const bytes = Buffer.from(block.bytes);
      const bit = random.below(bytes.length * 8);
      bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      const report = await audited(few.with(number, { ...block, bytes }));
      expect(report.ok, `bit ${String(bit)} of block ${String(number)}`).to.equal(false);
    }
  });

  it('a block with fewer signatures than the quorum of consenters: blockSignatures', async () => {
    const block = common.Block.deserializeBinary(present(chain.blocks[5]).bytes);
    const parts = block.getMetadata()?.getMetadataList_asU8() ?? [];
    const metadata = common.Metadata.deserializeBinary(present(parts[SIGNATURES]));
    metadata.setSignaturesList(metadata.getSignaturesList().slice(0, 2));
    parts[SIGNATURES] = metadata.serializeBinary();
    block.getMetadata()?.setMetadataList(parts);
    const altered = chain.blocks.with(5, { ...present(chain.blocks[5]), bytes: block.serializeBinary() });
    expect(failedChecks(await audited(altered))).to.deep.equal(['blockSignatures']);
  });
});
