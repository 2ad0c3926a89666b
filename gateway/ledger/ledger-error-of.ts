// Makes what went wrong before anything was ordered an error of the client's callers.
import { CODES, type Code } from '../../chaincode/protocol/codes.js';
import type { CommandResult } from '../../chaincode/protocol/commands.js';
import { parseViolation } from '../../chaincode/protocol/violation.js';
import { resultsOf } from './command-results.js';
import { LedgerRejected, LedgerUnavailable } from './ledger-errors.js';
import type { EndorseFailure } from './ledger-port.js';

export function ledgerErrorOf(failure: EndorseFailure): LedgerRejected | LedgerUnavailable {
  switch (failure.kind) {
    case 'refused':
      return refusalOf(failure);
    case 'denied':
      return new LedgerRejected('LEDGER_DENIED', 'the ledger refuses this organisation’s request', {
        cause: failure,
      });
    case 'mismatch':
      return new LedgerUnavailable('peers do not agree on the result', { cause: failure });
    case 'unavailable':
      return new LedgerUnavailable('the ledger cannot be reached', { cause: failure });
  }
}

/** The chaincode's refusal. Words that carry no code of ours are CHAINCODE_FAILED and stand in the cause. */
function refusalOf(failure: EndorseFailure): LedgerRejected {
  const violation = parseViolation(failure.text);
  if (violation === null) {
    return new LedgerRejected('CHAINCODE_FAILED', 'the chaincode failed', { cause: failure });
  }
  const { code, values } = violation;
  return new LedgerRejected(code, CODES[code].en, { values, cause: failure });
}

const NOTHING_WRITTEN: Code = 'NOTHING_WRITTEN';

/**
 * The owner lane refuses a list of which nothing is left to write, and gives its results in the refusal; null for any
 * other error.
 */
export function resultsIn(
  error: LedgerRejected | LedgerUnavailable,
  commands: number,
): readonly CommandResult[] | null {
  const isCarrier = error instanceof LedgerRejected && error.code === NOTHING_WRITTEN;
  return isCarrier ? resultsOf(error.values['results'], commands) : null;
}
