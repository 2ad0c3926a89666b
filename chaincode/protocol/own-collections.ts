// The private collection of each member, as the chaincode's definition must have it for the rules to hold.
import { collectionOf } from './attestation.js';

/** A collection of private data. */
export interface CollectionDefinition {
  readonly name: string;
  /** A signature policy: whose peers hold the rows, and whose clients and peers are its members. */
  readonly memberOrgsPolicy: string;
  /** Who must endorse a write, whatever the chaincode's own policy says; in the same two forms as that one. */
  readonly endorsementPolicy: string;
  /** Peers of members that get the rows at endorsement, besides the endorser: as a must, and at most. */
  readonly requiredPeerCount: number;
  readonly maxPeerCount: number;
  /** Rows end after so many blocks; 0: never. */
  readonly blockToLive: number;
  readonly memberOnlyRead: boolean;
  readonly memberOnlyWrite: boolean;
}

/**
 * One collection for each member. Fabric's implicit ones would hold the same rows, but their owner's peer hands them to
 * every reader of the channel (deliver with private data): only `memberOnlyRead` keeps others out.
 */
export function ownCollections(mspIds: readonly string[]): CollectionDefinition[] {
  return mspIds.map((mspId) => ({
    name: collectionOf(mspId),
    memberOrgsPolicy: `OR('${mspId}.member')`,
    endorsementPolicy: endorsementOf(mspId),
    // A member with one peer has nobody to give its rows to; with two it gives them.
    requiredPeerCount: 0,
    maxPeerCount: 1,
    blockToLive: 0,
    memberOnlyRead: true,
    memberOnlyWrite: true,
  }));
}

/**
 * The organisation's own policy in the channel's configuration, whose groups are named by MSP id. Fabric's peers parse
 * all collections of the definition for each private key that is written, so none spells its policy out.
 */
export function endorsementOf(mspId: string): string {
  return `/Channel/Application/${mspId}/Endorsement`;
}
