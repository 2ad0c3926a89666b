// The chaincode's definition, the same for all members: policy, and a collection for each member; and what a member's
// operator says to its own chaincode process.
import { ownCollections, type CollectionDefinition } from '../chaincode/protocol/own-collections.js';
import { type Consortium, marketplaceOf } from './consortium.js';

/** What the consortium file states of the chaincode, with its collections. */
export type ChaincodeDefinition = Consortium['chaincode'] & {
  readonly collections: CollectionDefinition[];
};

export function chaincodeDefinition({ chaincode, members }: Consortium): ChaincodeDefinition {
  return { ...chaincode, collections: ownCollections(members.map(({ mspId }) => mspId)) };
}

/**
 * Environment of a chaincode process. The marketplace is the one of the operator's own description file: where the
 * operators' files differ, their peers' results differ and nothing is endorsed.
 */
export function chaincodeVariables(consortium: Consortium): { readonly FORESCROW_MARKETPLACE: string } {
  return { FORESCROW_MARKETPLACE: marketplaceOf(consortium).mspId };
}
