// One block by its bytes: readable, in the one encoding, linked to the block before, with the data that it names.
import { common } from '@hyperledger/fabric-protos';
import { dataHash, headerHash } from '../ledger/fabric/block.js';
import { sameBytes } from '../ledger/fabric/protobuf.js';
import type { Findings } from './findings.js';

export interface ReadBlock {
  readonly number: number;
  readonly header: common.BlockHeader;
  readonly hash: Uint8Array;
  readonly envelopes: readonly Uint8Array[];
  /** By Fabric's BlockMetadataIndex; absent ones are empty. */
  readonly metadata: readonly Uint8Array[];
}

export interface Before {
  readonly number: number;
  readonly previousHash: Uint8Array;
}

const METADATA_PARTS = 5;

/** Null if what follows cannot be checked: unreadable, or not the block that comes next. */
export function readBlock(bytes: Uint8Array, expected: Before, findings: Findings): ReadBlock | null {
  const place = { block: expected.number, transaction: null };
  const block = parse(bytes);
  const header = block?.getHeader();
  findings.expect('form', place, block !== null && sameBytes(block.serializeBinary(), bytes), () => ({
    found: block === null ? 'bytes that are no block' : 'a block in another encoding',
    needed: 'a block as Fabric writes it',
  }));
  const isNext = findings.expect('form', place, header?.getNumber() === expected.number, () => ({
    found: header ? `block ${String(header.getNumber())}` : 'no header',
    needed: `block ${String(expected.number)}`,
  }));
  if (!block || !header || !isNext) return null;
  const envelopes = block.getData()?.getDataList_asU8() ?? [];
  checkLinks(header, { envelopes, expected, findings });
  const metadata = metadataOf(block);
  findings.expect('form', place, metadata.length === METADATA_PARTS, () => ({
    found: `${String(metadata.length)} parts of metadata`,
    needed: String(METADATA_PARTS),
  }));
  return { number: expected.number, header, hash: headerHash(header), envelopes, metadata };
}

function metadataOf(block: common.Block): Uint8Array[] {
  return block.getMetadata()?.getMetadataList_asU8() ?? [];
}

function parse(bytes: Uint8Array): common.Block | null {
  try {
    return common.Block.deserializeBinary(bytes);
  } catch {
    return null; // reported as a finding
  }
}

function checkLinks(
  header: common.BlockHeader,
  of: { readonly envelopes: readonly Uint8Array[]; readonly expected: Before; readonly findings: Findings },
): void {
  const { envelopes, expected, findings } = of;
  const place = { block: expected.number, transaction: null };
  const previous = header.getPreviousHash_asU8();
  findings.expect('hashChain', place, sameBytes(previous, expected.previousHash), () => ({
    found: hex(previous),
    needed: hex(expected.previousHash),
  }));
  const named = header.getDataHash_asU8();
  const actual = dataHash(envelopes);
  findings.expect('dataHash', place, sameBytes(named, actual), () => ({
    found: `transactions with the hash ${hex(actual)}`,
    needed: hex(named),
  }));
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
