// Names of banks: a bank keeps the name under which it was registered, whatever else it publishes of itself.
import { writesOf, type CheckScope } from './check.js';
import type { EscrowTransaction } from './escrow-transaction.js';

export function checkNames(transaction: EscrowTransaction, { findings }: CheckScope): void {
  for (const { key, before, after } of writesOf(transaction, 'bank')) {
    findings.expect('names', transaction.place, before === null || before.name === after.name, () => ({
      found: `${key}: another name than before`,
      needed: 'the name that the bank was registered with',
    }));
  }
}
