// Which content the ledger's rows name, to be found by its hash.
import type { Migration } from './migration.js';

export const usedContentsMigration: Migration = {
  name: '053-used-contents',
  up: (sql) =>
    sql(`create index on ledger.row ((body ->> 'contentHash')) where kind = 'offer';
    create index on ledger.row ((body #>> '{terms,offerTerms,contentHash}')) where kind = 'terms';
    create index on offer_text (at)`),
};
