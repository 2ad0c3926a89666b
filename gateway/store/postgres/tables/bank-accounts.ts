// Table of the accounts that were opened at a bank.
export interface BankAccountTables {
  readonly bank_accounts: {
    readonly account: string;
    readonly holder: string;
    readonly currency: string;
    /** The ledger has confirmed it. */
    readonly is_opened: boolean;
  };
}
