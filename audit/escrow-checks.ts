// All that the public rows of the escrow must satisfy, one transaction after the other.
// It must not hold rules; each check has its own file.
import { checkLifeCycle } from './check-life-cycle.js';
import { checkOwnership } from './check-ownership.js';
import { checkPayments } from './check-payments.js';
import { checkTerms } from './check-terms.js';
import { IntentCheck } from './check-intents.js';
import { PayoutCheck } from './check-payout.js';
import { StockCheck } from './check-stock.js';
import type { TransactionCheck } from './check.js';
import { LedgerReplica } from './escrow-transaction.js';
import type { Findings } from './findings.js';
import type { ValidTransaction } from './replay.js';

export class EscrowChecks {
  private readonly ledger: LedgerReplica;
  private readonly checks: readonly TransactionCheck[];

  constructor(private readonly of: { channel: string; chaincode: string; findings: Findings }) {
    this.ledger = new LedgerReplica(of.chaincode, of.findings);
    const intents = new IntentCheck();
    const payout = new PayoutCheck();
    const stock = new StockCheck();
    this.checks = [
      checkOwnership,
      checkLifeCycle,
      checkTerms,
      checkPayments,
      (transaction, scope) => {
        intents.check(transaction, scope);
      },
      (transaction, scope) => {
        payout.check(transaction, scope);
      },
      (transaction, scope) => {
        stock.check(transaction, scope);
      },
    ];
  }

  /** The rows as they stand after the last transaction. */
  get rows(): Pick<LedgerReplica, 'all'> {
    return this.ledger;
  }

  take(valid: ValidTransaction): void {
    const { channel, findings } = this.of;
    const place = { block: valid.block, transaction: valid.txId };
    // What throws is a row without the members of its kind: whoever wrote it did not run this chaincode.
    const attempt = (action: () => void): void => {
      try {
        action();
      } catch (error) {
        findings.expect('rows', place, false, () => ({
          found: `a row that cannot be checked (${error instanceof Error ? error.message : String(error)})`,
          needed: 'rows with the members of their kind',
        }));
      }
    };
    attempt(() => {
      const transaction = this.ledger.take(valid);
      if (transaction === null) return;
      const scope = { channel, ledger: this.ledger, findings };
      for (const check of this.checks) {
        attempt(() => {
          check(transaction, scope);
        });
      }
    });
  }
}
