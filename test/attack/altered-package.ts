// Duty: the package that a cheating member's chaincode process serves: all that is usual, and altered code beside it.
// Must not: change the usual, so that the cheat is seen by nobody who asks for the usual.
import { contracts as usual } from '../../chaincode/index.js';
import { AlteredContract } from './altered-contract.js';

export const contracts = [...usual, AlteredContract];
