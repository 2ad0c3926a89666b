// The collections of a definition as Fabric's program `peer` takes them, and as it prints them.
import { isDeepStrictEqual } from 'node:util';
import type { common } from '@hyperledger/fabric-protos';

import type { CollectionDefinition } from '../../chaincode/protocol/own-collections.js';
import { parseSignaturePolicy } from '../../ledger/fabric/signature-policy.js';

/** What `peer lifecycle chaincode approveformyorg --collections-config` reads. */
export function collectionsConfig(collections: readonly CollectionDefinition[]): string {
  const config = collections.map(({ memberOrgsPolicy, endorsementPolicy, ...rest }) => ({
    ...rest,
    policy: memberOrgsPolicy,
    endorsementPolicy: endorsementPolicy.startsWith('/')
      ? { channelConfigPolicy: endorsementPolicy }
      : { signaturePolicy: endorsementPolicy },
  }));
  return `${JSON.stringify(config, null, 2)}\n`;
}

/** Whether these are the collections that `peer lifecycle chaincode querycommitted` printed, in whatever order. */
export function arePrinted(
  collections: readonly CollectionDefinition[],
  printed: readonly unknown[],
): boolean {
  const wanted = collections.map(asPrinted);
  const isAmong = (one: unknown, all: readonly unknown[]) =>
    all.some((other) => isDeepStrictEqual(one, other));
  return wanted.length === printed.length && wanted.every((one) => isAmong(one, printed));
}

/** Zero, false and nothing are not printed. */
function asPrinted(collection: CollectionDefinition): unknown {
  const fields = {
    name: collection.name,
    member_orgs_policy: { Payload: { SignaturePolicy: policyAsPrinted(collection.memberOrgsPolicy) } },
    required_peer_count: collection.requiredPeerCount,
    maximum_peer_count: collection.maxPeerCount,
    block_to_live: collection.blockToLive,
    member_only_read: collection.memberOnlyRead,
    member_only_write: collection.memberOnlyWrite,
    endorsement_policy: { Type: endorsementAsPrinted(collection.endorsementPolicy) },
  };
  const printed = Object.entries(fields).filter(([, value]) => value !== 0 && value !== false);
  return { Payload: { StaticCollectionConfig: Object.fromEntries(printed) } };
}

function endorsementAsPrinted(policy: string): unknown {
  return policy.startsWith('/')
    ? { ChannelConfigPolicyReference: policy }
    : { SignaturePolicy: policyAsPrinted(policy) };
}

function policyAsPrinted(source: string): unknown {
  const policy = parseSignaturePolicy(source);
  return {
    rule: ruleAsPrinted(policy.getRule()),
    identities: policy.getIdentitiesList().map((identity) => ({ principal: identity.getPrincipal_asB64() })),
  };
}

function ruleAsPrinted(rule: common.SignaturePolicy | undefined): unknown {
  const some = rule?.getNOutOf();
  if (some === undefined) return { Type: { SignedBy: rule?.getSignedBy() } };
  return { Type: { NOutOf: { n: some.getN(), rules: some.getRulesList().map(ruleAsPrinted) } } };
}
