// Attacks on real Fabric: one network and one consortium for all of them, altered chaincode processes at members.
import { memberByMspId } from '../../network/consortium.js';
import { COURIER, MARKETPLACE, MEMBERS } from '../support/member-access.js';
import { FabricConsortium } from '../support/fabric-consortium.js';
import { WireGround } from '../support/wire-ground.js';
import type { TestConsortium } from '../support/test-consortium.js';
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
  private consortium: FabricConsortium | undefined;
  private readonly images = new ChaincodeImages(MEMBERS);

  async start(): Promise<void> {
    for (const msp of ALWAYS_ALTERED) this.images.put(msp, 'altered');
    const chaincodePackages = this.images.packages;
    const ground = await WireGround.start(this.pace.windowMs, { ground: 'fabric', chaincodePackages });
    try {
      this.consortium = await FabricConsortium.open(ground);
    } catch (error) {
      await ground.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.consortium?.close();
    this.images.remove();
  }

  open(): Promise<TestConsortium> {
    return Promise.resolve(this.realConsortium);
  }

  get realConsortium(): FabricConsortium {
    if (this.consortium === undefined) throw new Error('the network has not been started');
    return this.consortium;
  }

  /** The consortium is everybody's; it ends with `stop`. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  alter(_consortium: TestConsortium, members: readonly string[]): Promise<void> {
    return this.exchange(members, 'altered');
  }

  restore(_consortium: TestConsortium, members: readonly string[]): Promise<void> {
    return this.exchange(members, 'usual');
  }

  private async exchange(members: readonly string[], image: Image): Promise<void> {
    const { ground } = this.realConsortium.network;
    const exchanged = members.filter((msp) => !ALWAYS_ALTERED.includes(msp));
    const names = exchanged.map((msp) => `chaincode-${memberByMspId(ground.consortium, msp).domain}`);
    for (const msp of exchanged) this.images.put(msp, image);
    await ground.halt(names);
    await ground.resume(names);
  }
}
