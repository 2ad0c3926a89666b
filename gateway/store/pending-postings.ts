// The accounts of a bank whose credits may still have to be posted.

/** Changes of one account take effect in the order in which they were asked for. */
export interface PendingPostings {
  accounts(): Promise<readonly string[]>;
  add(account: string): Promise<void>;
  remove(account: string): Promise<void>;
}
