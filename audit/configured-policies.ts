// The policies of a channel as its configuration block holds them, compiled for evaluation over distinct identities.
// It must not know who signed what.
import { common, peer } from '@hyperledger/fabric-protos';
import { parseMessage, sameBytes } from '../ledger/fabric/protobuf.js';
import { compileSignaturePolicy, type Policy } from '../ledger/fabric/signature-policy.js';

const APPLICATION = '/Channel/Application';
const KEPT_LIMIT = 10_000;

export class ConfiguredPolicies {
  private readonly compiled = new Map<string, Policy | undefined>();
  private readonly keyPolicies = new Map<string, Policy>();

  constructor(private readonly channel: common.ConfigGroup) {}

  /** By path (`/Channel/Orderer/BlockValidation`) or by the name of an application policy; undefined: none. */
  named(reference: string): Policy | undefined {
    const path = reference.startsWith('/') ? reference : `${APPLICATION}/${reference}`;
    if (!this.compiled.has(path)) this.compiled.set(path, this.compile(path));
    return this.compiled.get(path);
  }

  /** Whether the policy at that path is this one, in the same bytes. */
  isWritten(path: string, policy: common.SignaturePolicyEnvelope): boolean {
    const { group, name } = this.at(path);
    const written = group?.getPoliciesMap().get(name)?.getPolicy();
    return (
      written?.getType() === common.Policy.PolicyType.SIGNATURE &&
      sameBytes(written.getValue_asU8(), policy.serializeBinary())
    );
  }

  /** An ApplicationPolicy, as definitions of chaincodes and collections hold it; undefined if it names none. */
  applicationPolicy(bytes: Uint8Array): Policy | undefined {
    return readable(() => {
      const message = parseMessage(peer.ApplicationPolicy, bytes, 'ApplicationPolicy');
      const reference = message.getChannelConfigPolicyReference();
      if (reference !== '') return this.named(reference);
      const envelope = message.getSignaturePolicy();
      return envelope && compileSignaturePolicy(envelope);
    });
  }

  /** The SignaturePolicyEnvelope stored with a key. Throws if it is none. */
  keyPolicy(bytes: Uint8Array): Policy {
    const name = Buffer.from(bytes).toString('latin1');
    const known = this.keyPolicies.get(name);
    if (known) return known;
    const envelope = parseMessage(common.SignaturePolicyEnvelope, bytes, 'SignaturePolicyEnvelope');
    const policy = compileSignaturePolicy(envelope);
    if (this.keyPolicies.size >= KEPT_LIMIT) this.keyPolicies.clear();
    this.keyPolicies.set(name, policy);
    return policy;
  }

  private compile(path: string): Policy | undefined {
    const { group, name } = this.at(path);
    return group && readable(() => compilePolicy(group, name));
  }

  private at(path: string): { group: common.ConfigGroup | undefined; name: string } {
    const steps = path.split('/').slice(2);
    const name = steps.pop() ?? '';
    let group: common.ConfigGroup | undefined = this.channel;
    for (const step of steps) group = group?.getGroupsMap().get(step);
    return { group, name };
  }
}

/** A policy whose bytes say nothing sensible is satisfied by nobody. */
function readable(compile: () => Policy | undefined): Policy | undefined {
  try {
    return compile();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return () => `the policy cannot be read: ${why}`;
  }
}

function compilePolicy(group: common.ConfigGroup, name: string): Policy | undefined {
  const policy = group.getPoliciesMap().get(name)?.getPolicy();
  if (!policy) return undefined;
  const bytes = policy.getValue_asU8();
  if (policy.getType() === common.Policy.PolicyType.SIGNATURE) {
    return compileSignaturePolicy(
      parseMessage(common.SignaturePolicyEnvelope, bytes, 'SignaturePolicyEnvelope'),
    );
  }
  if (policy.getType() !== common.Policy.PolicyType.IMPLICIT_META) return undefined;
  return implicitMeta(group, parseMessage(common.ImplicitMetaPolicy, bytes, 'ImplicitMetaPolicy'));
}

/** So many of the sub-groups' policies of that name; a group without one counts as not satisfied. */
function implicitMeta(group: common.ConfigGroup, meta: common.ImplicitMetaPolicy): Policy {
  const groups: common.ConfigGroup[] = [];
  group.getGroupsMap().forEach((inner: common.ConfigGroup) => groups.push(inner));
  const policies = groups.map((inner) => compilePolicy(inner, meta.getSubPolicy()));
  const { ANY, ALL } = common.ImplicitMetaPolicy.Rule;
  const rule = meta.getRule();
  const needed = rule === ANY ? 1 : rule === ALL ? groups.length : Math.floor(groups.length / 2) + 1;
  return (identities) => {
    const satisfied = policies.filter((policy) => policy && policy(identities) === undefined).length;
    return satisfied >= needed ? undefined : `${String(satisfied)} of ${String(needed)} groups are satisfied`;
  };
}
