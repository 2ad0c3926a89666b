// The process of one simulated core bank: of the demo world only, on loopback only. Reads its settings, serves,
// says so.
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { writePrivately } from '../people.js';
import { coreApp, phoneLinks, switchesLink } from './core-app.js';
import { Phones } from './phones.js';
import { SimulatedCore } from './simulated-core.js';

const settingsSchema = z.strictObject({
  /** Name of the bank, for the pages. */
  bank: z.string(),
  host: z.enum(['127.0.0.1', '::1']),
  port: z.int().min(0).max(65_535),
  /** Where browsers find it, without a path. */
  origin: z.string(),
  /** File of the key that the bank's gateway shows. */
  keyPath: z.string(),
  dataDir: z.string(),
  answerAfterMs: z.int().min(0),
});

function main(): void {
  const file = process.argv[2];
  if (file === undefined) throw new Error('Give the path of the settings as the only argument.');
  const { bank, host, port, origin, keyPath, dataDir, answerAfterMs } = settingsSchema.parse(
    JSON.parse(readFileSync(file, 'utf8')),
  );
  const core = SimulatedCore.open({ path: join(dataDir, 'core.jsonl'), answerAfterMs });
  const phones = Phones.open(join(dataDir, 'phones.jsonl'));
  const key = readFileSync(keyPath, 'utf8').trim();
  const writeLinks = (): void => {
    const switches = switchesLink({ core, origin });
    writePrivately(join(dataDir, 'links.json'), { switches, phones: phoneLinks({ core, phones, origin }) });
  };
  writeLinks();
  const app = coreApp({ core, phones, bank, key, origin, onCustomer: writeLinks });
  const server = app.listen(port, host, (error?: Error) => {
    if (error !== undefined) fail(error);
    const address = server.address() as AddressInfo; // TCP, so never a string
    process.stdout.write(`${JSON.stringify({ ready: true, port: address.port })}\n`);
  });
  const stop = (): void => {
    process.exit(0);
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

try {
  main();
} catch (error) {
  fail(error);
}
