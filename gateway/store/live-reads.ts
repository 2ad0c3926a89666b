// What has changed for whom, as the tables have it.

/** What a page reads again. */
export interface Changed {
  readonly kind: 'deal' | 'offer' | 'account';
  readonly id: string;
}

export interface LiveReads {
  /** Who takes part in each of these deals. */
  partiesOf(deals: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>;
  /** What concerns a person and has changed after a block; null: more than `limit`. */
  changedSince(person: string, block: number, limit: number): Promise<readonly Changed[] | null>;
}
