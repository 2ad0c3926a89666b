// One step of the database's form. Steps are only ever added: one that a database may have is not changed any more.

export interface Migration {
  /** `NNN-noun`, in the order of the list. */
  readonly name: string;
  /** Runs statements, several at once if need be, in the transaction of the whole migration. */
  up(sql: (statements: string) => Promise<void>): Promise<void>;
}
