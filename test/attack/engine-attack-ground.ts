// Attacks on the engine in this process: a new consortium for each, clocks that jump, altered contract classes.
import { InProcessLedger } from '../support/in-process-ledger.js';
import { chaincodeContracts } from '../support/member-access.js';
import { openConsortium, type TestConsortium } from '../support/test-consortium.js';
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
  open: (options) => openConsortium(options),
  close: (consortium) => consortium.close(),
  alter: async (consortium, members) => {
    const { AlteredContract } = await import('./altered-contract.js');
    const contracts = [...(await chaincodeContracts()), AlteredContract];
    for (const msp of members) engineOf(consortium).alterChaincode(msp, contracts);
  },
  restore: (consortium, members) => {
    for (const msp of members) engineOf(consortium).alterChaincode(msp);
    return Promise.resolve();
  },
};

function engineOf({ network }: TestConsortium): InProcessLedger {
  if (network instanceof InProcessLedger) return network;
  throw new Error('this consortium is not on the engine in process');
}
