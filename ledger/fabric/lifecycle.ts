// The chaincode definitions as writes to the `_lifecycle` namespace, field by field, as Fabric's lifecycle does.
import { ledger, peer } from '@hyperledger/fabric-protos';
import { applicationPolicyMessage } from './channel-policies.js';
import type { ChaincodeDefinition, CollectionConfig } from './channel-config.js';
import { ReadWriteSetBuilder } from './read-write-set-builder.js';
import { parseSignaturePolicy } from './signature-policy.js';

/** What a configuration block carries and writes to the state, since this ledger has no lifecycle transactions. */
export function definitionSet(definitions: readonly ChaincodeDefinition[]): ledger.rwset.TxReadWriteSet {
  const builder = new ReadWriteSetBuilder();
  for (const definition of definitions) {
    for (const [key, data] of fields(definition)) builder.addWrite('_lifecycle', key, data.serializeBinary());
  }
  return ledger.rwset.TxReadWriteSet.deserializeBinary(builder.build().publicSet);
}

function fields(definition: ChaincodeDefinition): Map<string, peer.lifecycle.StateData> {
  const metadata = new peer.lifecycle.StateMetadata();
  metadata.setDatatype('ChaincodeDefinition');
  metadata.setFieldsList(['Sequence', 'EndorsementInfo', 'ValidationInfo', 'Collections']);
  const endorsement = new peer.lifecycle.ChaincodeEndorsementInfo();
  endorsement.setVersion(definition.version);
  endorsement.setEndorsementPlugin('escc');
  const validation = new peer.lifecycle.ChaincodeValidationInfo();
  validation.setValidationPlugin('vscc');
  validation.setValidationParameter(applicationPolicyMessage(definition.endorsementPolicy).serializeBinary());
  const sequence = new peer.lifecycle.StateData();
  sequence.setInt64(definition.sequence);
  const prefix = `namespaces/fields/${definition.name}/`;
  return new Map([
    [`namespaces/metadata/${definition.name}`, bytesData(metadata.serializeBinary())],
    [`${prefix}Sequence`, sequence],
    [`${prefix}EndorsementInfo`, bytesData(endorsement.serializeBinary())],
    [`${prefix}ValidationInfo`, bytesData(validation.serializeBinary())],
    [`${prefix}Collections`, bytesData(collectionPackage(definition).serializeBinary())],
  ]);
}

function collectionPackage({ collections = [] }: ChaincodeDefinition): peer.CollectionConfigPackage {
  const result = new peer.CollectionConfigPackage();
  for (const collection of collections)
    result.addConfig().setStaticCollectionConfig(collectionMessage(collection));
  return result;
}

/** A collection as a definition holds it. */
export function collectionMessage(collection: CollectionConfig): peer.StaticCollectionConfig {
  const members = new peer.CollectionPolicyConfig();
  members.setSignaturePolicy(parseSignaturePolicy(collection.memberOrgsPolicy));
  const result = new peer.StaticCollectionConfig();
  result.setName(collection.name);
  result.setMemberOrgsPolicy(members);
  result.setRequiredPeerCount(collection.requiredPeerCount ?? 0);
  result.setMaximumPeerCount(collection.maxPeerCount ?? 0);
  result.setBlockToLive(collection.blockToLive ?? 0);
  result.setMemberOnlyRead(collection.memberOnlyRead ?? false);
  result.setMemberOnlyWrite(collection.memberOnlyWrite ?? false);
  if (collection.endorsementPolicy !== undefined) {
    result.setEndorsementPolicy(applicationPolicyMessage(collection.endorsementPolicy));
  }
  return result;
}

function bytesData(bytes: Uint8Array): peer.lifecycle.StateData {
  const data = new peer.lifecycle.StateData();
  data.setBytes(bytes);
  return data;
}
