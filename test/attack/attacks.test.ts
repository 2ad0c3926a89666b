// Duty: every attack on the engine in this process.
// Must not: hold an attack itself.
import { describeAllAttacks } from './all-attacks.js';
import { engineAttackGround } from './engine-attack-ground.js';

describeAllAttacks(engineAttackGround);
