// What `fabric-chaincode-node` starts: the contracts of this package.
import { AgreementContract } from './contracts/agreement-contract.js';
import { OwnerContract } from './contracts/owner-contract.js';
import { QueryContract } from './contracts/query-contract.js';
import { spareShimLines } from './state/shim-logs.js';

spareShimLines();

export const contracts = [AgreementContract, OwnerContract, QueryContract];
