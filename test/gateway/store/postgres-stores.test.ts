// The stores in PostgreSQL do what their interfaces promise, with another process on the same database.
import { CheckpointTable } from '../../../gateway/store/postgres/checkpoint-table.js';
import type { Database } from '../../../gateway/store/postgres/database.js';
import { GeneratedValueTable } from '../../../gateway/store/postgres/generated-value-table.js';
import { OneTimeCodeTable } from '../../../gateway/store/postgres/one-time-code-table.js';
import { PendingPostingTable } from '../../../gateway/store/postgres/pending-posting-table.js';
import { inDatabase, openAt } from '../../support/database.js';
import {
  behavesAsCheckpoints,
  behavesAsGeneratedValues,
  behavesAsOneTimeCodeRecords,
  behavesAsPendingPostings,
  type OnStore,
} from './store-behaviour.js';

/** Each store that is opened has connections of its own. */
function inPostgres<Store>(make: (database: Database) => Store): OnStore<Store> {
  return (run) =>
    inDatabase(async (database, url) => {
      const others = [await openAt(url), await openAt(url), await openAt(url)];
      const left = [database, ...others];
      try {
        await run(() => make(left.shift() ?? database));
      } finally {
        for (const other of others) await other.close();
      }
    });
}

describe('generated values in PostgreSQL', () => {
  behavesAsGeneratedValues(inPostgres((database) => new GeneratedValueTable(database)));
});

describe('checkpoints in PostgreSQL', () => {
  behavesAsCheckpoints(inPostgres((database) => new CheckpointTable(database, 'deals')));
});

describe('one-time code records in PostgreSQL', () => {
  behavesAsOneTimeCodeRecords(inPostgres((database) => new OneTimeCodeTable(database)));
});

describe('pending postings in PostgreSQL', () => {
  behavesAsPendingPostings(inPostgres((database) => new PendingPostingTable(database)));
});
