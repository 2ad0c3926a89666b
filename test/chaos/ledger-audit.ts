// What the blocks on disk say when all is over, and whether their chain is whole, by their bytes.
import { createHash } from 'node:crypto';
import { common, peer } from '@hyperledger/fabric-protos';
import { eventBlockOf } from '../../gateway/ledger/fabric/blocks.js';
import { LevelStore } from '../../ledger/engine/level-store.js';
import { headerHash } from '../../ledger/fabric/block.js';
import { blockKey, prefixEnd } from '../../ledger/fabric/store.js';

/** Where a command was carried out. */
export interface Place {
  readonly txId: string;
  readonly block: number;
}

export interface Audit {
  readonly height: number;
  /** Places where a command (by id and action) was carried out for the first time. */
  readonly done: ReadonlyMap<string, readonly Place[]>;
  /** How often a public row took a status, by `key status`. */
  readonly changes: ReadonlyMap<string, number>;
  readonly codes: ReadonlyMap<number, number>;
}

const MOST_BLOCKS = 100_000;

/** Reads the store in `folder`, which nobody else may have open. Throws if the chain is broken. */
export async function auditLedger(folder: string, chaincode: string): Promise<Audit> {
  const store = await LevelStore.open(folder);
  const snapshot = store.snapshot();
  try {
    const entries = await snapshot.range(blockKey(0), prefixEnd('B'), MOST_BLOCKS);
    return auditBlocks(
      entries.map(({ value }) => common.Block.deserializeBinary(value)),
      chaincode,
    );
  } finally {
    snapshot.close();
    await store.close();
  }
}

/** From the first block on. Throws if the chain is broken. */
export function auditBlocks(blocks: readonly common.Block[], chaincode: string): Audit {
  requireChain(blocks);
  return { height: blocks.length, ...contentsOf(blocks, chaincode) };
}

function requireChain(blocks: readonly common.Block[]): void {
  let previous = Buffer.alloc(0);
  for (const [number, block] of blocks.entries()) {
    const header = block.getHeader();
    if (header?.getNumber() !== number) throw new Error(`block ${String(number)} is missing`);
    if (!previous.equals(header.getPreviousHash_asU8())) {
      throw new Error(`block ${String(number)} does not follow the one before`);
    }
    const data = createHash('sha256');
    for (const envelope of block.getData()?.getDataList_asU8() ?? []) data.update(envelope);
    if (!data.digest().equals(header.getDataHash_asU8())) {
      throw new Error(`the data of block ${String(number)} is not what its header names`);
    }
    previous = Buffer.from(headerHash(header));
  }
}

function contentsOf(blocks: readonly common.Block[], chaincode: string): Omit<Audit, 'height'> {
  const done = new Map<string, Place[]>();
  const changes = new Map<string, number>();
  const codes = new Map<number, number>();
  for (const { block, transactions } of blocks.map((each) => eventBlockOf(each, chaincode))) {
    for (const { txId, code, event } of transactions) {
      count(codes, code);
      if (code !== peer.TxValidationCode.VALID) continue;
      for (const { action, result, rows } of event.results) {
        if (!result.ok || result.repeated) continue;
        const name = commandName(action, result.id);
        done.set(name, [...(done.get(name) ?? []), { txId, block }]);
        for (const [key, status] of Object.entries(rows)) count(changes, `${key} ${status ?? ''}`);
      }
    }
  }
  return { done, changes, codes };
}

export function commandName(action: string, id: string): string {
  return `${action} ${id}`;
}

function count<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
