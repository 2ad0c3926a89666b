// A deal has no more payments and invitations than the rules allow, and the tally of each payer is what he submitted.
import { MOST_INVITATIONS } from '../chaincode/protocol/deal.js';
import { MOST_PAYMENTS_OF_PAYER } from '../chaincode/protocol/payment.js';
import { rowKey } from '../chaincode/protocol/rows.js';
import { writesOf, type CheckScope } from './check.js';
import type { EscrowTransaction } from './escrow-transaction.js';

export class CountCheck {
  /** Payments submitted so far, by the key of their payer's tally. */
  private readonly payments = new Map<string, number>();
  /** Invitations made so far, by deal. */
  private readonly invitations = new Map<string, number>();

  check(transaction: EscrowTransaction, { findings, ledger }: CheckScope): void {
    const { place } = transaction;
    for (const key of this.submitted(transaction)) {
      const count = this.payments.get(key) ?? 0;
      const [, deal = '', payer = ''] = key.split('/');
      const noted = ledger.row('tally', deal, payer)?.payments ?? 0;
      findings.expect('payments', place, noted === count && count <= MOST_PAYMENTS_OF_PAYER, () => ({
        found: `${key}: ${String(noted)} noted, ${String(count)} submitted`,
        needed: `as many noted as submitted, at most ${String(MOST_PAYMENTS_OF_PAYER)}`,
      }));
    }
    for (const deal of this.invited(transaction)) {
      const count = this.invitations.get(deal) ?? 0;
      findings.expect('invitations', place, count <= MOST_INVITATIONS, () => ({
        found: `${String(count)} invitations in deal ${deal}`,
        needed: `at most ${String(MOST_INVITATIONS)}`,
      }));
    }
  }

  /** Keys of the tallies that the transaction changes, or ought to. */
  private submitted(transaction: EscrowTransaction): ReadonlySet<string> {
    const keys = new Set(writesOf(transaction, 'tally').map(({ key }) => key));
    for (const { before, after } of writesOf(transaction, 'payment')) {
      if (before === null) keys.add(countUp(this.payments, rowKey('tally', after.deal, after.payer)));
    }
    return keys;
  }

  private invited(transaction: EscrowTransaction): ReadonlySet<string> {
    const made = writesOf(transaction, 'invitation').filter(({ before }) => before === null);
    return new Set(made.map(({ after }) => countUp(this.invitations, after.deal)));
  }
}

function countUp(counts: Map<string, number>, key: string): string {
  counts.set(key, (counts.get(key) ?? 0) + 1);
  return key;
}
