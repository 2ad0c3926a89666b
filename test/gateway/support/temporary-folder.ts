// A folder for one test, gone after it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export async function inTemporaryFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'forescrow-gateway-'));
  try {
    await run(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
