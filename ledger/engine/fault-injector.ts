// Injects faults on request, by switch or at random from a seed. It never changes what is stored.
import type { RandomFaults, FaultKind, FaultInjector } from './faults.js';
import { sha256 } from '../fabric/protobuf.js';

export class SeededFaults implements FaultInjector {
  private readonly peersDown = new Set<string>();
  private readonly delaysMs = new Map<string, number>();
  private answersToLose = 0;
  private alreadyProcessedAnswers = 0;
  private conflictsToForce = 0;
  private paused = false;
  private withheld = false;
  private random: RandomFaults | null = null;
  private readonly decisions = new Map<FaultKind, number>();
  private readonly listeners: (() => void)[] = [];

  setPeerDown(mspId: string, down: boolean): void {
    if (down) this.peersDown.add(mspId);
    else this.peersDown.delete(mspId);
  }

  isPeerDown(mspId: string): boolean {
    return this.peersDown.has(mspId);
  }

  pauseOrdering(): void {
    this.paused = true;
  }

  resumeOrdering(): void {
    this.paused = false;
    this.changed();
  }

  loseAnswers(count: number): void {
    this.answersToLose = count;
  }

  answerAlreadyProcessed(count: number): void {
    this.alreadyProcessedAnswers = count;
  }

  withholdStatus(withheld: boolean): void {
    this.withheld = withheld;
    this.changed();
  }

  forceConflicts(count: number): void {
    this.conflictsToForce = count;
  }

  slowEndorser(mspId: string, delayMs: number): void {
    this.delaysMs.set(mspId, delayMs);
  }

  atRandom(random: RandomFaults): void {
    this.random = random;
    this.decisions.clear();
  }

  clear(): void {
    this.peersDown.clear();
    this.delaysMs.clear();
    this.answersToLose = 0;
    this.alreadyProcessedAnswers = 0;
    this.conflictsToForce = 0;
    this.paused = false;
    this.withheld = false;
    this.random = null;
    this.changed();
  }

  get orderingPaused(): boolean {
    return this.paused;
  }

  get statusWithheld(): boolean {
    return this.withheld;
  }

  /** Does this proposal find the peer down? */
  takePeerDown(mspId: string): boolean {
    return this.isPeerDown(mspId) || this.happens('peerDown');
  }

  /** How long this endorsement is delayed. */
  takeDelayMs(mspId: string): number {
    const delayMs = this.delaysMs.get(mspId) ?? 0;
    return this.happens('slowEndorser') ? Math.max(delayMs, this.random?.delayMs ?? 0) : delayMs;
  }

  /** What an accepted submission is answered with, if not the truth. */
  takeFalseAnswer(): 'lost' | 'already processed' | null {
    if (this.answersToLose > 0) {
      this.answersToLose--;
      return 'lost';
    }
    if (this.alreadyProcessedAnswers > 0) {
      this.alreadyProcessedAnswers--;
      return 'already processed';
    }
    if (this.happens('loseAnswer')) return 'lost';
    return this.happens('answerAlreadyProcessed') ? 'already processed' : null;
  }

  takeConflict(): boolean {
    if (this.conflictsToForce === 0) return this.happens('forceConflict');
    this.conflictsToForce--;
    return true;
  }

  /** Does this request for a status get no answer? */
  takeSilence(): boolean {
    return this.happens('withholdStatus');
  }

  /** Called whenever ordering resumes or the withholding of statuses changes. */
  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** The n-th decision of a kind depends on the seed alone, whatever the other kinds do. */
  private happens(kind: FaultKind): boolean {
    const probability = this.random?.probability[kind] ?? 0;
    if (probability === 0 || !this.random) return false;
    const decision = this.decisions.get(kind) ?? 0;
    this.decisions.set(kind, decision + 1);
    const drawn = sha256(Buffer.from(`${this.random.seed}/${kind}/${String(decision)}`)).readUInt32BE();
    return drawn < probability * 2 ** 32;
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}
