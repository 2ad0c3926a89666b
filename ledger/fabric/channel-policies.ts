// The channel's named policies and everything that refers to them: implicit meta policies, application policies.
import { common, peer } from '@hyperledger/fabric-protos';
import { compileSignaturePolicy, parseSignaturePolicy, type Policy } from './signature-policy.js';
import { parseMessage } from './protobuf.js';

const APPLICATION_PATH = '/Channel/Application/';

/** How each organisation's own policies read, as configtxgen's usual profile writes them. */
export const ORGANISATION_POLICIES = {
  Readers: (mspId: string) => `OR('${mspId}.admin', '${mspId}.peer', '${mspId}.client')`,
  Writers: (mspId: string) => `OR('${mspId}.admin', '${mspId}.client')`,
  Admins: (mspId: string) => `OR('${mspId}.admin')`,
  Endorsement: (mspId: string) => `OR('${mspId}.peer')`,
} as const;

export const BUILT_IN_POLICIES: Readonly<Record<string, string>> = {
  Readers: 'ANY Readers',
  Writers: 'ANY Writers',
  Admins: 'MAJORITY Admins',
  Endorsement: 'MAJORITY Endorsement',
  LifecycleEndorsement: 'MAJORITY Endorsement',
};

export const IMPLICIT_META_PATTERN = /^(ANY|ALL|MAJORITY) (\w+)$/;

/** Application policies by name; Fabric's policy manager. */
export class ChannelPolicies {
  private readonly policies = new Map<string, Policy>();
  private readonly compiled = new Map<string, Policy>();

  constructor(
    private readonly mspIds: readonly string[],
    named: Readonly<Record<string, string>>,
  ) {
    for (const [name, source] of Object.entries({ ...BUILT_IN_POLICIES, ...named })) {
      this.policies.set(name, this.compileNamed(name, source));
    }
    for (const mspId of mspIds) {
      for (const [name, language] of Object.entries(ORGANISATION_POLICIES)) {
        const policy = compileSignaturePolicy(parseSignaturePolicy(language(mspId)));
        this.policies.set(`${mspId}/${name}`, policy);
      }
    }
  }

  /** By `/Channel/Application/<name>`, `/Channel/Application/<MSP id>/<name>` or without that beginning. */
  named(reference: string): Policy | null {
    return this.policies.get(reference.replace(APPLICATION_PATH, '')) ?? null;
  }

  /** A chaincode's or collection's policy: reference or signature policy language. */
  applicationPolicy(source: string): Policy {
    if (!source.startsWith('/')) return compileSignaturePolicy(parseSignaturePolicy(source));
    const policy = this.named(source);
    if (!policy) throw new Error(`failed to retrieve policy for reference ${source}`);
    return policy;
  }

  /** The bytes of a SignaturePolicyEnvelope as stored with a key. Throws MalformedMessage or a compile error. */
  keyPolicy(bytes: Uint8Array): Policy {
    const cacheKey = Buffer.from(bytes).toString('latin1');
    const known = this.compiled.get(cacheKey);
    if (known) return known;
    const policy = compileSignaturePolicy(
      parseMessage(common.SignaturePolicyEnvelope, bytes, 'SignaturePolicyEnvelope'),
    );
    if (this.compiled.size > 10_000) this.compiled.clear();
    this.compiled.set(cacheKey, policy);
    return policy;
  }

  private compileNamed(name: string, source: string): Policy {
    const meta = IMPLICIT_META_PATTERN.exec(source);
    if (!meta) return compileSignaturePolicy(parseSignaturePolicy(source));
    const [, rule, subPolicy = ''] = meta;
    const language = ORGANISATION_POLICIES[subPolicy as keyof typeof ORGANISATION_POLICIES] as
      ((mspId: string) => string) | null;
    if (!language) throw new Error(`policy ${name}: organisations have no policy '${subPolicy}'`);
    const subPolicies = this.mspIds.map((mspId) =>
      compileSignaturePolicy(parseSignaturePolicy(language(mspId))),
    );
    const threshold =
      rule === 'ANY' ? 1 : rule === 'ALL' ? subPolicies.length : Math.floor(subPolicies.length / 2) + 1;
    return (identities) => {
      const satisfied = subPolicies.filter((policy) => policy(identities) === null).length;
      if (satisfied >= threshold) return null;
      return (
        `implicit policy evaluation failed - ${String(satisfied)} sub-policies were satisfied, ` +
        `but this policy requires ${String(threshold)} of the '${subPolicy}' sub-policies to be satisfied`
      );
    };
  }
}

/** The ApplicationPolicy message that a chaincode definition stores. */
export function applicationPolicyMessage(source: string): peer.ApplicationPolicy {
  const message = new peer.ApplicationPolicy();
  if (source.startsWith('/')) message.setChannelConfigPolicyReference(source);
  else message.setSignaturePolicy(parseSignaturePolicy(source));
  return message;
}
