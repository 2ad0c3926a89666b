// Duty: the worked example's world (world.ts) on real peers, each asked by itself; its clock is the real one.
// Must not: jump in time; `at` waits.
import { found } from './founding.js';
import { BANK_A, BANK_B } from './member-access.js';
import { WireNetwork } from './wire-network.js';
import type { WireGround } from './wire-ground.js';
import { World } from './world.js';

export class RealWorld extends World<WireNetwork> {
  /** Parameters, banks, staff, commission account, alice and bob. `close` stops the ground. */
  static async open(ground: WireGround, money = '100000000'): Promise<RealWorld> {
    const network = await WireNetwork.open(ground);
    const { windowMs } = ground.consortium.timing;
    const world = new RealWorld({ network, contracts: [], windowMs, clock: { nowMs: 0 } });
    await found(world);
    world.alice = await world.newClient('alice', { [BANK_A]: money, [BANK_B]: money });
    world.bob = await world.newClient('bob', { [BANK_B]: '0' });
    return world;
  }

  override now(): number {
    return this.network.clock.now();
  }

  override at<Result>(instant: number, act: () => Promise<Result>): Promise<Result> {
    return this.network.clock.at(instant, act);
  }

  override advance(): void {
    throw new Error('real clocks cannot be moved; use at()');
  }

  override advanceTo(): void {
    this.advance();
  }
}
