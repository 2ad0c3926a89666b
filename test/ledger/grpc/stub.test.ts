// What ordinary chaincode in a service of its own gets from the ledger through the unmodified shim.
import { join } from 'node:path';
import type { Contract, Network } from '@hyperledger/fabric-gateway';
import { ledger, type peer } from '@hyperledger/fabric-protos';
import { expect } from 'chai';
import { LedgerNetwork } from '../support/ledger-network.js';

const CLOSED = 'closed';

describe('the stub over the wire', function () {
  this.timeout(60_000);
  let network: LedgerNetwork;
  let channel: Network;
  let contract: Contract;

  before(async () => {
    network = await LedgerNetwork.start({
      chaincode: 'asset',
      module: join(__dirname, '../client-compatibility/asset-contract.js'),
      collections: [
        {
          name: CLOSED,
          memberOrgsPolicy: "OR('Org1MSP.member', 'Org2MSP.member')",
          memberOnlyRead: true,
        },
      ],
    });
    channel = network.gateway('Org1MSP').getNetwork(network.channel);
    contract = channel.getContract('asset');
  });
  after(() => network.stop());

  const asked = async (name: string, ...args: string[]): Promise<string> =>
    Buffer.from(await contract.evaluateTransaction(name, ...args)).toString();

  async function share(id: string, value: string): Promise<bigint> {
    const sent = await contract.submitAsync('share', {
      arguments: [CLOSED, id],
      transientData: { value },
      endorsingOrganizations: ['Org1MSP', 'Org2MSP'],
    });
    const status = await sent.getStatus();
    expect(status.code).to.equal(0);
    return status.blockNumber;
  }

  it('tells the history of a key, newest first', async () => {
    await contract.submitTransaction('put', 'h', '1');
    await contract.submitTransaction('put', 'h', '2');
    await contract.submitTransaction('deleteAsset', 'h');
    expect(JSON.parse(await asked('history', 'h'))).to.deep.equal(['-', '2', '1']);
  });

  it('pages a range, and gives the rest of it for a bookmark without a size', async () => {
    for (const id of ['p1', 'p2', 'p3']) await contract.submitTransaction('put', id, id);
    const first = JSON.parse(await asked('page', 'p', 'q', '2', '')) as unknown;
    expect(first).to.deep.equal({ keys: ['p1', 'p2'], fetched: 2, bookmark: 'p3' });
    const rest = JSON.parse(await asked('page', 'p', 'q', '0', 'p3')) as unknown;
    expect(rest).to.deep.equal({ keys: ['p3'], fetched: 1, bookmark: '' });
  });

  it('purges a private value for good', async () => {
    const born = await share('x', 'secret');
    expect(await asked('readShared', CLOSED, 'x')).to.equal('secret');
    await contract.submit('purge', {
      arguments: [CLOSED, 'x'],
      endorsingOrganizations: ['Org1MSP', 'Org2MSP'],
    });
    expect(await asked('readShared', CLOSED, 'x')).to.equal('');
    expect(writesIn(await deliveredTo('Org1MSP', born))).to.deep.equal([]);
  });

  it('delivers a block with its private writes, but those of a closed collection to its members only', async () => {
    const number = await share('y', 'secret');
    expect(writesIn(await deliveredTo('Org1MSP', number))).to.deep.equal(['y=secret']);
    const foreign = await deliveredTo('Org3MSP', number);
    expect(foreign?.getBlock()?.getHeader()?.getNumber()).to.equal(Number(number));
    expect(writesIn(foreign)).to.deep.equal([]);
  });

  /** What Org1's peer shows this organisation's client of a block. */
  async function deliveredTo(
    mspId: 'Org1MSP' | 'Org3MSP',
    startBlock: bigint,
  ): Promise<peer.BlockAndPrivateData | null> {
    const reader = network.gateway(mspId, { at: 'Org1MSP' }).getNetwork(network.channel);
    for await (const found of await reader.getBlockAndPrivateDataEvents({ startBlock })) {
      return found;
    }
    return null;
  }
});

function writesIn(delivered: peer.BlockAndPrivateData | null): string[] {
  const found: string[] = [];
  delivered?.getPrivateDataMapMap().forEach((set) => {
    for (const collection of set.getNsPvtRwsetList().flatMap((one) => one.getCollectionPvtRwsetList())) {
      const writes = ledger.rwset.kvrwset.KVRWSet.deserializeBinary(collection.getRwset_asU8());
      for (const write of writes.getWritesList()) {
        found.push(`${write.getKey()}=${Buffer.from(write.getValue_asU8()).toString()}`);
      }
    }
  });
  return found;
}
