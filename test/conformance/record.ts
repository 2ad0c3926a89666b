// `npm run conformance:record`: plays all scripts on real Fabric and writes the record anew.
import { writeRecord } from './recording.js';
import { runScripts } from './run-scripts.js';

async function main(): Promise<void> {
  const begun = Date.now();
  const areas = await runScripts('fabric');
  writeRecord('fabric', areas);
  const scripts = Object.values(areas).reduce((sum, outcomes) => sum + Object.keys(outcomes).length, 0);
  const seconds = Math.round((Date.now() - begun) / 1000);
  console.log(`Recorded ${String(scripts)} scripts on real Fabric in ${String(seconds)} s.`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
