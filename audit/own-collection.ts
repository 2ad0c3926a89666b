// A member's own private values, compared with the hashes that everybody has, and the rows that they make up.
import type { ledger } from '@hyperledger/fabric-protos';
import { collectionOf } from '../chaincode/protocol/attestation.js';
import { fromByteString, MalformedMessage, sameBytes, sha256 } from '../ledger/fabric/protobuf.js';
import {
  keyHash,
  parsePrivateSet,
  type KeyWrite,
  type ParsedCollection,
} from '../ledger/fabric/read-write-set.js';
import type { Findings, Place } from './findings.js';
import type { ValidTransaction } from './replay.js';

export type PrivateData = ReadonlyMap<number, ledger.rwset.TxPvtReadWriteSet>;

export class OwnCollection {
  /** Values by key, as the last transaction left them. */
  readonly values = new Map<string, string>();
  private readonly collection: string;

  constructor(
    mspId: string,
    private readonly of: {
      readonly chaincode: string;
      readonly findings: Findings;
      readonly onWrite: (key: string, text: string, place: Place) => void;
      readonly onRemove: (key: string) => void;
    },
  ) {
    this.collection = collectionOf(mspId);
  }

  take({ action, block, position, txId }: ValidTransaction, delivered: PrivateData): void {
    const namespace = action.sets.find(({ name }) => name === this.of.chaincode);
    const hashed = namespace?.collections.find(({ name }) => name === this.collection);
    if (!hashed || hashed.privateHash.length === 0) return;
    const place = { block, transaction: txId };
    const bytes = this.setIn(delivered.get(position));
    const isGenuine = bytes !== null && sameBytes(sha256(bytes), hashed.privateHash);
    this.of.findings.expect('privateValues', place, isGenuine, () => ({
      found: bytes === null ? 'no private values' : 'private values with another hash',
      needed: 'the values whose hash stands in the block',
    }));
    if (bytes !== null) this.apply(bytes, hashed, place);
  }

  private setIn(delivered: ledger.rwset.TxPvtReadWriteSet | undefined): Uint8Array | null {
    return (
      delivered
        ?.getNsPvtRwsetList()
        .find((set) => set.getNamespace() === this.of.chaincode)
        ?.getCollectionPvtRwsetList()
        .find((set) => set.getCollectionName() === this.collection)
        ?.getRwset_asU8() ?? null
    );
  }

  private apply(bytes: Uint8Array, hashed: ParsedCollection, place: Place): void {
    const hashes = new Map(hashed.writes.map(({ keyBytes, value }) => [keyBytes, value]));
    for (const { keyBytes, value, isDelete } of writesIn(bytes)) {
      const key = fromByteString(keyBytes);
      const hash = hashes.get(keyHash(key));
      const isSame = hash !== undefined && sameBytes(hash, isDelete ? new Uint8Array() : sha256(value));
      this.of.findings.expect('privateValues', place, isSame, () => ({
        found: `another value under ${key}`,
        needed: 'the value whose hash stands in the block',
      }));
      if (isDelete) this.remove(key);
      else this.keep(key, Buffer.from(value).toString('utf8'), place);
    }
  }

  private remove(key: string): void {
    this.values.delete(key);
    this.of.onRemove(key);
  }

  private keep(key: string, text: string, place: Place): void {
    this.values.set(key, text);
    this.of.onWrite(key, text, place);
  }
}

function writesIn(bytes: Uint8Array): KeyWrite[] {
  try {
    return parsePrivateSet(bytes).writes;
  } catch (error) {
    if (error instanceof MalformedMessage) return []; // the comparison of hashes has reported it
    throw error;
  }
}
