// `npm run conformance:fuzz`: the same random transactions on real Fabric and on the embedded ledger, compared.
import { parseArgs } from 'node:util';
import { compareFuzz } from './fuzz-compare.js';
import { LASTING_KEYS, playFuzz } from './fuzz-play.js';
import { writeFuzzRecord } from './recording.js';

const MOST_SHOWN = 20;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      transactions: { type: 'string', default: '10000' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      record: { type: 'boolean', default: false },
    },
  });
  const plan = {
    seed: Number(values.seed),
    transactions: Number(values.transactions),
    lastingKeys: LASTING_KEYS,
  };
  console.log(`${String(plan.transactions)} transactions of seed ${String(plan.seed)}: real Fabric first.`);
  const fabric = await timed('real Fabric', () => playFuzz('fabric', plan));
  if (values.record) writeFuzzRecord(plan, fabric);
  const embedded = await timed('embedded ledger', () =>
    playFuzz('embedded', { ...plan, blocks: fabric.blocks }),
  );
  const { differences, counts } = compareFuzz(fabric, embedded);
  for (const difference of differences.slice(0, MOST_SHOWN)) console.log(difference);
  console.log(
    `${String(counts.endorsements)} endorsements (${String(counts.refused)} refused) and ` +
      `${String(counts.ordered)} transactions in ${String(counts.blocks)} blocks compared; ` +
      `codes ${JSON.stringify(counts.codes)}; ${String(differences.length)} differences.`,
  );
  if (differences.length > 0) process.exitCode = 1;
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const begun = Date.now();
  const result = await work();
  console.log(`${what}: ${String(Math.round((Date.now() - begun) / 1000))} s`);
  return result;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
