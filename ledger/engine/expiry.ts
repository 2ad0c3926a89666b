// Private rows of collections with a life in blocks: records when each one ends, and ends it, hash and content alike.
// A row that was written again in the meantime stays.
import type { BlockUpdates } from '../fabric/block-updates.js';
import type { Definitions } from '../fabric/definitions.js';
import { fromByteString } from '../fabric/protobuf.js';
import { keyHash, parsePrivateSet, type ParsedNamespace } from '../fabric/read-write-set.js';
import { privateSetsOfBlock, type Owner } from './private-blocks.js';
import { sameVersion, type Version, type WorldState, versionOf } from '../fabric/state.js';
import {
  expiryPrefix,
  hashedPrefix,
  placeOf,
  privatePrefix,
  type Snapshot,
  type Write,
} from '../fabric/store.js';

const PLACE_BYTES = 12;
const EMPTY = new Uint8Array();

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
        .map(({ keyBytes }) => ({ key: prefix + keyBytes, value: EMPTY }));
    }),
  );
}

interface Ending {
  readonly snapshot: Snapshot;
  readonly state: WorldState;
  readonly definitions: Definitions;
  /** What the ending block itself writes stays. */
  readonly updates: BlockUpdates;
}

/** Deletes the rows whose life ends with this block, the notes, and what their own block had brought. */
export async function expiredRows(block: number, given: Ending): Promise<Write[]> {
  const entries = await given.snapshot.range(
    expiryPrefix(block),
    expiryPrefix(block + 1),
    Number.MAX_SAFE_INTEGER,
  );
  const removals: Write[] = entries.map(({ key }) => ({ key, value: null }));
  const births = new Map<
    string,
    { readonly namespace: string; readonly collection: string; readonly block: number }
  >();
  for (const { key } of entries) {
    const row = readNote(key.slice(expiryPrefix(block).length));
    const { namespace, collection, hash, version } = row;
    births.set(`${namespace}\0${collection}`, { namespace, collection, block: version.block });
    const hashedRow = hashedPrefix(namespace, collection) + hash;
    if (given.updates.has(hashedRow)) continue;
    if (sameVersion(versionOf(given.state.at(hashedRow)), version)) {
      removals.push({ key: hashedRow, value: null });
    }
  }
  for (const birth of births.values()) removals.push(...(await expiredContent(birth, given)));
  return removals;
}

async function expiredContent(
  {
    namespace,
    collection,
    block,
  }: { readonly namespace: string; readonly collection: string; readonly block: number },
  { snapshot, state, definitions, updates }: Ending,
): Promise<Write[]> {
  const removals: Write[] = [];
  for (const mspId of definitions.members(namespace, collection)) {
    const owner: Owner = { mspId, namespace, collection };
    for (const { key, value, version } of await privateSetsOfBlock(snapshot, owner, block)) {
      removals.push({ key, value: null });
      for (const { keyBytes } of parsePrivateSet(value).writes) {
        const hash = keyHash(fromByteString(keyBytes));
        if (updates.has(hashedPrefix(namespace, collection) + hash)) continue;
        const row = privatePrefix(mspId, namespace, collection) + keyBytes;
        if (sameVersion(versionOf(state.at(row)), version)) removals.push({ key: row, value: null });
      }
    }
  }
  return removals;
}

function readNote(text: string): {
  readonly namespace: string;
  readonly collection: string;
  readonly hash: string;
  readonly version: Version;
} {
  const [namespace = '', collection = ''] = text.split('\0', 2);
  const rest = Buffer.from(text.slice(namespace.length + collection.length + 2), 'latin1');
  return {
    namespace,
    collection,
    hash: rest.subarray(PLACE_BYTES).toString('latin1'),
    version: { block: Number(rest.readBigUInt64BE(0)), transaction: rest.readUInt32BE(8) },
  };
}
