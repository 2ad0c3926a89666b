// Faults on demand for tests and the demo; held by whoever holds the engine, never reachable through the network.
// It must not change what is stored.
import type { TroubleSwitches } from './engine.js';

export class SwitchBoard implements TroubleSwitches {
  private readonly peersDown = new Set<string>();
  private readonly delaysMs = new Map<string, number>();
  private answersToLose = 0;
  private alreadyProcessedAnswers = 0;
  private conflictsToForce = 0;
  private paused = false;
  private withheld = false;
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

  get orderingPaused(): boolean {
    return this.paused;
  }

  get statusWithheld(): boolean {
    return this.withheld;
  }

  delayOf(mspId: string): number {
    return this.delaysMs.get(mspId) ?? 0;
  }

  /** What an accepted submission is answered with, if not the truth. */
  takeFalseAnswer(): 'lost' | 'already processed' | undefined {
    if (this.answersToLose > 0) {
      this.answersToLose--;
      return 'lost';
    }
    if (this.alreadyProcessedAnswers === 0) return undefined;
    this.alreadyProcessedAnswers--;
    return 'already processed';
  }

  takeConflict(): boolean {
    if (this.conflictsToForce === 0) return false;
    this.conflictsToForce--;
    return true;
  }

  /** Called whenever ordering resumes or the withholding of statuses changes. */
  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}
