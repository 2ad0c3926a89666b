// Every attack on the engine in this process.
import { describeAllAttacks } from './all-attacks.js';
import { engineAttackGround } from './engine-attack-ground.js';

describeAllAttacks(engineAttackGround);
