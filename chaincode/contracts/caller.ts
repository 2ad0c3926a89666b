// Who may send write functions at all: machines of members, by certificate.
import { RuleViolation } from '../protocol/violation.js';
import type { Transaction } from '../state/transaction.js';
import type { Caller } from './rule.js';

const ROLES = ['gateway', 'worker', 'admin', 'registrar'] as const satisfies readonly Caller['role'][];

/** Rejects: WRONG_ROLE. */
export function callerOf({ msp, role: found }: Pick<Transaction, 'msp' | 'role'>): Caller {
  const role = ROLES.find((candidate) => candidate === found);
  if (role === undefined) throw new RuleViolation('WRONG_ROLE', { found, needed: ROLES });
  return { msp, role };
}

/** Private questions are for those who serve and run the organisation. Rejects: WRONG_ROLE. */
export function requireQuestioner(transaction: Pick<Transaction, 'msp' | 'role'>): void {
  if (callerOf(transaction).role !== 'registrar') return;
  throw new RuleViolation('WRONG_ROLE', { found: 'registrar', needed: ['gateway', 'worker', 'admin'] });
}

/** The owner lane serves its own organisation alone, reads and writes alike. Rejects: WRONG_ORGANISATION. */
export function requireOwner(transaction: Pick<Transaction, 'msp' | 'transient'>): string {
  const { msp } = transaction;
  const named = transaction.transient('owner');
  if (named !== msp)
    throw new RuleViolation('WRONG_ORGANISATION', { found: msp, needed: named ?? 'owner named' });
  return msp;
}
