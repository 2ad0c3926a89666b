// What all members agree on for the chaincode: the consortium file's words, and a collection for each member.
// It speaks to no ledger; each ground gives the definition to its own.
import { ownCollections, type CollectionDefinition } from '../chaincode/protocol/own-collections.js';
import type { Consortium } from './consortium.js';

export interface ChaincodeDefinition {
  name: string;
  version: string;
  sequence: number;
  /** A signature policy, or a reference that begins with "/". */
  endorsementPolicy: string;
  collections: CollectionDefinition[];
}

export function chaincodeDefinition({ chaincode, members }: Consortium): ChaincodeDefinition {
  return { ...chaincode, collections: ownCollections(members.map(({ mspId }) => mspId)) };
}
