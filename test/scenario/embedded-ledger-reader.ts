// Reads the embedded ledger's store while nobody has it open: blocks, public state, hashes, each one's own part.
import { join } from 'node:path';
import { LevelStore } from '../../ledger/engine/level-store.js';
import { decodeVersioned } from '../../ledger/fabric/state.js';
import { collectionOf } from '../../chaincode/protocol/attestation.js';
import { ownerPrefix, privateBlockPrefix, type Entry } from '../../ledger/fabric/store.js';
import type { LedgerReader, Place } from './ledger-contents.js';

/** LevelDB's greatest limit. */
const MOST_ENTRIES = 2 ** 31 - 1;
const BLOCKS = 'B';

export const embeddedLedgerReader: LedgerReader = {
  beforeDown: () => Promise.resolve(null),
  afterDown: async (folder, { members, chaincode }) => {
    const store = await LevelStore.open(join(folder.ledgerData, 'store'));
    const view = store.snapshot();
    try {
      const all = await view.range('\u0000', '\u00ff', MOST_ENTRIES);
      const privateValues = new Map(
        members.map(({ mspId }) => [
          mspId,
          all
            .filter(({ key }) => key.startsWith(ownerPrefix(mspId)))
            .map(({ value }) => decodeVersioned(value).value),
        ]),
      );
      const places = all.map((entry): Place => {
        const owner = members.find(({ mspId }) => isOwnedBy(entry.key, mspId, chaincode.name));
        return placeOf(entry, owner);
      });
      return { privateValues, places };
    } finally {
      view.close();
      await store.close();
    }
  },
};

function placeOf({ key, value }: Entry, owner: { name: string; mspId: string } | undefined): Place {
  const section = key.startsWith(BLOCKS) ? 'blocks' : `ledger, section ${key.slice(0, 1)}`;
  const bytes = Buffer.concat([Buffer.from(key, 'latin1'), Buffer.from('\n'), value]);
  return {
    name: owner === undefined ? section : `${owner.name}'s private rows`,
    reader: owner?.mspId ?? null,
    bytes,
  };
}

/** An organisation's rows as they are now, and as each block changed them. */
function isOwnedBy(key: string, mspId: string, chaincode: string): boolean {
  const prefixes = [ownerPrefix(mspId), privateBlockPrefix(mspId, chaincode, collectionOf(mspId))];
  return prefixes.some((prefix) => key.startsWith(prefix));
}
