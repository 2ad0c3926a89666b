// Opens the embedded ledger on disk.
import type { Engine } from './ledger.js';
import type { ChannelConfig } from '../fabric/channel-config.js';
import { LevelStore } from './level-store.js';
import { openEngine } from './open-engine.js';

/**
 * Opens the ledger in `dataDir`, making it when it is not there. Throws LedgerDamaged when the files cannot be
 * trusted, or one sentence when the folder cannot be used or the configuration is wrong.
 */
export async function openLedger(config: ChannelConfig, dataDir: string): Promise<Engine> {
  return openEngine(config, await LevelStore.open(dataDir));
}
