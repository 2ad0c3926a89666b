// The chaincode's definition, the same for all members: policy, and a collection for each member.
import { ownCollections, type CollectionDefinition } from '../chaincode/protocol/own-collections.js';
import type { Consortium } from './consortium.js';

/** What the consortium file states of the chaincode, with its collections. */
export type ChaincodeDefinition = Consortium['chaincode'] & {
  readonly collections: CollectionDefinition[];
};

export function chaincodeDefinition({ chaincode, members }: Consortium): ChaincodeDefinition {
  return { ...chaincode, collections: ownCollections(members.map(({ mspId }) => mspId)) };
}
