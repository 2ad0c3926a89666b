// The consortium's members as the tables of the ledger have them.

export interface MemberReads {
  /** Persons with a confirmed key that their member stands behind, by MSP id. */
  activePeople(): Promise<ReadonlyMap<string, number>>;
}
