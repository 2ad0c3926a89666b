// A block as it was delivered, with the private data that its receiver may see.
import type { ledger } from '@hyperledger/fabric-protos';

export interface DeliveredBlock {
  readonly bytes: Uint8Array;
  /** By position in the block; null: not asked for. */
  readonly privateData: ReadonlyMap<number, ledger.rwset.TxPvtReadWriteSet> | null;
}
