// Table of the refund keys that a marketplace has from banks.
export interface RefundKeyTables {
  readonly refund_keys: {
    readonly deal: string;
    readonly bank: string;
    readonly sealed: string;
  };
}
