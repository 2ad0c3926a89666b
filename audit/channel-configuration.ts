// What a configuration block holds: members and their authorities, policies, consenters, chaincode definitions.
import { common, msp as mspProto, orderer } from '@hyperledger/fabric-protos';
import { CHAINCODE_DEFINITIONS } from '../ledger/fabric/config-block.js';
import type { OrganisationConfig } from '../ledger/fabric/channel-config.js';
import { MspRegistry } from '../ledger/fabric/identity.js';
import { parseMessage, textOf } from '../ledger/fabric/protobuf.js';
import { parseReadWriteSet, type ParsedNamespace } from '../ledger/fabric/read-write-set.js';
import { ConfiguredPolicies } from './configured-policies.js';

export interface Consenter {
  readonly id: number;
  /** SerializedIdentity. */
  readonly creator: Uint8Array;
}

export interface ChannelConfiguration {
  readonly sequence: number;
  /** Members of the application, by MSP id, with the name of their group. */
  readonly members: ReadonlyMap<string, string>;
  readonly msps: MspRegistry;
  readonly policies: ConfiguredPolicies;
  /** Of a Byzantine fault tolerant ordering service, else none. */
  readonly consenters: readonly Consenter[];
  /** What an embedded ledger's configuration writes to the state; real Fabric's writes nothing that others read. */
  readonly definitions: readonly ParsedNamespace[];
}

const BFT = 'BFT';

/** From the data of a payload of type CONFIG. Throws MalformedMessage, or an Error that names what is missing. */
export function readConfiguration(data: Uint8Array): ChannelConfiguration {
  const config = parseMessage(common.ConfigEnvelope, data, 'ConfigEnvelope').getConfig();
  const channel = config?.getChannelGroup();
  const application = channel?.getGroupsMap().get('Application');
  const ordering = channel?.getGroupsMap().get('Orderer');
  if (!config || !channel || !application || !ordering) {
    throw new Error('a configuration without Application or Orderer');
  }
  const members = groupsOf(application).map(([name, group]) => ({ name, msp: mspOf(group) }));
  const orderers = groupsOf(ordering).map(([, group]) => mspOf(group));
  const definitions = application.getValuesMap().get(CHAINCODE_DEFINITIONS)?.getValue_asU8();
  return {
    sequence: config.getSequence(),
    members: new Map(members.map(({ name, msp }) => [msp.mspId, name])),
    msps: new MspRegistry([...members.map(({ msp }) => msp), ...orderers]),
    policies: new ConfiguredPolicies(channel),
    consenters: consentersOf(ordering),
    definitions: definitions ? parseReadWriteSet(definitions) : [],
  };
}

function groupsOf(group: common.ConfigGroup): [string, common.ConfigGroup][] {
  const groups: [string, common.ConfigGroup][] = [];
  group.getGroupsMap().forEach((inner: common.ConfigGroup, name: string) => groups.push([name, inner]));
  return groups;
}

function mspOf(organisation: common.ConfigGroup): OrganisationConfig {
  const bytes = organisation.getValuesMap().get('MSP')?.getValue_asU8() ?? new Uint8Array();
  const outer = parseMessage(mspProto.MSPConfig, bytes, 'MSPConfig');
  const config = parseMessage(mspProto.FabricMSPConfig, outer.getConfig_asU8(), 'FabricMSPConfig');
  return {
    mspId: config.getName(),
    caCertsPem: config.getRootCertsList_asU8().map(textOf),
    intermediatesPem: config.getIntermediateCertsList_asU8().map(textOf),
    revocationListsPem: config.getRevocationListList_asU8().map(textOf),
  };
}

function consentersOf(ordering: common.ConfigGroup): Consenter[] {
  const values = ordering.getValuesMap();
  const type = parseMessage(
    orderer.ConsensusType,
    values.get('ConsensusType')?.getValue_asU8() ?? new Uint8Array(),
    'ConsensusType',
  );
  const mapping = values.get('Orderers')?.getValue_asU8();
  if (type.getType() !== BFT || !mapping) return [];
  return parseMessage(common.Orderers, mapping, 'Orderers')
    .getConsenterMappingList()
    .map((consenter) => {
      const identity = new mspProto.SerializedIdentity();
      identity.setMspid(consenter.getMspId());
      identity.setIdBytes(consenter.getIdentity_asU8());
      return { id: consenter.getId(), creator: identity.serializeBinary() };
    });
}
