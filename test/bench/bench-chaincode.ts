// Duty: what the chaincode process of a bench serves: the product's contracts as they are, and the bench's own.
// Must not: change the product's.
import { contracts as product } from '../../chaincode/index.js';
import { BenchContract } from './bench-contract.js';

export const contracts = [...product, BenchContract];
