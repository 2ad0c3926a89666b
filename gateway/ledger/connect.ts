// Duty: makes the ledger client of one organisation out of its configuration.
// Must not: hold logic; each part has its own file.
import type { GatewayConfig } from '../protocol/gateway-config.js';
import type { BatchLimits } from './batcher.js';
import { newCounters } from './counters.js';
import { EscrowLedger } from './escrow-ledger.js';
import { FabricPort } from './fabric-port.js';
import type { LedgerClient } from './ledger-client.js';
import type { SenderTiming } from './transaction-sender.js';

export interface ConnectOptions {
  readonly limits?: Partial<BatchLimits>;
  readonly timing?: SenderTiming;
}

/**
 * Reads the identities' files (throws when one cannot be read) and starts to follow the own peer's blocks; the peer
 * need not be there yet, `ready` tells when it is.
 */
export function connect(config: GatewayConfig, options: ConnectOptions = {}): LedgerClient {
  const counters = newCounters();
  return new EscrowLedger({ ...options, config, counters, port: new FabricPort(config, counters) });
}
