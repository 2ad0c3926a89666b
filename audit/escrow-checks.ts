// All that the public rows of the escrow must satisfy, one transaction after the other.
import { messageOf } from '../ledger/fabric/error-message.js';
import { CountCheck } from './check-counts.js';
import { InvitationCheck } from './check-invitations.js';
import { checkLifeCycle } from './check-life-cycle.js';
import { checkNames } from './check-names.js';
import { checkOwnership } from './check-ownership.js';
import { ParameterCheck, type RuleChange } from './check-parameters.js';
import { checkParties } from './check-parties.js';
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
  private readonly parameters = new ParameterCheck();
  private readonly checks: readonly TransactionCheck[];

  constructor(
    private readonly of: {
      readonly channel: string;
      readonly marketplace: string;
      readonly chaincode: string;
      readonly findings: Findings;
    },
  ) {
    this.ledger = new LedgerReplica(of.chaincode, of.findings);
    const intents = new IntentCheck();
    const invitations = new InvitationCheck();
    const counts = new CountCheck();
    const payout = new PayoutCheck();
    const stock = new StockCheck();
    const { parameters } = this;
    this.checks = [
      checkOwnership,
      checkLifeCycle,
      checkNames,
      (transaction, scope) => {
        parameters.check(transaction, scope);
      },
      checkTerms,
      checkParties,
      checkPayments,
      (transaction, scope) => {
        intents.check(transaction, scope);
      },
      (transaction, scope) => {
        invitations.check(transaction, scope);
      },
      (transaction, scope) => {
        counts.check(transaction, scope);
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

  /** Changes of the channel's rules so far. */
  get ruleChanges(): readonly RuleChange[] {
    return this.parameters.changes;
  }

  take(valid: ValidTransaction): void {
    const { channel, marketplace, findings } = this.of;
    const place = { block: valid.block, transaction: valid.txId };
    // It throws on commands or events without the members of their kind, which this chaincode did not accept or emit.
    const attempt = (action: () => void): void => {
      try {
        action();
      } catch (error) {
        findings.expect('events', place, false, () => ({
          found: `a command or an event that cannot be checked (${messageOf(error)})`,
          needed: 'commands and events with the members of their kind',
        }));
      }
    };
    attempt(() => {
      const transaction = this.ledger.take(valid);
      if (transaction === null) return;
      const scope = { channel, marketplace, ledger: this.ledger, findings };
      for (const check of this.checks) {
        attempt(() => {
          check(transaction, scope);
        });
      }
    });
  }
}
