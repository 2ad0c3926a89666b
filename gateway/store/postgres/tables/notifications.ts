// Up to where people have read their notifications. The ledger does not say it, so it stays when the ledger's tables
// are rebuilt.
export interface NotificationTables {
  readonly notification_mark: {
    readonly person: string;
    readonly block: number;
    readonly transaction: number;
    readonly place: number;
  };
}
