// The accounts of a bank whose credits may still have to be posted.

export interface PendingPostings {
  accounts(): Promise<readonly string[]>;
  add(account: string): Promise<void>;
  remove(account: string): Promise<void>;
}
