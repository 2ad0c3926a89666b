// Thrown when an audit cannot begin, as without readable blocks; its message is one sentence with the next step.
// What is wrong on the ledger is a finding and never this error.

export class AuditError extends Error {
  override readonly name = 'AuditError';
}
