// Duty: attacks on the engine in this process: a new world for each, clocks that jump, altered contract classes.
// Must not: touch a real process.
import { InProcessNetwork } from '../support/in-process-network.js';
import { chaincodeContracts } from '../support/member-access.js';
import { openWorld, type World } from '../support/world.js';
import type { AttackGround } from './attack-ground.js';

export const engineAttackGround: AttackGround = {
  pace: {
    windowMs: 30_000,
    nearMs: 25_000,
    farMs: 35_000,
    payTimeMs: 900_000,
    answerTimeMs: 10_000,
    inspectionTimeMs: 60_000,
  },
  open: (options) => openWorld(options),
  close: (world) => world.close(),
  alter: async (world, members) => {
    const { AlteredContract } = await import('./altered-contract.js');
    const contracts = [...(await chaincodeContracts()), AlteredContract];
    for (const msp of members) engineOf(world).alterChaincode(msp, contracts);
  },
  restore: (world, members) => {
    for (const msp of members) engineOf(world).alterChaincode(msp);
    return Promise.resolve();
  },
};

function engineOf({ network }: World): InProcessNetwork {
  if (network instanceof InProcessNetwork) return network;
  throw new Error('this world is not on the engine in process');
}
