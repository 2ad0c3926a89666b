// The process that measures stores: reads which ones from its standard input, asks what pages ask, answers and ends.
import { text } from 'node:stream/consumers';
import { gatewayLog } from '../log.js';
import type { World } from '../protocol/gateway-config.js';
import { type ReadTime, type ReadTimesAnswer, readTimesRequestSchema } from '../protocol/read-times.js';
import { bankReadTimes, marketplaceReadTimes } from '../read-times/page-times.js';
import { PostgresAccounts } from '../store/postgres/account-reads.js';
import { PostgresBankReads } from '../store/postgres/bank-reads.js';
import { Database } from '../store/postgres/database.js';
import { PostgresDeals } from '../store/postgres/deal-reads.js';
import { NotificationTables } from '../store/postgres/notification-tables.js';
import { PostgresOffers } from '../store/postgres/offer-reads.js';
import { PersonTable } from '../store/postgres/person-table.js';

/** A server that runs answers at once. */
const WAIT_MS = 5_000;
/** Masks are made for new people; here none are. */
const unmasked = (person: string): string => person;

async function main(): Promise<void> {
  const { world, marketplace, banks } = readTimesRequestSchema.parse(JSON.parse(await text(process.stdin)));
  const answer: ReadTimesAnswer = [
    {
      mspId: marketplace.mspId,
      times: await measured(marketplace.url, world, ({ query }) => {
        const stores = {
          offers: new PostgresOffers(query),
          persons: new PersonTable(query, unmasked),
          accounts: new PostgresAccounts(query),
          deals: new PostgresDeals(query),
          notifications: new NotificationTables(query),
        };
        return marketplaceReadTimes(stores, marketplace.people);
      }),
    },
  ];
  for (const { mspId, url } of banks) {
    const times = await measured(url, world, ({ query }) => bankReadTimes(new PostgresBankReads(query)));
    answer.push({ mspId, times });
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

async function measured(
  url: string,
  world: World,
  measure: (database: Database) => Promise<ReadTime[]>,
): Promise<ReadTime[]> {
  const database = await Database.open({ url, world, waitMs: WAIT_MS, log: gatewayLog('read times') });
  try {
    return await measure(database);
  } finally {
    await database.close();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
