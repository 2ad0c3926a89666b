// Blocks as Fabric's tools read them, and how they are cut.
import { createHash, verify, X509Certificate } from 'node:crypto';
import { expect } from 'chai';
import { common, msp as mspProto } from '@hyperledger/fabric-protos';
import { BatchCutter } from '../../../ledger/engine/batch-cutter.js';
import { headerBytes, headerHash } from '../../../ledger/fabric/block.js';
import { LedgerStage, MEMBERS } from './ledger-stage.js';

const [market, bankA] = MEMBERS;
const MARKET_AND_BANK_A = [market, bankA];

describe('embedded engine: blocks', () => {
  it('the header hash is that of Fabric: DER of number, previous hash, data hash', () => {
    const previousHash = Buffer.alloc(32, 1);
    const dataHash = Buffer.alloc(32, 2);
    const hex = (number: number): string => headerBytes({ number, previousHash, dataHash }).toString('hex');
    const tail = `0420${'01'.repeat(32)}0420${'02'.repeat(32)}`;
    expect(hex(0)).to.equal(`3047020100${tail}`);
    expect(hex(127)).to.equal(`304702017f${tail}`);
    expect(hex(128)).to.equal(`304802020080${tail}`);
    expect(hex(65_536)).to.equal(`30490203010000${tail}`);
  });

  it('blocks are numbered, linked, hashed, flagged, and signed by the orderer', async () => {
    const stage = await LedgerStage.open();
    for (let i = 0; i < 3; i++) await stage.submit([['put', 'k', String(i)]], MARKET_AND_BANK_A);
    let previousHash = '';
    for (const [number, bytes] of (await stage.network.rawBlocks()).entries()) {
      previousHash = checkBlock(common.Block.deserializeBinary(bytes), { number, previousHash });
    }
    await stage.close();
  });

  it('block 0 is a configuration block with members, policies and batch sizes', async () => {
    const stage = await LedgerStage.open();
    const channel = configurationOf(await stage.network.engine.block(0n));
    const application = channel?.getGroupsMap().get('Application');
    expect(application?.getGroupsMap().getLength()).to.equal(MEMBERS.length);
    const policies = application?.getPoliciesMap().toObject(false, (_, policy) => policy) ?? [];
    expect(policies.map(([name]) => name)).to.include.members([
      'Readers',
      'Writers',
      'Endorsement',
      'Agreement',
    ]);
    const fabricMsp = mspOf(application?.getGroupsMap().get(bankA));
    expect(fabricMsp.getName()).to.equal(bankA);
    expect(fabricMsp.getFabricNodeOus()?.getEnable()).to.equal(true);
    expect(channel?.getGroupsMap().get('Orderer')?.getValuesMap().has('BatchSize')).to.equal(true);
    await stage.close();
  });

  it('transactions ordered together share a block, in order', async () => {
    const stage = await LedgerStage.open();
    const prepared = [];
    for (let i = 0; i < 4; i++)
      prepared.push(await stage.endorse([['put', `k${String(i)}`, '1']], MARKET_AND_BANK_A));
    const committed = await stage.network.orderTogether(prepared);
    expect(new Set(committed.map(({ blockNumber }) => blockNumber)).size).to.equal(1);
    await stage.close();
  });

  it('a timer cuts what waits when there is one', async () => {
    const stage = await LedgerStage.open({ config: { batchTimeoutMs: 5 } });
    const { txId, envelope } = await stage.endorse([['put', 'k', '1']], MARKET_AND_BANK_A);
    await stage.network.engine.order(envelope);
    expect((await stage.network.engine.waitForTransaction(txId)).code).to.equal(0);
    await stage.close();
  });

  it('readers of blocks get those there are and then the new ones, until they stop', async () => {
    const stage = await LedgerStage.open();
    const stop = new AbortController();
    const numbers: number[] = [];
    const reading = (async () => {
      for await (const block of stage.network.engine.blocks(0n, stop.signal)) {
        numbers.push(block.getHeader()?.getNumber() ?? -1);
        if (numbers.length === 3) stop.abort();
      }
    })();
    await stage.submit([['put', 'k', '1']], MARKET_AND_BANK_A);
    await stage.submit([['put', 'k', '2']], MARKET_AND_BANK_A);
    await reading;
    expect(numbers).to.deep.equal([0, 1, 2]);
    await stage.close();
  });
});

describe('embedded engine: batch cutter', () => {
  const message = (size: number): { readonly bytes: Uint8Array } => ({ bytes: new Uint8Array(size) });
  const sizes = (batches: readonly (readonly { readonly bytes: Uint8Array }[])[]): number[][] =>
    batches.map((batch) => batch.map(({ bytes }) => bytes.length));

  it('cuts at the count', () => {
    const cutter = new BatchCutter({ maxMessageCount: 2, preferredMaxBytes: 100 });
    expect(sizes(cutter.add(message(1)))).to.deep.equal([]);
    expect(sizes(cutter.add(message(2)))).to.deep.equal([[1, 2]]);
    expect(cutter.hasPending).to.equal(false);
  });

  it('cuts before a message that would pass the preferred size', () => {
    const cutter = new BatchCutter({ maxMessageCount: 10, preferredMaxBytes: 100 });
    cutter.add(message(60));
    expect(sizes(cutter.add(message(40)))).to.deep.equal([]);
    expect(sizes(cutter.add(message(1)))).to.deep.equal([[60, 40]]);
    expect(sizes([cutter.cut()])).to.deep.equal([[1]]);
  });

  it('isolates a message above the preferred size', () => {
    const cutter = new BatchCutter({ maxMessageCount: 10, preferredMaxBytes: 100 });
    cutter.add(message(10));
    expect(sizes(cutter.add(message(101)))).to.deep.equal([[10], [101]]);
    expect(sizes(cutter.add(message(101)))).to.deep.equal([[101]]);
  });
});

/** Checks one block against its number and the hash of the header before it; its own header's hash. */
function checkBlock(
  block: common.Block,
  expected: { readonly number: number; readonly previousHash: string },
): string {
  const header = block.getHeader() ?? new common.BlockHeader();
  expect(header.getNumber()).to.equal(expected.number);
  expect(Buffer.from(header.getPreviousHash_asU8()).toString('hex')).to.equal(expected.previousHash);
  const data = createHash('sha256');
  for (const envelope of block.getData()?.getDataList_asU8() ?? []) data.update(envelope);
  expect(Buffer.from(header.getDataHash_asU8()).toString('hex')).to.equal(data.digest('hex'));
  const metadata = block.getMetadata()?.getMetadataList_asU8() ?? [];
  expect(metadata.map((part) => part.length).slice(1)).to.deep.equal([
    0,
    1,
    0,
    expected.number === 0 ? 0 : 34,
  ]);
  expect(isSignedByOrderer(header, metadata[0] ?? new Uint8Array())).to.equal(true);
  return headerHash(header).toString('hex');
}

function configurationOf(block: common.Block | null): common.ConfigGroup | null {
  const envelope = common.Envelope.deserializeBinary(
    block?.getData()?.getDataList_asU8()[0] ?? new Uint8Array(),
  );
  const payload = common.Payload.deserializeBinary(envelope.getPayload_asU8());
  return (
    common.ConfigEnvelope.deserializeBinary(payload.getData_asU8()).getConfig()?.getChannelGroup() ?? null
  );
}

function mspOf(organisation: common.ConfigGroup | undefined): mspProto.FabricMSPConfig {
  const value = organisation?.getValuesMap().get('MSP')?.getValue_asU8();
  const config = mspProto.MSPConfig.deserializeBinary(value ?? new Uint8Array());
  return mspProto.FabricMSPConfig.deserializeBinary(config.getConfig_asU8());
}

function isSignedByOrderer(header: common.BlockHeader, bytes: Uint8Array): boolean {
  const metadata = common.Metadata.deserializeBinary(bytes);
  const [signature] = metadata.getSignaturesList();
  const signatureHeader = signature?.getSignatureHeader_asU8() ?? new Uint8Array();
  const { creator } = {
    creator: common.SignatureHeader.deserializeBinary(signatureHeader).getCreator_asU8(),
  };
  const certificate = mspProto.SerializedIdentity.deserializeBinary(creator).getIdBytes_asU8();
  const signed = headerBytes({
    number: header.getNumber(),
    previousHash: header.getPreviousHash_asU8(),
    dataHash: header.getDataHash_asU8(),
  });
  const content = Buffer.concat([metadata.getValue_asU8(), signatureHeader, signed]);
  const { publicKey } = new X509Certificate(Buffer.from(certificate));
  return verify('sha256', content, publicKey, signature?.getSignature_asU8() ?? new Uint8Array());
}
