// Writes the chaincode definitions into the `_lifecycle` namespace, field by field, as Fabric's lifecycle does.
// It must not judge definitions.
import { peer } from '@hyperledger/fabric-protos';
import { applicationPolicyMessage } from './channel-policies.js';
import type { ChaincodeDefinition } from './engine.js';
import { byteString } from './protobuf.js';
import { encodeVersioned, type Version } from './state.js';
import { statePrefix, type Write } from './store.js';

/** State writes for these definitions at this version. */
export function definitionWrites(definitions: readonly ChaincodeDefinition[], version: Version): Write[] {
  return definitions.flatMap((definition) =>
    [...fields(definition)].map(([key, data]) => ({
      key: statePrefix('_lifecycle') + byteString(key),
      value: encodeVersioned({ version, value: data.serializeBinary(), metadata: new Map() }),
    })),
  );
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
