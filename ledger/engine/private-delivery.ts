// A block together with the private writes that one organisation's peer holds of it, for those who may read them.
import { common, ledger, peer } from '@hyperledger/fabric-protos';
import { mayUseCollection, type Definitions } from '../fabric/definitions.js';
import type { KnownIdentity } from '../fabric/identity.js';
import { privateSetsOfBlock } from './private-blocks.js';
import { byteString } from '../fabric/protobuf.js';
import { blockKey, type Snapshot } from '../fabric/store.js';

export interface PrivateReader {
  readonly snapshot: Snapshot;
  readonly definitions: Definitions;
  /** Whose peer is asked. */
  readonly mspId: string;
  readonly identity: KnownIdentity;
}

/**
 * As a peer decides it, only `memberOnlyRead` keeps an identity of another organisation out; implicit collections are
 * not so marked.
 */
export async function blockAndPrivateData(
  number: number,
  reader: PrivateReader,
): Promise<peer.BlockAndPrivateData | null> {
  const bytes = reader.snapshot.get(blockKey(number));
  if (!bytes) return null;
  const answer = new peer.BlockAndPrivateData();
  answer.setBlock(common.Block.deserializeBinary(bytes));
  for (const share of await sharesOf(number, reader)) addShare(answer, share);
  return answer;
}

interface Share {
  readonly namespace: string;
  readonly collection: string;
  readonly transaction: number;
  readonly bytes: Uint8Array;
}

async function sharesOf(
  number: number,
  { snapshot, definitions, mspId, identity }: PrivateReader,
): Promise<Share[]> {
  const shares: Share[] = [];
  for (const { namespace, collection, defined } of definitions.collectionsOf(mspId)) {
    if (!mayUseCollection(defined, identity, 'read')) continue;
    const owner = { mspId, namespace, collection };
    for (const { version, value } of await privateSetsOfBlock(snapshot, owner, number)) {
      shares.push({ namespace, collection, transaction: version.transaction, bytes: value });
    }
  }
  const order = ({ namespace, collection }: Share): string =>
    `${byteString(namespace)}\0${byteString(collection)}`;
  return shares.sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

/** Shares come sorted, so a namespace's collections follow one another. */
function addShare(answer: peer.BlockAndPrivateData, share: Share): void {
  const sets = answer.getPrivateDataMapMap();
  const set = sets.get(share.transaction) ?? new ledger.rwset.TxPvtReadWriteSet();
  sets.set(share.transaction, set);
  const known = set.getNsPvtRwsetList().find((one) => one.getNamespace() === share.namespace);
  const namespace = known ?? set.addNsPvtRwset();
  namespace.setNamespace(share.namespace);
  const collection = namespace.addCollectionPvtRwset();
  collection.setCollectionName(share.collection);
  collection.setRwset(share.bytes);
}
