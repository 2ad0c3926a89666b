// Duty: makes the chaincode's refusal of a whole list a coded error.
// Must not: know what the codes mean, but for the one that carries results.
import { CODES, type Code } from '../../chaincode/protocol/codes.js';
import { parseViolation } from '../../chaincode/protocol/violation.js';
import type { CommandResult } from '../../chaincode/protocol/commands.js';
import { resultsOf } from './command-results.js';
import { LedgerRejected } from './ledger-errors.js';

/** Words that carry no code of ours are CHAINCODE_FAILED, with the words kept in the cause. */
export function refusalOf(text: string, cause?: unknown): LedgerRejected {
  const violation = parseViolation(text);
  if (violation === null) {
    return new LedgerRejected('CHAINCODE_FAILED', 'the chaincode failed', {
      cause: cause ?? new Error(text),
    });
  }
  const { code, values } = violation;
  return new LedgerRejected(code, CODES[code].en, { values, cause });
}

const NOTHING_WRITTEN: Code = 'NOTHING_WRITTEN';

/** The results that a refusal carries since its list left nothing to write; null for any other refusal. */
export function unwrittenResults(refusal: LedgerRejected, commands: number): readonly CommandResult[] | null {
  return refusal.code === NOTHING_WRITTEN ? resultsOf(refusal.values['results'], commands) : null;
}
