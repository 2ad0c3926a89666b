// All that the rows of the escrow must satisfy, one transaction after the other: agreements by replaying the rules, an
// organisation's own lane, whose commands are private, by what it leaves in public.
import { messageOf } from '../ledger/fabric/error-message.js';
import { CapCheck } from './check-caps.js';
import { checkLifeCycle } from './check-life-cycle.js';
import { checkNames } from './check-names.js';
import { checkAttestation, checkOwnLane } from './check-ownership.js';
import { checkPayments } from './check-payments.js';
import { checkPayout } from './check-payout.js';
import type { TransactionCheck } from './check.js';
import { LedgerReplica, type EscrowTransaction } from './escrow-transaction.js';
import type { Findings } from './findings.js';
import { NotReplayed, type NotReplayedLine } from './not-replayed.js';
import type { ReplayWatch, StateBefore, ValidTransaction } from './replay.js';
import { ruleChanges, type RuleChange } from './rule-changes.js';
import { RuleCheck } from './rule-check.js';
import type { RunScope } from './rule-run.js';

const OWNER_LANE: readonly TransactionCheck[] = [
  checkOwnLane,
  checkLifeCycle,
  checkNames,
  checkPayments,
  checkPayout,
];

export class EscrowChecks implements ReplayWatch {
  /** Changes of the channel's rules so far. */
  readonly ruleChanges: RuleChange[] = [];
  private readonly ledger: LedgerReplica;
  private readonly rules: RuleCheck;
  private readonly private = new NotReplayed();
  private readonly caps = new CapCheck();

  constructor(private readonly of: RunScope & { readonly findings: Findings }) {
    this.ledger = new LedgerReplica(of.chaincode, of.findings);
    this.rules = new RuleCheck(of);
  }

  /** The rows as they stand after the last transaction. */
  get rows(): Pick<LedgerReplica, 'all'> {
    return this.ledger;
  }

  /** Commands so far that were checked by what they left alone. */
  get notReplayed(): readonly NotReplayedLine[] {
    return this.private.lines;
  }

  before(transaction: ValidTransaction, state: StateBefore): Promise<void> {
    return this.rules.check(transaction, state);
  }

  after(valid: ValidTransaction): void {
    this.attempt(valid, () => {
      const transaction = this.ledger.take(valid);
      if (transaction !== null) this.check(transaction, valid);
    });
  }

  private check(transaction: EscrowTransaction, valid: ValidTransaction): void {
    const scope = { ledger: this.ledger, findings: this.of.findings };
    const isOwn = transaction.lane === 'owner';
    if (isOwn) this.private.note(transaction);
    this.attempt(valid, () => {
      this.caps.check(transaction, scope);
    });
    for (const check of [checkAttestation, ...(isOwn ? OWNER_LANE : [])]) {
      this.attempt(valid, () => {
        check(transaction, scope);
      });
    }
    this.ruleChanges.push(...ruleChanges(transaction, scope));
  }

  /** It throws on events without the members of their kind, which this chaincode did not emit. */
  private attempt({ block, txId }: ValidTransaction, action: () => void): void {
    try {
      action();
    } catch (error) {
      this.of.findings.expect('events', { block, transaction: txId }, false, () => ({
        found: `a command or an event that cannot be checked (${messageOf(error)})`,
        needed: 'commands and events with the members of their kind',
      }));
    }
  }
}
