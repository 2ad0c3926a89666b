// A block as it came from somewhere, with the private data that its receiver may see.
// It must not say where from.
import type { ledger } from '@hyperledger/fabric-protos';

export interface DeliveredBlock {
  readonly bytes: Uint8Array;
  /** By position in the block; null: not asked for. */
  readonly privateData: ReadonlyMap<number, ledger.rwset.TxPvtReadWriteSet> | null;
}
