// Every member's own collection is open to that member alone, by the definition and the policies that it refers to.
import { peer } from '@hyperledger/fabric-protos';
import {
  endorsementOf,
  ownCollections,
  type CollectionDefinition,
} from '../chaincode/protocol/own-collections.js';
import { collectionMessage } from '../ledger/fabric/lifecycle.js';
import { byteString, MalformedMessage, parseMessage, sameBytes } from '../ledger/fabric/protobuf.js';
import type { ParsedNamespace } from '../ledger/fabric/read-write-set.js';
import { parseSignaturePolicy } from '../ledger/fabric/signature-policy.js';
import type { ChannelConfiguration } from './channel-configuration.js';
import { LIFECYCLE, definitionKey } from './committed-definitions.js';
import type { Findings, Place } from './findings.js';

export interface DefinitionScope {
  readonly chaincode: string;
  /** MSP ids of those who were members when it was agreed on. */
  readonly members: readonly string[];
  readonly place: Place;
  readonly findings: Findings;
}

/** Looks at sets that define the chaincode's collections; there is nothing to look at in others. */
export function checkCollections(sets: readonly ParsedNamespace[], scope: DefinitionScope): void {
  const key = definitionKey(scope.chaincode, 'Collections');
  const writes = sets.find(({ name }) => name === LIFECYCLE)?.writes ?? [];
  for (const { value } of writes.filter(({ keyBytes }) => keyBytes === byteString(key))) {
    const found = collectionsIn(value);
    for (const needed of ownCollections(scope.members)) checkOne(needed, found, scope);
  }
}

/** At each configuration, which may change what a collection's policy refers to and leave the definition as it is. */
export function checkOwnEndorsement(
  { members, policies }: ChannelConfiguration,
  place: Place,
  findings: Findings,
): void {
  for (const mspId of members.keys()) {
    const needed = `OR('${mspId}.peer')`;
    const isOwn = policies.isWritten(endorsementOf(mspId), parseSignaturePolicy(needed));
    findings.expect('collections', place, isOwn, () => ({
      found: `${endorsementOf(mspId)} is missing or another policy`,
      needed,
    }));
  }
}

/** None if they cannot be read: then every member misses his. */
function collectionsIn(value: Uint8Array): readonly peer.StaticCollectionConfig[] {
  try {
    const data = parseMessage(peer.lifecycle.StateData, value, 'StateData').getBytes_asU8();
    const list = parseMessage(peer.CollectionConfigPackage, data, 'CollectionConfigPackage').getConfigList();
    return list.flatMap((config) => config.getStaticCollectionConfig() ?? []);
  } catch (error) {
    if (error instanceof MalformedMessage) return [];
    throw error;
  }
}

function checkOne(
  needed: CollectionDefinition,
  defined: readonly peer.StaticCollectionConfig[],
  { findings, place }: DefinitionScope,
): void {
  const found = defined.find((config) => config.getName() === needed.name);
  findings.expect('collections', place, found !== undefined && isAsNeeded(found, needed), () => ({
    found: `${needed.name} ${found === undefined ? 'is not defined' : 'with other members, policies or flags'}`,
    needed: `${needed.name} for ${needed.memberOrgsPolicy} alone, endorsed by ${needed.endorsementPolicy}, for good`,
  }));
}

/** How many peers a row is handed to at endorsement is the members' own affair. */
function isAsNeeded(found: peer.StaticCollectionConfig, needed: CollectionDefinition): boolean {
  const message = collectionMessage(needed);
  message.setRequiredPeerCount(found.getRequiredPeerCount());
  message.setMaximumPeerCount(found.getMaximumPeerCount());
  return sameBytes(message.serializeBinary(), found.serializeBinary());
}
