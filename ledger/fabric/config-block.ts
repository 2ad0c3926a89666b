// The channel's configuration as Fabric's Config message, and the envelope of a configuration block.
import { randomBytes } from 'node:crypto';
import { common, msp as mspProto, orderer as ordererProto } from '@hyperledger/fabric-protos';
import { Timestamp } from 'google-protobuf/google/protobuf/timestamp_pb.js';
import { BUILT_IN_POLICIES, IMPLICIT_META_PATTERN, ORGANISATION_POLICIES } from './channel-policies.js';
import type { ChannelConfig, OrganisationConfig } from './channel-config.js';
import { definitionSet } from './lifecycle.js';
import { CONFIG_TRANSACTION, transactionId } from './proposal.js';
import type { Signer } from './signer.js';
import { parseSignaturePolicy } from './signature-policy.js';

/** Not a value of Fabric's: here the chaincode definitions come into force with the configuration. */
export const CHAINCODE_DEFINITIONS = 'ChaincodeDefinitions';

interface Serializable {
  serializeBinary(): Uint8Array;
}

/** The configuration without its sequence: the same settings give the same bytes. */
export function channelGroup(config: ChannelConfig): common.ConfigGroup {
  const channel = group({ ...pick(['Readers', 'Writers', 'Admins']) });
  channel.getGroupsMap().set('Application', applicationGroup(config));
  channel.getGroupsMap().set('Orderer', ordererGroup(config));
  const hashing = new common.HashingAlgorithm();
  hashing.setName('SHA256');
  setValue(channel, 'HashingAlgorithm', hashing);
  const structure = new common.BlockDataHashingStructure();
  structure.setWidth(0xffffffff);
  setValue(channel, 'BlockDataHashingStructure', structure);
  setValue(channel, 'Capabilities', capabilities('V3_0'));
  return channel;
}

/** An envelope of type CONFIG, as a genesis block or a later configuration block carries it. */
export function configEnvelope(
  given: {
    readonly channel: string;
    readonly group: common.ConfigGroup;
    readonly sequence: number;
    readonly nowMs: number;
  },
  orderer: Signer,
): Uint8Array {
  const config = new common.Config();
  config.setSequence(given.sequence);
  config.setChannelGroup(given.group);
  const envelope = new common.ConfigEnvelope();
  envelope.setConfig(config);
  const nonce = randomBytes(24);
  const timestamp = new Timestamp();
  timestamp.setSeconds(Math.floor(given.nowMs / 1000));
  const channelHeader = new common.ChannelHeader();
  channelHeader.setType(CONFIG_TRANSACTION);
  channelHeader.setChannelId(given.channel);
  channelHeader.setTimestamp(timestamp);
  channelHeader.setTxId(transactionId(nonce, orderer.creator));
  const signatureHeader = new common.SignatureHeader();
  signatureHeader.setCreator(orderer.creator);
  signatureHeader.setNonce(nonce);
  const header = new common.Header();
  header.setChannelHeader(channelHeader.serializeBinary());
  header.setSignatureHeader(signatureHeader.serializeBinary());
  const payload = new common.Payload();
  payload.setHeader(header);
  payload.setData(envelope.serializeBinary());
  const result = new common.Envelope();
  result.setPayload(payload.serializeBinary());
  result.setSignature(orderer.sign(result.getPayload_asU8()));
  return result.serializeBinary();
}

function applicationGroup(config: ChannelConfig): common.ConfigGroup {
  const application = group({ ...BUILT_IN_POLICIES, ...config.channelPolicies });
  for (const { msp } of config.organisations)
    application.getGroupsMap().set(msp.mspId, organisationGroup(msp));
  setValue(application, 'Capabilities', capabilities('V2_5'));
  setValue(application, CHAINCODE_DEFINITIONS, definitionSet(config.chaincodes));
  return application;
}

function ordererGroup(config: ChannelConfig): common.ConfigGroup {
  const orderer = group({ ...pick(['Readers', 'Writers', 'Admins']), BlockValidation: 'ANY Writers' });
  orderer
    .getGroupsMap()
    .set(config.orderer.msp.mspId, organisationGroup(config.orderer.msp, ORDERER_POLICIES));
  const size = new ordererProto.BatchSize();
  size.setMaxMessageCount(config.maxMessageCount);
  size.setPreferredMaxBytes(config.preferredMaxBytes);
  size.setAbsoluteMaxBytes(config.absoluteMaxBytes);
  setValue(orderer, 'BatchSize', size);
  const timeout = new ordererProto.BatchTimeout();
  timeout.setTimeout(`${String(config.batchTimeoutMs)}ms`);
  setValue(orderer, 'BatchTimeout', timeout);
  const consensus = new ordererProto.ConsensusType();
  consensus.setType('etcdraft');
  setValue(orderer, 'ConsensusType', consensus);
  setValue(orderer, 'Capabilities', capabilities('V2_0'));
  return orderer;
}

/** Its orderer signs blocks, which the channel takes from its Writers. */
const ORDERER_POLICIES = {
  ...ORGANISATION_POLICIES,
  Writers: (mspId: string) => `OR('${mspId}.admin', '${mspId}.orderer')`,
};

function organisationGroup(
  msp: OrganisationConfig,
  languages: Readonly<Record<string, (mspId: string) => string>> = ORGANISATION_POLICIES,
): common.ConfigGroup {
  const policies = Object.entries(languages).map(([name, language]) => [name, language(msp.mspId)]);
  const organisation = group(Object.fromEntries(policies) as Record<string, string>);
  const message = new mspProto.MSPConfig();
  message.setConfig(fabricMsp(msp).serializeBinary());
  setValue(organisation, 'MSP', message);
  return organisation;
}

function fabricMsp(msp: OrganisationConfig): mspProto.FabricMSPConfig {
  const nodeOus = new mspProto.FabricNodeOUs();
  nodeOus.setEnable(true);
  nodeOus.setClientOuIdentifier(unit('client'));
  nodeOus.setPeerOuIdentifier(unit('peer'));
  nodeOus.setAdminOuIdentifier(unit('admin'));
  nodeOus.setOrdererOuIdentifier(unit('orderer'));
  const crypto = new mspProto.FabricCryptoConfig();
  crypto.setSignatureHashFamily('SHA2');
  crypto.setIdentityIdentifierHashFunction('SHA256');
  const result = new mspProto.FabricMSPConfig();
  result.setName(msp.mspId);
  result.setRootCertsList(msp.caCertsPem.map((pem) => Buffer.from(pem)));
  result.setIntermediateCertsList((msp.intermediatesPem ?? []).map((pem) => Buffer.from(pem)));
  result.setRevocationListList((msp.revocationListsPem ?? []).map((pem) => Buffer.from(pem)));
  result.setFabricNodeOus(nodeOus);
  result.setCryptoConfig(crypto);
  return result;
}

function unit(name: string): mspProto.FabricOUIdentifier {
  const identifier = new mspProto.FabricOUIdentifier();
  identifier.setOrganizationalUnitIdentifier(name);
  return identifier;
}

function pick(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, BUILT_IN_POLICIES[name] ?? '']));
}

function group(policies: Readonly<Record<string, string>>): common.ConfigGroup {
  const result = new common.ConfigGroup();
  result.setModPolicy('Admins');
  for (const [name, source] of Object.entries(policies)) {
    const policy = new common.ConfigPolicy();
    policy.setModPolicy('Admins');
    policy.setPolicy(policyMessage(source));
    result.getPoliciesMap().set(name, policy);
  }
  return result;
}

function policyMessage(source: string): common.Policy {
  const message = new common.Policy();
  const meta = IMPLICIT_META_PATTERN.exec(source);
  if (!meta) {
    message.setType(common.Policy.PolicyType.SIGNATURE);
    message.setValue(parseSignaturePolicy(source).serializeBinary());
    return message;
  }
  const [, rule, subPolicy = ''] = meta;
  const implicit = new common.ImplicitMetaPolicy();
  implicit.setRule(common.ImplicitMetaPolicy.Rule[rule as 'ANY' | 'ALL' | 'MAJORITY']);
  implicit.setSubPolicy(subPolicy);
  message.setType(common.Policy.PolicyType.IMPLICIT_META);
  message.setValue(implicit.serializeBinary());
  return message;
}

function setValue(to: common.ConfigGroup, name: string, message: Serializable): void {
  const value = new common.ConfigValue();
  value.setModPolicy('Admins');
  value.setValue(message.serializeBinary());
  to.getValuesMap().set(name, value);
}

function capabilities(name: string): common.Capabilities {
  const result = new common.Capabilities();
  result.getCapabilitiesMap().set(name, new common.Capability());
  return result;
}
