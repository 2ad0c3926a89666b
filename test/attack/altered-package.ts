// The package that a cheating member's chaincode process serves: all that is usual, and altered code beside it.
import { contracts as usual } from '../../chaincode/index.js';
import { AlteredContract } from './altered-contract.js';

export const contracts = [...usual, AlteredContract];
