// A worker's way to the ledger, under its own certificate. When an outcome is unknown, it is resolved before the error
// goes on to the caller, who looks at the ledger before submitting again.
import type { Command } from '../../chaincode/protocol/commands.js';
import type { Lane } from '../../chaincode/protocol/declaration.js';
import type { LedgerClient } from '../ledger/ledger-client.js';
import { OutcomeUnknown } from '../ledger/ledger-errors.js';
import type { CommandOutcome } from '../protocol/admin.js';

export interface WorkerSubmitter {
  /** `locks`: of what the commands change without naming it (`SubmitOptions.locks`). Throws as LedgerClient.submit. */
  submit(
    lane: Lane,
    commands: readonly Command[],
    locks?: readonly string[],
  ): Promise<readonly CommandOutcome[]>;
}

export function workerSubmitter(ledger: LedgerClient, signal: AbortSignal): WorkerSubmitter {
  return {
    submit: async (lane, commands, locks = []) => {
      try {
        return await ledger.submit(lane, commands, { as: 'worker', signal, locks });
      } catch (error) {
        if (error instanceof OutcomeUnknown) await ledger.resolve(error.txId, signal);
        throw error;
      }
    },
  };
}
