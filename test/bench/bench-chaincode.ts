// What the chaincode process of a bench serves: the product's contracts as they are, and the bench's own.
import { contracts as product } from '../../chaincode/index.js';
import { BenchContract } from './bench-contract.js';

export const contracts = [...product, BenchContract];
