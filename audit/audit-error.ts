// What keeps an audit from beginning: blocks that cannot be had. Its message is one sentence with the next step.
// It is never thrown for what is wrong on the ledger: those are findings.

export class AuditError extends Error {
  override readonly name = 'AuditError';
}
