// The agreement lane's one function: a list of commands that two organisations endorse.
import { Context, Contract, Returns, Transaction } from 'fabric-contract-api';
import { StubStore } from '../state/stub-store.js';
import { transactionOf } from '../state/transaction.js';
import { runAgreements } from './agreement-list.js';
import type { Deployment } from './rule.js';

export class AgreementContract extends Contract {
  constructor(private readonly deployment: Deployment) {
    super('agreement');
  }

  /**
   * Carries out a list of commands; a refused command writes nothing and spoils no neighbour.
   * Requirements: sender is a member's machine (attribute forescrow.role); canonical JSON list of 1 to 500 commands.
   * Emits: EVENT_NAME with all results and the public rows written. Returns: list of CommandResult.
   * Rejects: WRONG_ROLE, BAD_INPUT (the whole list).
   */
  @Transaction()
  @Returns('string')
  async apply(context: Context, commands: string): Promise<string> {
    return runAgreements({
      transaction: transactionOf(context.stub, context.clientIdentity),
      store: new StubStore(context.stub, null),
      deployment: this.deployment,
      commands,
    });
  }
}
