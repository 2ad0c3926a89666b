// Every attack on real Fabric, on one network.
import { describeAllAttacks } from './all-attacks.js';
import { describePrivateFlood } from './private-flood.js';
import { FabricAttackGround } from './fabric-attack-ground.js';

const START_LIMIT_MS = 240_000;
const ATTACK_LIMIT_MS = 120_000;

describe('on Hyperledger Fabric', function () {
  this.timeout(ATTACK_LIMIT_MS);
  const ground = new FabricAttackGround();
  before(async function () {
    this.timeout(START_LIMIT_MS);
    await ground.start();
  });
  after(() => ground.stop());

  describeAllAttacks(ground);
  describePrivateFlood(ground);
});
