// What must be done before an organisation's owner lane works: its secret, and which banks it believes about money.
import type { Logger } from 'pino';
import type { Command } from '../../chaincode/protocol/commands.js';
import type { Clock } from '../clock.js';
import type { LedgerClient } from '../ledger/ledger-client.js';
import type { Member } from '../protocol/gateway-config.js';
import type { GeneratedValues } from '../store/generated-values.js';
import { ledgerSecret } from '../store/ledger-secret.js';
import type { WorkerSubmitter } from './submitter.js';

export interface ProvisioningOptions {
  readonly ledger: LedgerClient;
  readonly submitter: WorkerSubmitter;
  readonly values: GeneratedValues;
  readonly organisation: Member;
  readonly members: readonly Member[];
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

const PARAMETERS = 'parameters';
/** What an earlier start has done. */
const DONE_BEFORE: ReadonlySet<string> = new Set(['SECRET_SET', 'EXISTS', 'NOTHING_WRITTEN']);
const AFTER_FAILURE_MS = 500;

export class Provisioning {
  private provisioned = false;
  private working = false;
  private wanted = false;

  constructor(private readonly options: ProvisioningOptions) {}

  isProvisioned(): boolean {
    return this.provisioned;
  }

  /** Tries now; called at the start and whenever the ledger's parameters changed. */
  attempt(): void {
    if (this.provisioned || this.options.signal.aborted) return;
    this.wanted = true;
    if (!this.working) void this.work();
  }

  private async work(): Promise<void> {
    this.working = true;
    while (this.wanted) {
      this.wanted = false;
      await this.tryOnce();
    }
    this.working = false;
  }

  private async tryOnce(): Promise<void> {
    const { ledger, log, clock } = this.options;
    try {
      const parameters = (await ledger.rows([PARAMETERS]))[PARAMETERS] ?? null;
      // Before the ledger knows its members it refuses everybody; the parameters' block leads to another attempt.
      if (parameters === null) return;
      this.provisioned = await this.provision();
    } catch (error) {
      if (this.options.signal.aborted) return;
      log.warn({ err: error }, 'could not set the organisation up yet');
      clock.at(clock.now() + AFTER_FAILURE_MS, () => {
        this.attempt();
      });
    }
  }

  private async provision(): Promise<boolean> {
    const secret = await ledgerSecret(this.options.values);
    await this.ensure({ action: 'setSecret', params: { secret } });
    // The marketplace believes no bank's word for anything that it does itself.
    if (this.options.organisation.kind !== 'marketplace') await this.ensure(this.trustCommand());
    this.options.log.info('the organisation is set up');
    return true;
  }

  private async ensure(command: Command): Promise<void> {
    const [outcome] = await this.options.submitter.submit('owner', [command]);
    if (outcome === undefined) throw new Error(`no result for ${command.action}`);
    if (!outcome.ok && !DONE_BEFORE.has(outcome.code)) {
      throw new Error(`${command.action} was refused: ${outcome.code}`);
    }
  }

  private trustCommand(): Command {
    const banks = this.options.members.flatMap(({ mspId, bankId }) =>
      bankId === undefined ? [] : [{ bank: bankId, msp: mspId }],
    );
    return { action: 'trustBanks', params: { banks } };
  }
}
