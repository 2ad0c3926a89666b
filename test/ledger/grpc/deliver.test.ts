// Block delivery as tools that read Fabric's blocks expect it.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Contract, Network } from '@hyperledger/fabric-gateway';
import { common, peer } from '@hyperledger/fabric-protos';
import { expect } from 'chai';
import { LedgerNetwork } from '../support/ledger-network.js';

describe('block delivery', function () {
  this.timeout(60_000);
  let network: LedgerNetwork;
  let channel: Network;
  let contract: Contract;

  before(async () => {
    network = await LedgerNetwork.start({
      chaincode: 'asset',
      module: join(__dirname, '../client-compatibility/asset-contract.js'),
    });
    channel = network.gateway('Org1MSP').getNetwork(network.channel);
    contract = channel.getContract('asset');
  });

  after(async () => {
    await network.stop();
  });

  async function take<T>(stream: AsyncIterable<T> & { close(): void }, count: number): Promise<T[]> {
    const taken: T[] = [];
    if (count > 0) {
      for await (const item of stream) {
        taken.push(item);
        if (taken.length === count) break;
      }
    }
    stream.close();
    return taken;
  }

  async function commit(id: string): Promise<{ readonly txId: string; readonly block: bigint }> {
    const sent = await contract.submitAsync('createAsset', { arguments: [id, '1'] });
    return { txId: sent.getTransactionId(), block: (await sent.getStatus()).blockNumber };
  }

  it('sends filtered blocks with id, code and event, but without the event’s payload', async () => {
    const { txId, block } = await commit('filtered');
    const [filtered] = await take(await channel.getFilteredBlockEvents({ startBlock: block }), 1);
    expect(filtered?.toObject()).to.deep.equal({
      channelId: 'exchange',
      number: Number(block),
      filteredTransactionsList: [
        {
          txid: txId,
          type: common.HeaderType.ENDORSER_TRANSACTION,
          txValidationCode: peer.TxValidationCode.VALID,
          transactionActions: {
            chaincodeActionsList: [
              { chaincodeEvent: { chaincodeId: 'asset', txId, eventName: 'AssetCreated', payload: '' } },
            ],
          },
        },
      ],
    });
  });

  it('sends whole blocks whose hashes chain from block 0', async () => {
    const { block: newest } = await commit('chained');
    const blocks = await take(await channel.getBlockEvents({ startBlock: 0n }), Number(newest) + 1);
    expect(blocks.map((block) => block.getHeader()?.getNumber())).to.deep.equal(
      blocks.map((_, index) => index),
    );
    for (const [index, block] of blocks.entries()) {
      const data = createHash('sha256');
      (block.getData()?.getDataList_asU8() ?? []).forEach((envelope) => data.update(envelope));
      expect(Buffer.from(block.getHeader()?.getDataHash_asU8() ?? '').equals(data.digest())).to.equal(true);
      const previous = index === 0 ? Buffer.alloc(0) : headerHash(blocks[index - 1]?.getHeader());
      expect(Buffer.from(block.getHeader()?.getPreviousHash_asU8() ?? '').equals(previous)).to.equal(true);
    }
  });

  it('waits for blocks that do not exist yet and gives every follower each of them once', async () => {
    const { block } = await commit('first');
    const streams = await Promise.all(
      Array.from({ length: 5 }, () => channel.getFilteredBlockEvents({ startBlock: block + 1n })),
    );
    const followers = streams.map((stream) => take(stream, 3));
    for (const id of ['second', 'third', 'fourth']) {
      await commit(id);
    }
    for (const blocks of await Promise.all(followers)) {
      expect(blocks.map((filtered) => BigInt(filtered.getNumber()))).to.deep.equal([
        block + 1n,
        block + 2n,
        block + 3n,
      ]);
    }
  });

  it('answers a start beyond the next block with status 404', async () => {
    const stream = await channel.getBlockEvents({ startBlock: 1_000_000n });
    const refused = await take(stream, 1).then(
      () => 'accepted',
      (error: unknown) => String(error),
    );
    expect(refused).to.contain('Unexpected status response: 404');
  });
});

/** SHA-256 over the ASN.1 sequence of number, previous hash and data hash. */
function headerHash(header: common.BlockHeader | undefined): Buffer {
  const number = BigInt(header?.getNumber() ?? 0).toString(16);
  const digits = Buffer.from(number.length % 2 === 0 ? number : `0${number}`, 'hex');
  const positive = (digits[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), digits]) : digits;
  const octets = [header?.getPreviousHash_asU8(), header?.getDataHash_asU8()].map((bytes) =>
    Buffer.from(bytes ?? ''),
  );
  const body = Buffer.concat([der(2, positive), ...octets.map((bytes) => der(4, bytes))]);
  return createHash('sha256').update(der(0x30, body)).digest();
}

function der(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag, content.length]), content]);
}
