// What `fabric-chaincode-node` starts: the contracts of this package, with what its operator says of the channel.
import type { Contract } from 'fabric-contract-api';
import { AgreementContract } from './contracts/agreement-contract.js';
import { OwnerContract } from './contracts/owner-contract.js';
import { QueryContract } from './contracts/query-contract.js';
import type { Deployment } from './contracts/rule.js';
import { spareShimLines } from './state/shim-logs.js';

spareShimLines();

/** The variable in which the operator names the marketplace by its MSP id. */
export const MARKETPLACE_VARIABLE = 'FORESCROW_MARKETPLACE';

/** The contracts of a process whose operator says this. */
export function contractsOf(deployment: Deployment): (new () => Contract)[] {
  class DeployedAgreementContract extends AgreementContract {
    constructor() {
      super(deployment);
    }
  }
  class DeployedOwnerContract extends OwnerContract {
    constructor() {
      super(deployment);
    }
  }
  return [DeployedAgreementContract, DeployedOwnerContract, QueryContract];
}

export const contracts = contractsOf({ marketplace: process.env[MARKETPLACE_VARIABLE] ?? null });
