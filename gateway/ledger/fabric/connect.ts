// Makes the ledger client of one organisation out of its configuration.
import type { GatewayConfig } from '../../protocol/gateway-config.js';
import type { QueueLimits } from '../command-queue.js';
import { newCounters } from '../counters.js';
import type { LedgerClient } from '../ledger-client.js';
import { QueuedLedgerClient } from '../queued-ledger-client.js';
import type { SubmitTiming } from '../transaction-submitter.js';
import { FabricPort } from './fabric-port.js';

export interface ConnectOptions {
  readonly limits?: Partial<QueueLimits>;
  readonly timing?: SubmitTiming;
}

/**
 * Reads the identities' files (throws when one cannot be read) and starts to follow the own peer's blocks; the peer
 * need not be there yet, `ready` resolves when it is.
 */
export function connect(config: GatewayConfig, options: ConnectOptions = {}): LedgerClient {
  const counters = newCounters();
  return new QueuedLedgerClient({ ...options, config, counters, port: new FabricPort(config, counters) });
}
