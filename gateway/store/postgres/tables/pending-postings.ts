// Table of the pending postings.
export interface PendingPostingTables {
  readonly pending_postings: { readonly account: string };
}
