// The ways in which the ledger can fail a caller, a class per phase; *unknown* is one of them.
import type { Json } from '../../chaincode/protocol/canonical-json.js';

/** Common parent, for logs. `code` is ours, stable and upper case. */
export abstract class LedgerError extends Error {
  constructor(
    readonly code: string,
    message: string,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Refused for good: the same commands will be refused again. Nothing was written. */
export class LedgerRejected extends LedgerError {
  readonly values: { readonly [name: string]: Json };

  constructor(
    code: string,
    message: string,
    options?: { readonly cause?: unknown; readonly values?: { readonly [name: string]: Json } },
  ) {
    super(code, message, options);
    this.values = options?.values ?? {};
  }
}

/** Others changed the same rows each time it was tried (Fabric's codes 10, 11, 12). Nothing was written. */
export class LedgerConflict extends LedgerError {
  constructor(
    readonly validationCode: number,
    readonly txId: string,
  ) {
    super('LEDGER_CONFLICT', `other transactions changed the same rows (code ${String(validationCode)})`);
  }
}

/** Nothing was ordered; it is safe to send the same commands again. */
export class LedgerUnavailable extends LedgerError {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super('LEDGER_UNAVAILABLE', message, options);
  }
}

/** The transaction may have been ordered. Ask `resolve(txId)` before anything is sent again. */
export class OutcomeUnknown extends LedgerError {
  constructor(
    readonly txId: string,
    options?: { readonly cause?: unknown },
  ) {
    super('OUTCOME_UNKNOWN', `the outcome of transaction ${txId} is not known yet`, options);
  }
}
