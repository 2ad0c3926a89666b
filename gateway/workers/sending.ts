// Duty: send a worker's commands under its own certificate; learn the fate of what was left unknown before going on.
// Must not: send again by itself; the caller looks at the ledger first.
import type { Command } from '../../chaincode/protocol/commands.js';
import type { LedgerClient, Outcome } from '../ledger/ledger-client.js';
import { OutcomeUnknown } from '../ledger/ledger-errors.js';

/** A worker's way to the ledger. */
export interface Sending {
  agree(commands: readonly Command[]): Promise<readonly Outcome[]>;
  /** `rows`: shared rows that the commands write and do not name themselves (`SendOptions.rows`). */
  own(commands: readonly Command[], rows?: readonly string[]): Promise<readonly Outcome[]>;
}

/** Sends as `worker`. When an outcome is unknown, its fate is settled before the error goes on to the caller. */
export function workerSending(ledger: LedgerClient, signal: AbortSignal): Sending {
  const options = { as: 'worker', signal } as const;
  return {
    agree: (commands) => settled(ledger, signal, () => ledger.agree(commands, options)),
    own: (commands, rows = []) => settled(ledger, signal, () => ledger.own(commands, { ...options, rows })),
  };
}

async function settled(
  ledger: LedgerClient,
  signal: AbortSignal,
  send: () => Promise<readonly Outcome[]>,
): Promise<readonly Outcome[]> {
  try {
    return await send();
  } catch (error) {
    if (error instanceof OutcomeUnknown) await ledger.settle(error.txId, signal);
    throw error;
  }
}
