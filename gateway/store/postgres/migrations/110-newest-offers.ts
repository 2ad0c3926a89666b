// The catalogue shows the newest offers first: they are read from the end of an index, not sorted out of all.
import type { Migration } from './migration.js';

export const newestOffersMigration: Migration = {
  name: '110-newest-offers',
  up: (sql) =>
    sql(`create index newest_offers on ledger.row ((at::float8), key)
      where kind = 'offer' and body ->> 'status' = 'listed'`),
};
