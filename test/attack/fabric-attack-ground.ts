// Duty: attacks on real Fabric: one network and one world for all of them, altered chaincode processes at members.
// Must not: restart what need not be: marketplace and courier run altered chaincode all the time.
import { memberByMspId } from '../../network/consortium.js';
import { COURIER, MARKETPLACE, MEMBERS } from '../support/member-access.js';
import { RealWorld } from '../support/real-world.js';
import { WireGround } from '../support/wire-ground.js';
import type { World } from '../support/world.js';
import type { AttackGround, Pace } from './attack-ground.js';
import { ChaincodeImages, type Image } from './chaincode-images.js';

const ALWAYS_ALTERED: readonly string[] = [MARKETPLACE, COURIER];

export class FabricAttackGround implements AttackGround {
  readonly pace: Pace = {
    windowMs: 3_000,
    nearMs: 1_500,
    farMs: 4_500,
    payTimeMs: 5_000,
    answerTimeMs: 2_000,
    inspectionTimeMs: 4_000,
  };
  private world: RealWorld | undefined;
  private readonly images = new ChaincodeImages(MEMBERS);

  async start(): Promise<void> {
    for (const msp of ALWAYS_ALTERED) this.images.put(msp, 'altered');
    const chaincodePackages = this.images.packages;
    const ground = await WireGround.start(this.pace.windowMs, { ground: 'fabric', chaincodePackages });
    try {
      this.world = await RealWorld.open(ground);
    } catch (error) {
      await ground.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.world?.close();
    this.images.remove();
  }

  open(): Promise<World> {
    return Promise.resolve(this.realWorld);
  }

  get realWorld(): RealWorld {
    if (this.world === undefined) throw new Error('the network has not been started');
    return this.world;
  }

  /** The world is everybody's; it ends with `stop`. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  alter(_world: World, members: readonly string[]): Promise<void> {
    return this.exchange(members, 'altered');
  }

  restore(_world: World, members: readonly string[]): Promise<void> {
    return this.exchange(members, 'usual');
  }

  private async exchange(members: readonly string[], image: Image): Promise<void> {
    const { ground } = this.realWorld.network;
    const exchanged = members.filter((msp) => !ALWAYS_ALTERED.includes(msp));
    const names = exchanged.map((msp) => `chaincode-${memberByMspId(ground.consortium, msp).domain}`);
    for (const msp of exchanged) this.images.put(msp, image);
    await ground.halt(names);
    await ground.resume(names);
  }
}
