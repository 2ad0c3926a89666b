// Opens the engine on a store: checks what is there, then brings the configuration into force.
// It must not choose the store; callers do.
import { checkedMeta } from './chain-check.js';
import { EmbeddedEngine } from './embedded-engine.js';
import type { Engine, LedgerConfig } from './engine.js';
import type { Store } from './store.js';

/** Throws LedgerDamaged, or a sentence about what is wrong in the configuration. The engine then owns the store. */
export async function openEngine(config: LedgerConfig, store: Store): Promise<Engine> {
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
