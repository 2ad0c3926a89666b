// Duty: what must be done before an organisation's owner lane works: its secret, a bank's list of correspondents.
// Must not: make a second secret; the first is kept on the disk before it is sent.
import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import type { Command } from '../../chaincode/protocol/commands.js';
import type { LedgerClient } from '../ledger/ledger-client.js';
import type { Member } from '../protocol/gateway-config.js';
import type { MadeValues } from '../store/made-values.js';
import type { Clock } from './clock.js';
import type { Sending } from './sending.js';

export interface OrganisationSetupOptions {
  readonly ledger: LedgerClient;
  readonly sending: Sending;
  readonly values: MadeValues;
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

/** The organisation's secret for the ledger's private keys: 32 bytes, base64url; the same at each start. */
export function ledgerSecret(values: MadeValues): Promise<string> {
  return values.keep('ledger secret', () => randomBytes(32).toString('base64url'));
}

export class OrganisationSetup {
  private settled = false;
  private working = false;
  private wanted = false;

  constructor(private readonly options: OrganisationSetupOptions) {}

  isSettled(): boolean {
    return this.settled;
  }

  /** Tries now; called at the start and whenever the ledger's parameters changed. */
  attempt(): void {
    if (this.settled || this.options.signal.aborted) return;
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
      // Before the ledger knows its members it refuses everybody; the parameters' transaction wakes us.
      if (parameters === null) return;
      this.settled = await this.settle();
    } catch (error) {
      if (this.options.signal.aborted) return;
      log.warn({ err: error }, 'could not set the organisation up yet');
      clock.at(clock.now() + AFTER_FAILURE_MS, () => {
        this.attempt();
      });
    }
  }

  private async settle(): Promise<boolean> {
    const secret = await ledgerSecret(this.options.values);
    await this.ensure({ action: 'setSecret', params: { secret } });
    if (this.options.organisation.kind === 'bank') await this.ensure(this.trustCommand());
    this.options.log.info('the organisation is set up');
    return true;
  }

  private async ensure(command: Command): Promise<void> {
    const [outcome] = await this.options.sending.own([command]);
    if (outcome === undefined) throw new Error(`no result for ${command.action}`);
    if (!outcome.ok && !DONE_BEFORE.has(outcome.code)) {
      throw new Error(`${command.action} was refused: ${outcome.code}`);
    }
  }

  private trustCommand(): Command {
    const banks = this.options.members.flatMap(({ mspId, bankId }) =>
      bankId === undefined ? [] : [{ bank: bankId, msp: mspId, debitCap: null }],
    );
    return { action: 'trustBanks', params: { banks } };
  }
}
