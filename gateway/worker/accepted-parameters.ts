// Applies a change of the channel's rules that members have accepted, when its time has come. Every member's worker
// does: the first of the list at once, each other one a moment later, if it is still to be done then.
import type { Logger } from 'pino';
import type { ParametersRow } from '../../chaincode/protocol/member.js';
import type { ParametersProposalRow } from '../../chaincode/protocol/parameters-proposal.js';
import { rowKey } from '../../chaincode/protocol/rows.js';
import type { Clock } from '../clock.js';
import type { LedgerClient } from '../ledger/ledger-client.js';
import { pauseMs } from './retry.js';
import type { WorkerSubmitter } from './submitter.js';

export interface AcceptedParametersOptions {
  readonly mspId: string;
  readonly ledger: Pick<LedgerClient, 'rows'>;
  readonly submitter: WorkerSubmitter;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

const PARAMETERS = rowKey('parameters');
const PROPOSAL = rowKey('parametersProposal');
/** Between one member's turn and the next one's, milliseconds. */
export const TURN_MS = 3_000;

export class AcceptedParameters {
  private working = false;
  private wanted = false;
  private failures = 0;
  private cancelTimer: () => void = () => undefined;

  constructor(private readonly options: AcceptedParametersOptions) {}

  /** Called at the start and whenever parameters or proposal changed. */
  look(): void {
    if (this.options.signal.aborted) return;
    this.wanted = true;
    if (!this.working) void this.work();
  }

  private async work(): Promise<void> {
    this.working = true;
    while (this.wanted) {
      this.wanted = false;
      await this.lookOnce();
    }
    this.working = false;
  }

  private async lookOnce(): Promise<void> {
    const { clock, log, signal } = this.options;
    this.cancelTimer();
    try {
      await this.applyIfDue();
      this.failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      this.failures += 1;
      log.warn({ err: error }, 'could not apply the rules that members have accepted');
      this.lookAt(clock.now() + pauseMs(this.failures));
    }
  }

  private async applyIfDue(): Promise<void> {
    const { clock, submitter, log } = this.options;
    const due = await this.due();
    if (due === null) return;
    const { number, at } = due;
    if (clock.now() < at) {
      this.lookAt(at);
      return;
    }
    const [outcome] = await submitter.submit('agreement', [
      { action: 'applyParameters', params: { number } },
    ]);
    if (outcome?.ok !== true) throw new Error(`applyParameters was refused: ${outcome?.code ?? 'no result'}`);
    log.info({ number }, 'the rules that members have accepted are in force');
  }

  /** The accepted proposal, and when this member's turn to apply it comes; null: there is none, or it is no member. */
  private async due(): Promise<{ readonly number: number; readonly at: number } | null> {
    const { ledger, mspId } = this.options;
    const rows = await ledger.rows([PARAMETERS, PROPOSAL]);
    const parameters = (rows[PARAMETERS] ?? null) as ParametersRow | null; // the key's kind
    const proposal = (rows[PROPOSAL] ?? null) as ParametersProposalRow | null; // the key's kind
    const turn = parameters?.members.findIndex(({ msp }) => msp === mspId) ?? -1;
    if (turn < 0 || proposal?.status !== 'accepted' || proposal.dueAt === null) return null;
    return { number: proposal.number, at: proposal.dueAt + turn * TURN_MS };
  }

  private lookAt(instant: number): void {
    this.cancelTimer = this.options.clock.at(instant, () => {
      this.look();
    });
  }
}
