// The process that measures stores: reads which ones from its standard input, asks their queries, answers and ends.
import { text } from 'node:stream/consumers';
import type { Kysely } from 'kysely';
import { gatewayLog } from '../log.js';
import type { World } from '../protocol/gateway-config.js';
import { type ReadTime, type ReadTimesAnswer, readTimesRequestSchema } from '../protocol/read-times.js';
import { USUAL_LIMITS } from '../store/postgres/connections.js';
import { Database } from '../store/postgres/database.js';
import type { Tables } from '../store/postgres/tables/all-tables.js';
import { bankReadTimes, marketplaceReadTimes } from './read-times.js';

const WAIT_MS = 5_000;

async function main(): Promise<void> {
  const { world, marketplace, banks } = readTimesRequestSchema.parse(JSON.parse(await text(process.stdin)));
  const { people } = marketplace;
  const answer: ReadTimesAnswer = [
    {
      mspId: marketplace.mspId,
      times: await measured(marketplace.url, world, (db) => marketplaceReadTimes(db, people)),
    },
  ];
  for (const { mspId, url } of banks)
    answer.push({ mspId, times: await measured(url, world, bankReadTimes) });
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

async function measured(
  url: string,
  world: World,
  measure: (db: Kysely<Tables>) => Promise<ReadTime[]>,
): Promise<ReadTime[]> {
  const database = await Database.open({
    ...{ url, world, limits: USUAL_LIMITS, waitMs: WAIT_MS },
    log: gatewayLog('read times'),
  });
  try {
    return await measure(database.query);
  } finally {
    await database.close();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
