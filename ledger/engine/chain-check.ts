// Reads a ledger back at start: every block is there, linked to the one before, with the data its header names.
// It repairs nothing.
import { common } from '@hyperledger/fabric-protos';
import { dataHash, headerHash } from '../fabric/block.js';
import { LedgerDamaged } from './errors.js';
import { decodeMeta, emptyMeta, type LedgerMeta } from './ledger-meta.js';
import { sameBytes } from '../fabric/protobuf.js';
import { blockKey, META_KEY, prefixEnd, type Snapshot, type Store } from '../fabric/store.js';

const PORTION = 200;

/** The ledger's record after checking the chain; an empty store gives an empty ledger. Throws LedgerDamaged. */
export async function checkedMeta(store: Store, channel: string): Promise<LedgerMeta> {
  const snapshot = store.snapshot();
  try {
    const meta = readMeta(store, snapshot, channel);
    const lastHash = await checkChain(store, snapshot, meta.height);
    if (lastHash.toString('hex') !== meta.lastHash) {
      throw damaged(store, 'its last block is not the one its record names');
    }
    return meta;
  } finally {
    snapshot.close();
  }
}

function readMeta(store: Store, snapshot: Snapshot, channel: string): LedgerMeta {
  const stored = snapshot.get(META_KEY);
  const meta = stored ? decodeMeta(stored) : emptyMeta(channel);
  if (!meta) throw damaged(store, 'its record of the ledger is not readable');
  if (meta.channel !== channel) {
    throw new LedgerDamaged(
      `${store.place} holds the channel '${meta.channel}', not '${channel}'. Name another data folder.`,
    );
  }
  if (meta.height < store.acknowledgedHeight()) {
    throw damaged(store, `it ends at block ${String(meta.height - 1)}, but later blocks were acknowledged`);
  }
  return meta;
}

/** Hash of the last block's header, empty when there is no block. */
async function checkChain(store: Store, snapshot: Snapshot, height: number): Promise<Buffer> {
  let previousHash: Buffer = Buffer.alloc(0);
  let number = 0;
  for (;;) {
    const entries = await snapshot.range(blockKey(number), prefixEnd('B'), PORTION);
    for (const entry of entries) {
      if (entry.key !== blockKey(number)) throw damaged(store, `block ${String(number)} is missing`);
      previousHash = checkBlock(store, entry.value, { number, previousHash });
      number++;
    }
    if (entries.length < PORTION) break;
  }
  if (number < height) throw damaged(store, `block ${String(number)} is missing`);
  return previousHash;
}

function checkBlock(
  store: Store,
  bytes: Uint8Array,
  expected: { readonly number: number; readonly previousHash: Uint8Array },
): Buffer {
  const name = `block ${String(expected.number)}`;
  let block: common.Block;
  try {
    block = common.Block.deserializeBinary(bytes);
  } catch (cause) {
    throw damaged(store, `${name} is not readable`, cause);
  }
  const header = block.getHeader();
  if (!header || header.getNumber() !== expected.number) throw damaged(store, `${name} is not readable`);
  if (!sameBytes(header.getPreviousHash_asU8(), expected.previousHash)) {
    throw damaged(store, `${name} does not follow the block before it`);
  }
  if (!sameBytes(header.getDataHash_asU8(), dataHash(block.getData()?.getDataList_asU8() ?? []))) {
    throw damaged(store, `the transactions of ${name} were altered`);
  }
  return headerHash(header);
}

export function damaged(store: { readonly place: string }, why: string, cause?: unknown): LedgerDamaged {
  return new LedgerDamaged(
    `The ledger in ${store.place} is damaged: ${why}. Nothing was changed; ` +
      'restore the folder from a backup, or move it away to begin an empty ledger.',
    { cause },
  );
}
