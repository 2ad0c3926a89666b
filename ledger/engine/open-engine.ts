// Opens the engine on a store: checks what is there, then brings the configuration into force.
import { checkedMeta } from './chain-check.js';
import { EmbeddedEngine } from './embedded-engine.js';
import type { Engine } from './ledger.js';
import type { ChannelConfig } from '../fabric/channel-config.js';
import type { Store } from '../fabric/store.js';

/** Throws LedgerDamaged, or a sentence about what is wrong in the configuration. The engine then owns the store. */
export async function openEngine(config: ChannelConfig, store: Store): Promise<Engine> {
  try {
    const meta = await checkedMeta(store, config.channel);
    const engine = new EmbeddedEngine(config, store, meta);
    await engine.applyConfiguration();
    await engine.recover();
    return engine;
  } catch (error) {
    await store.close();
    throw error;
  }
}
