// What real peers deliver, each to its own organisation, and every file that peers and orderers keep.
import { readFileSync } from 'node:fs';
import { ledger } from '@hyperledger/fabric-protos';
import { memberBlocks } from '../../network/commands/verify-ledger.js';
import type { Member } from '../../network/consortium.js';
import { FabricFolder } from '../../network/fabric/fabric-folder.js';
import type { SystemFolder } from '../../network/processes/system-folder.js';
import type { DeliveredBlock } from '../../audit/delivered-block.js';
import { filesBelow, type LedgerReader, type Place } from './ledger-contents.js';

export const fabricLedgerReader: LedgerReader = {
  beforeDown: async (folder, consortium) => {
    const privateValues = new Map<string, readonly Uint8Array[]>();
    const places: Place[] = [];
    for (const member of consortium.members) {
      const values = new Map<string, Uint8Array>();
      for await (const block of memberBlocks(folder, consortium, { member, privately: true })) {
        places.push({ name: 'blocks', reader: null, bytes: block.bytes });
        for (const { key, value } of privateWritesIn(block)) values.set(key, value);
      }
      privateValues.set(member.mspId, [...values.values()]);
      const rows = { name: `${member.name}'s private rows`, reader: member.mspId };
      places.push(...[...values.values()].map((bytes) => ({ ...rows, bytes })));
      places.push(...nodeFiles(folder, member));
    }
    return { privateValues, places };
  },
  afterDown: () => Promise.reject(new Error('real peers deliver only while they run')),
};

/** Whatever the peer had in private about this block, valid or not; it is its own organisation's alone. */
function privateWritesIn({ privateData }: DeliveredBlock): { key: string; value: Uint8Array }[] {
  return [...(privateData?.values() ?? [])].flatMap((transaction) =>
    transaction.getNsPvtRwsetList().flatMap((namespace) =>
      namespace.getCollectionPvtRwsetList().flatMap((collection) =>
        ledger.rwset.kvrwset.KVRWSet.deserializeBinary(collection.getRwset_asU8())
          .getWritesList()
          .map((write) => ({
            key: `${collection.getCollectionName()}/${write.getKey()}`,
            value: write.getValue_asU8(),
          })),
      ),
    ),
  );
}

/** A peer may hold its own organisation's secrets; an orderer nobody's. */
function nodeFiles(folder: SystemFolder, member: Member): Place[] {
  const files = new FabricFolder(folder);
  const place = (file: string, kind: string, reader: string | null): Place => {
    return { name: `${member.name}'s ${kind}, ${file}`, reader, bytes: readFileSync(file) };
  };
  return [
    ...filesBelow(files.nodeData('peer', member)).map((file) => place(file, 'peer', member.mspId)),
    ...filesBelow(files.nodeData('orderer', member)).map((file) => place(file, 'orderer', null)),
  ];
}
