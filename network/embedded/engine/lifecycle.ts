// The chaincode definitions as writes to the `_lifecycle` namespace, field by field, as Fabric's lifecycle does.
// It must not judge definitions.
import { peer, type ledger } from '@hyperledger/fabric-protos';
import { applicationPolicyMessage } from './channel-policies.js';
import type { ChaincodeDefinition } from './engine.js';
import { ReadWriteSetBuilder } from './read-write-set.js';

/** What a configuration block carries and writes to the state, since this ledger has no lifecycle transactions. */
export function definitionSet(definitions: readonly ChaincodeDefinition[]): ledger.rwset.TxReadWriteSet {
  const builder = new ReadWriteSetBuilder();
  for (const definition of definitions) {
    for (const [key, data] of fields(definition)) builder.addWrite('_lifecycle', key, data.serializeBinary());
  }
  return builder.build().publicSet;
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
    [`${prefix}Collections`, bytesData(new Uint8Array())],
  ]);
}

function bytesData(bytes: Uint8Array): peer.lifecycle.StateData {
  const data = new peer.lifecycle.StateData();
  data.setBytes(bytes);
  return data;
}
