// Duty: what an attack needs of the ground it is tried on: a founded world, members who run altered chaincode, a pace.
// Must not: know attacks; each of them is a function of one of these.
import type { World } from '../support/world.js';

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
  /** The worked example's world; `windowMs` is what a ground with one world for all has anyway, or else obeyed. */
  open(options?: { readonly windowMs?: number }): Promise<World>;
  close(world: World): Promise<void>;
  /** From now on these members' peers run altered chaincode beside the usual. */
  alter(world: World, members: readonly string[]): Promise<void>;
  /** Their chaincode is the usual again, where that makes a difference to anybody. */
  restore(world: World, members: readonly string[]): Promise<void>;
}
