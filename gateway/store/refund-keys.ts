// The refund keys that a marketplace has from banks, each sealed under a key that the store does not have.

export interface RefundKeyRecords {
  /** Null: the bank has given none for this deal. */
  find(deal: string, bank: string): Promise<string | null>;
  save(deal: string, bank: string, sealed: string): Promise<void>;
}
