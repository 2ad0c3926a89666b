// The database did not do it, or did not say whether it did: it is away, restarting, or the connection broke.

/** What is stored again with the same content is stored once, so the caller may try again. */
export class StoreUnavailable extends Error {
  constructor(cause: unknown) {
    super('the database cannot be reached', { cause });
    this.name = 'StoreUnavailable';
  }
}
