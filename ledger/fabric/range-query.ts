// What a range read leaves in the read set: its keys and versions, or beyond fifty of them Fabric's Merkle summary.
import { ledger } from '@hyperledger/fabric-protos';
import { sameBytes, sha256 } from './protobuf.js';
import type { Version } from './state.js';

const { kvrwset } = ledger.rwset;
type KVRead = ledger.rwset.kvrwset.KVRead;
type RangeQueryInfo = ledger.rwset.kvrwset.RangeQueryInfo;

/** Results up to this many are recorded one by one; it is also the degree of the Merkle tree. */
const MAX_DEGREE = 50;

function kvRead(key: string, version: Version | null): KVRead {
  const read = new kvrwset.KVRead();
  read.setKey(key);
  if (version) read.setVersion(protoVersion(version));
  return read;
}

function protoVersion(version: Version): ledger.rwset.kvrwset.Version {
  const message = new kvrwset.Version();
  message.setBlockNum(version.block);
  message.setTxNum(version.transaction);
  return message;
}

/** Collects the results of one range read in order. */
export class RangeReads {
  private pending: KVRead[] = [];
  private readonly levels: Buffer[][] = [[]];

  add(key: string, version: Version): void {
    this.pending.push(kvRead(key, version));
    if (this.pending.length > MAX_DEGREE) this.hashPending();
  }

  /** Sets raw reads or Merkle hashes; call once, when the transaction ends. */
  finish(info: RangeQueryInfo): void {
    if (this.levels.length === 1 && this.levels[0]?.length === 0) {
      if (this.pending.length === 0) return;
      const reads = new kvrwset.QueryReads();
      reads.setKvReadsList(this.pending);
      info.setRawReads(reads);
      return;
    }
    if (this.pending.length > 0) this.hashPending();
    this.foldLowerLevels();
    const summary = new kvrwset.QueryReadsMerkleSummary();
    summary.setMaxDegree(MAX_DEGREE);
    summary.setMaxLevel(this.levels.length);
    summary.setMaxLevelHashesList(this.levels[this.levels.length - 1] ?? []);
    info.setReadsMerkleHashes(summary);
  }

  private hashPending(): void {
    const reads = new kvrwset.QueryReads();
    reads.setKvReadsList(this.pending);
    this.pending = [];
    this.addHash(0, sha256(reads.serializeBinary()));
    for (let level = 0; (this.levels[level]?.length ?? 0) > MAX_DEGREE; level++) this.fold(level);
  }

  private foldLowerLevels(): void {
    for (let level = 0; level < this.levels.length - 1; level++) {
      if ((this.levels[level]?.length ?? 0) > 0) this.fold(level);
    }
    const top = this.levels.length - 1;
    if ((this.levels[top]?.length ?? 0) > MAX_DEGREE) this.fold(top);
  }

  private fold(level: number): void {
    const hashes = this.levels[level] ?? [];
    this.levels[level] = [];
    const [only] = hashes;
    this.addHash(level + 1, hashes.length === 1 && only ? only : sha256(...hashes));
  }

  private addHash(level: number, hash: Buffer): void {
    const hashes = this.levels[level];
    if (hashes) hashes.push(hash);
    else this.levels[level] = [hash];
  }
}

/** Do these results, in order, equal what the transaction saw? */
export function sameResults(
  info: RangeQueryInfo,
  results: readonly { readonly key: string; readonly version: Version }[],
): boolean {
  const again = new RangeReads();
  for (const { key, version } of results) again.add(key, version);
  const now = new kvrwset.RangeQueryInfo();
  again.finish(now);
  const then = new kvrwset.RangeQueryInfo();
  const rawReads = info.getRawReads();
  if (rawReads && rawReads.getKvReadsList().length > 0) then.setRawReads(rawReads);
  const summary = info.getReadsMerkleHashes();
  if (summary) then.setReadsMerkleHashes(summary);
  return sameBytes(now.serializeBinary(), then.serializeBinary());
}
