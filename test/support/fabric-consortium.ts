// The worked example's consortium (consortium.ts) on real peers, each asked by itself; its clock is the real one.
import { found } from './founding.js';
import { BANK_A, BANK_B } from './member-access.js';
import type { WireGround } from './wire-ground.js';
import { FabricLedger } from './fabric-ledger.js';
import { TestConsortium } from './test-consortium.js';

export class FabricConsortium extends TestConsortium<FabricLedger> {
  /** Parameters, banks, staff, commission account, alice and bob. `close` stops the ground. */
  static async open(ground: WireGround, money = '100000000'): Promise<FabricConsortium> {
    const network = await FabricLedger.open(ground);
    const { windowMs } = ground.consortium.timing;
    const consortium = new FabricConsortium({ network, contracts: [], windowMs, clock: { nowMs: 0 } });
    await found(consortium);
    consortium.alice = await consortium.newClient('alice', { [BANK_A]: money, [BANK_B]: money });
    consortium.bob = await consortium.newClient('bob', { [BANK_B]: '0' });
    return consortium;
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
