// What an attack needs of the ground it is tried on: a founded consortium, members who run altered chaincode, a pace.
import type { TestConsortium } from '../support/test-consortium.js';

/** Milliseconds; a ground with real clocks has shorter ones. */
export interface Pace {
  readonly windowMs: number;
  /** Off by so much is still within the window. */
  readonly nearMs: number;
  /** Off by so much is outside, on whatever busy machine. */
  readonly farMs: number;
  readonly payTimeMs: number;
  readonly answerTimeMs: number;
  readonly inspectionTimeMs: number;
}

export interface AttackGround {
  readonly pace: Pace;
  /**
   * The worked example's consortium; `windowMs` is what a ground with one consortium for all has anyway, or else
   * obeyed.
   */
  open(options?: { readonly windowMs?: number }): Promise<TestConsortium>;
  close(consortium: TestConsortium): Promise<void>;
  /** From now on these members' peers run altered chaincode beside the usual. */
  alter(consortium: TestConsortium, members: readonly string[]): Promise<void>;
  /** Their chaincode is the usual again, where that makes a difference to anybody. */
  restore(consortium: TestConsortium, members: readonly string[]): Promise<void>;
}
