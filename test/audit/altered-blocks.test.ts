// Verify finds blocks that were altered after they were agreed on, wherever a bit may have changed.
import { expect } from 'chai';
import { common, peer } from '@hyperledger/fabric-protos';
import { dataHash, orderedBlock, setCommitMetadata } from '../../ledger/fabric/block.js';
import { Signer } from '../../ledger/fabric/signer.js';
import type { CheckName } from '../../audit/findings.js';
import { Random } from '../model/random.js';
import { openConsortium, present, type EngineConsortium } from '../support/test-consortium.js';
import { engineAttackGround } from '../attack/engine-attack-ground.js';
import { ColludingMembers, POLICY_FAILURE } from '../attack/colluding-members.js';
import { audited, blocksOf, failedChecks, orderConflict, withBit, withBlock } from './audit.js';

const Code = peer.TxValidationCode;
const { SIGNATURES, TRANSACTIONS_FILTER, COMMIT_HASH } = common.BlockMetadataIndex;
const SEED = 20_240_607;
const BITS = 150;

describe('verify: blocks altered after they were agreed on', () => {
  let consortium: EngineConsortium;
  let blocks: Uint8Array[];
  let last: number;
  before(async () => {
    consortium = await openConsortium();
    const colluding = await ColludingMembers.in(engineAttackGround, consortium);
    const key = 'bank/10';
    expect(await colluding.forge([['put', key, '{"v":1}']])).to.equal(POLICY_FAILURE);
    await colluding.end();
    await orderConflict(consortium);
    blocks = await blocksOf(consortium);
    last = blocks.length - 1;
  });
  after(() => consortium.close());

  async function failed(altered: readonly Uint8Array[]): Promise<CheckName[]> {
    return failedChecks(await audited(consortium, altered));
  }

  it(`one bit, wherever it is: ${String(BITS)} bits drawn by seed ${String(SEED)}`, async () => {
    const random = new Random(SEED);
    const few = blocks.slice(0, 12);
    for (let drawn = 0; drawn < BITS; drawn += 1) {
      const number = random.below(few.length);
      const bit = random.below(present(few[number]).length * 8);
      const report = await audited(consortium, withBit(few, number, bit));
      expect(report.ok, `bit ${String(bit)} of block ${String(number)}`).to.equal(false);
    }
  }).timeout(180_000);

  const flipped = (bytes: Uint8Array): Uint8Array =>
    Buffer.from(bytes).map((byte, index) => (index === 9 ? byte ^ 4 : byte));
  const header = (block: common.Block) => block.getHeader() ?? new common.BlockHeader();
  const setMetadata = (block: common.Block, index: number, change: (bytes: Uint8Array) => Uint8Array) => {
    const parts = block.getMetadata()?.getMetadataList_asU8() ?? [];
    parts[index] = change(parts[index] ?? new Uint8Array());
    block.getMetadata()?.setMetadataList(parts);
  };
  const setData = (block: common.Block, change: (envelopes: Uint8Array[]) => Uint8Array[]) => {
    block.getData()?.setDataList(change(block.getData()?.getDataList_asU8() ?? []));
  };

  const REGIONS: readonly (readonly [string, (block: common.Block) => void, readonly CheckName[]])[] = [
    [
      'the hash of the block before',
      (block) => {
        header(block).setPreviousHash(flipped(header(block).getPreviousHash_asU8()));
      },
      ['blockSignatures', 'hashChain'],
    ],
    [
      'the hash of the data',
      (block) => {
        header(block).setDataHash(flipped(header(block).getDataHash_asU8()));
      },
      ['blockSignatures', 'dataHash', 'hashChain'],
    ],
    [
      'a signature of the ordering service',
      (block) => {
        setMetadata(block, SIGNATURES, (bytes) => {
          const metadata = common.Metadata.deserializeBinary(bytes);
          const signature = metadata.getSignaturesList()[0];
          signature?.setSignature(flipped(signature.getSignature_asU8()));
          return metadata.serializeBinary();
        });
      },
      ['blockSignatures'],
    ],
    [
      'the commit hash',
      (block) => {
        setMetadata(block, COMMIT_HASH, flipped);
      },
      ['commitHash'],
    ],
  ];
  for (const [region, change, checks] of REGIONS) {
    it(`a bit of ${region}: ${checks.join(', ')}`, async () => {
      expect(await failed(withBlock(blocks, 5, change))).to.deep.equal(checks);
    });
  }

  it('a removed transaction, with its code: dataHash', async () => {
    const altered = withBlock(blocks, last, (block) => {
      setData(block, ([first]) => [present(first)]);
      setMetadata(block, TRANSACTIONS_FILTER, (codes) => codes.slice(0, 1));
    });
    expect(await failed(altered)).to.include('dataHash');
  });

  it('a removed transaction under a new header: blockSignatures', async () => {
    const altered = withBlock(blocks, last, (block) => {
      setData(block, ([first]) => [present(first)]);
      setMetadata(block, TRANSACTIONS_FILTER, (codes) => codes.slice(0, 1));
      header(block).setDataHash(dataHash(block.getData()?.getDataList_asU8() ?? []));
    });
    expect(await failed(altered))
      .to.include('blockSignatures')
      .and.not.include('dataHash');
  });

  it('transactions in another order: dataHash', async () => {
    const altered = withBlock(blocks, last, (block) => {
      setData(block, (envelopes) => [...envelopes].reverse());
    });
    expect(await failed(altered)).to.include('dataHash');
  });

  it('a removed block: form', async () => {
    expect(await failed(blocks.filter((_, number) => number !== 7))).to.deep.equal(['form']);
  });

  it('a removed block, the ones after it renumbered: hashChain and blockSignatures', async () => {
    const left = blocks.filter((_, number) => number !== 7);
    const renumbered = left.map((bytes, number) => {
      const block = common.Block.deserializeBinary(bytes);
      header(block).setNumber(number);
      return block.serializeBinary();
    });
    expect(await failed(renumbered)).to.include.members(['hashChain', 'blockSignatures']);
  });

  it('two blocks exchanged: form', async () => {
    const [one, other] = [present(blocks[7]), present(blocks[8])];
    expect(await failed(blocks.with(7, other).with(8, one))).to.deep.equal(['form']);
  });

  it('a chain without its first block, or without any: form', async () => {
    expect(await failed(blocks.slice(1))).to.deep.equal(['form']);
    expect((await audited(consortium, [])).ok).to.equal(false);
  });

  const CODES: readonly (readonly [string, number, number, number, CheckName])[] = [
    ['valid, called a conflict', 0, 0, Code.MVCC_READ_CONFLICT, 'validity'],
    ['conflict, called valid', 0, 1, Code.VALID, 'reads'],
    ['forged without the owner, called valid', -1, 0, Code.VALID, 'endorsements'],
  ];
  for (const [title, offset, position, code, check] of CODES) {
    it(`a transaction that is ${title}: ${check}`, async () => {
      const altered = withBlock(blocks, last + offset, (block) => {
        setMetadata(block, TRANSACTIONS_FILTER, (codes) =>
          Buffer.from(codes).fill(code, position, position + 1),
        );
      });
      expect(await failed(altered)).to.deep.equal([check]);
    });
  }

  it('a transaction with a false signature of its sender, ordered and called valid: creators', async () => {
    const { orderer } = consortium.network.config;
    const block = common.Block.deserializeBinary(present(blocks[last]));
    const [first, second] = block.getData()?.getDataList_asU8() ?? [];
    const envelope = common.Envelope.deserializeBinary(present(first));
    const other = common.Envelope.deserializeBinary(present(second));
    envelope.setSignature(other.getSignature_asU8());
    const previousHash = header(block).getPreviousHash_asU8();
    const plan = { number: last, previousHash, envelopes: [envelope.serializeBinary()], lastConfig: 0 };
    const forged = orderedBlock(plan, new Signer(orderer.msp.mspId, orderer));
    setCommitMetadata(forged, Uint8Array.of(Code.VALID), Buffer.alloc(32));
    const checks = await failed(blocks.with(last, forged.serializeBinary()));
    expect(checks).to.deep.equal(['commitHash', 'creators']);
  });
});
