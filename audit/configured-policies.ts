// The policies of a channel as its configuration block holds them, compiled for evaluation over distinct identities.
import { common, peer } from '@hyperledger/fabric-protos';
import { messageOf } from '../ledger/fabric/error-message.js';
import { parseMessage, sameBytes } from '../ledger/fabric/protobuf.js';
import { compileSignaturePolicy, type Policy } from '../ledger/fabric/signature-policy.js';

const APPLICATION = '/Channel/Application';
const KEPT_LIMIT = 10_000;

export class ConfiguredPolicies {
  private readonly compiled = new Map<string, Policy | null>();
  private readonly keyPolicies = new Map<string, Policy>();

  constructor(private readonly channel: common.ConfigGroup) {}

  /** By path (`/Channel/Orderer/BlockValidation`) or by the name of an application policy; null: none. */
  named(reference: string): Policy | null {
    const path = reference.startsWith('/') ? reference : `${APPLICATION}/${reference}`;
    if (!this.compiled.has(path)) this.compiled.set(path, this.compile(path));
    return this.compiled.get(path) ?? null;
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

  /** An ApplicationPolicy, as definitions of chaincodes and collections hold it; null if it names none. */
  applicationPolicy(bytes: Uint8Array): Policy | null {
    return readable(() => {
      const message = parseMessage(peer.ApplicationPolicy, bytes, 'ApplicationPolicy');
      const reference = message.getChannelConfigPolicyReference();
      if (reference !== '') return this.named(reference);
      const envelope = message.getSignaturePolicy();
      return envelope ? compileSignaturePolicy(envelope) : null;
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

  private compile(path: string): Policy | null {
    const { group, name } = this.at(path);
    return group ? readable(() => compilePolicy(group, name)) : null;
  }

  private at(path: string): { readonly group: common.ConfigGroup | undefined; readonly name: string } {
    const steps = path.split('/').slice(2);
    const name = steps.pop() ?? '';
    let group: common.ConfigGroup | undefined = this.channel;
    for (const step of steps) group = group?.getGroupsMap().get(step);
    return { group, name };
  }
}

/** No identity satisfies a policy that cannot be read. */
function readable(compile: () => Policy | null): Policy | null {
  try {
    return compile();
  } catch (error) {
    const why = messageOf(error);
    return () => `the policy cannot be read: ${why}`;
  }
}

function compilePolicy(group: common.ConfigGroup, name: string): Policy | null {
  const policy = group.getPoliciesMap().get(name)?.getPolicy();
  if (!policy) return null;
  const bytes = policy.getValue_asU8();
  if (policy.getType() === common.Policy.PolicyType.SIGNATURE) {
    return compileSignaturePolicy(
      parseMessage(common.SignaturePolicyEnvelope, bytes, 'SignaturePolicyEnvelope'),
    );
  }
  if (policy.getType() !== common.Policy.PolicyType.IMPLICIT_META) return null;
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
    const satisfied = policies.filter((policy) => policy && policy(identities) === null).length;
    return satisfied >= needed ? null : `${String(satisfied)} of ${String(needed)} groups are satisfied`;
  };
}
