// Private rows of collections with a life in blocks: notes when each one ends, and ends it, hash and content alike.
// It must not touch rows that were written again meanwhile.
import type { BlockUpdates } from '../fabric/block-updates.js';
import type { Definitions } from '../fabric/definitions.js';
import { fromByteString } from '../fabric/protobuf.js';
import { keyHash, parsePrivateSet, type ParsedNamespace } from '../fabric/read-write-set.js';
import { privateSetsOfBlock, type Owner } from './private-blocks.js';
import { sameVersion, type Version, type WorldState } from '../fabric/state.js';
import {
  expiryPrefix,
  hashedPrefix,
  placeOf,
  privatePrefix,
  type Snapshot,
  type Write,
} from '../fabric/store.js';

const placeBytes = 12;
const note = new Uint8Array();

/** Notes for the rows that a valid transaction wrote. A life of n blocks ends with the commit of block n + 1 later. */
export function expiryNotes(
  sets: readonly ParsedNamespace[],
  version: Version,
  definitions: Definitions,
): Write[] {
  return sets.flatMap(({ name, collections }) =>
    collections.flatMap((collection) => {
      const life = definitions.blockToLive(name, collection.name);
      if (life === 0) return [];
      const place = placeOf(version.block, version.transaction);
      const prefix = `${expiryPrefix(version.block + life + 1)}${name}\0${collection.name}\0${place}`;
      return collection.writes
        .filter(({ isDelete }) => !isDelete)
        .map(({ keyBytes }) => ({ key: prefix + keyBytes, value: note }));
    }),
  );
}

interface Ending {
  snapshot: Snapshot;
  state: WorldState;
  definitions: Definitions;
  /** What the ending block itself writes stays. */
  updates: BlockUpdates;
}

/** Deletes the rows whose life ends with this block, the notes, and what their own block had brought. */
export async function expiredRows(block: number, given: Ending): Promise<Write[]> {
  const entries = await given.snapshot.range(
    expiryPrefix(block),
    expiryPrefix(block + 1),
    Number.MAX_SAFE_INTEGER,
  );
  const removals: Write[] = entries.map(({ key }) => ({ key, value: undefined }));
  const births = new Map<string, { namespace: string; collection: string; block: number }>();
  for (const { key } of entries) {
    const row = readNote(key.slice(expiryPrefix(block).length));
    const { namespace, collection, hash, version } = row;
    births.set(`${namespace}\0${collection}`, { namespace, collection, block: version.block });
    const hashedRow = hashedPrefix(namespace, collection) + hash;
    if (given.updates.has(hashedRow)) continue;
    if (sameVersion(given.state.at(hashedRow)?.version, version)) {
      removals.push({ key: hashedRow, value: undefined });
    }
  }
  for (const birth of births.values()) removals.push(...(await expiredContent(birth, given)));
  return removals;
}

async function expiredContent(
  { namespace, collection, block }: { namespace: string; collection: string; block: number },
  { snapshot, state, definitions, updates }: Ending,
): Promise<Write[]> {
  const removals: Write[] = [];
  for (const mspId of definitions.members(namespace, collection)) {
    const owner: Owner = { mspId, namespace, collection };
    for (const { key, value, version } of await privateSetsOfBlock(snapshot, owner, block)) {
      removals.push({ key, value: undefined });
      for (const { keyBytes } of parsePrivateSet(value).writes) {
        const hash = keyHash(fromByteString(keyBytes));
        if (updates.has(hashedPrefix(namespace, collection) + hash)) continue;
        const row = privatePrefix(mspId, namespace, collection) + keyBytes;
        if (sameVersion(state.at(row)?.version, version)) removals.push({ key: row, value: undefined });
      }
    }
  }
  return removals;
}

function readNote(text: string): { namespace: string; collection: string; hash: string; version: Version } {
  const [namespace = '', collection = ''] = text.split('\0', 2);
  const rest = Buffer.from(text.slice(namespace.length + collection.length + 2), 'latin1');
  return {
    namespace,
    collection,
    hash: rest.subarray(placeBytes).toString('latin1'),
    version: { block: Number(rest.readBigUInt64BE(0)), transaction: rest.readUInt32BE(8) },
  };
}
