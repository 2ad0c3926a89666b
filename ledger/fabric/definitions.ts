// The chaincodes as defined on the channel: their policies, their collections and who belongs to them.
import type { ChaincodeDefinition, CollectionConfig } from './channel-config.js';
import type { ChannelPolicies } from './channel-policies.js';
import type { KnownIdentity } from './identity.js';
import { compileSignaturePolicy, parseSignaturePolicy, type Policy } from './signature-policy.js';

export const IMPLICIT_PREFIX = '_implicit_org_';

export interface DefinedCollection {
  readonly config: CollectionConfig | null;
  /** Overrides the chaincode's policy. */
  readonly policy: Policy | null;
  readonly isMember: (mspId: string) => boolean;
  /** Does this identity alone satisfy the members' policy? */
  readonly admits: (identity: KnownIdentity) => boolean;
}

export interface DefinedChaincode {
  readonly definition: ChaincodeDefinition;
  readonly policy: Policy;
}

export class Definitions {
  private readonly chaincodes = new Map<string, DefinedChaincode>();
  private readonly collections = new Map<string, DefinedCollection>();

  constructor(
    chaincodes: readonly ChaincodeDefinition[],
    private readonly mspIds: readonly string[],
    policies: ChannelPolicies,
  ) {
    for (const definition of chaincodes) {
      const policy = policies.applicationPolicy(definition.endorsementPolicy);
      this.chaincodes.set(definition.name, { definition, policy });
      for (const mspId of mspIds) {
        this.collections.set(collectionId(definition.name, IMPLICIT_PREFIX + mspId), {
          config: null,
          policy: compileSignaturePolicy(parseSignaturePolicy(`OR('${mspId}.peer')`)),
          isMember: (member) => member === mspId,
          admits: (identity) => identity.mspId === mspId,
        });
      }
      for (const config of definition.collections ?? []) {
        this.collections.set(collectionId(definition.name, config.name), {
          config,
          policy: config.endorsementPolicy ? policies.applicationPolicy(config.endorsementPolicy) : null,
          isMember: membership(config),
          admits: admission(config),
        });
      }
    }
  }

  chaincode(name: string): DefinedChaincode | null {
    return this.chaincodes.get(name) ?? null;
  }

  all(): DefinedChaincode[] {
    return [...this.chaincodes.values()];
  }

  collection(chaincode: string, name: string): DefinedCollection | null {
    return this.collections.get(collectionId(chaincode, name)) ?? null;
  }

  /** Organisations whose peers hold the collection's content. */
  members(chaincode: string, collection: string): string[] {
    const defined = this.collection(chaincode, collection);
    return defined ? this.mspIds.filter(defined.isMember) : [];
  }

  /**
   * Does what this organisation's peer endorses for the collection come to the members? They ask each other alone, so
   * another's peer must have given it to one of them; of an implicit collection it gives nothing away.
   */
  reachesMembers(chaincode: string, collection: string, endorser: string): boolean {
    const defined = this.collection(chaincode, collection);
    return defined !== null && (defined.isMember(endorser) || (defined.config?.maxPeerCount ?? 0) > 0);
  }

  /** Collections whose content this organisation's peer holds. */
  collectionsOf(
    mspId: string,
  ): { readonly namespace: string; readonly collection: string; readonly defined: DefinedCollection }[] {
    return [...this.collections]
      .filter(([, defined]) => defined.isMember(mspId))
      .map(([id, defined]) => {
        const [namespace = '', collection = ''] = id.split('\0');
        return { namespace, collection, defined };
      });
  }

  /** After how many blocks the collection's rows end; 0: never. */
  blockToLive(chaincode: string, collection: string): number {
    return this.collection(chaincode, collection)?.config?.blockToLive ?? 0;
  }

  /** What must be satisfied to write to this collection, or to public state when it is ''. */
  writePolicy(chaincode: string, collection: string): Policy | null {
    if (collection === '') return this.chaincodes.get(chaincode)?.policy ?? null;
    const defined = this.collection(chaincode, collection);
    return (defined && (defined.policy ?? this.chaincodes.get(chaincode)?.policy)) ?? null;
  }
}

function collectionId(chaincode: string, collection: string): string {
  return `${chaincode}\0${collection}`;
}

/** Fabric asks whether any principal of the policy names the organisation. */
function membership(config: CollectionConfig): (mspId: string) => boolean {
  const names = [...config.memberOrgsPolicy.matchAll(/'([^']+)\.(?:member|peer|client|admin)'/g)].map(
    (m) => m[1],
  );
  parseSignaturePolicy(config.memberOrgsPolicy);
  const members = new Set(names);
  return (mspId) => members.has(mspId);
}

function admission(config: CollectionConfig): (identity: KnownIdentity) => boolean {
  const policy = compileSignaturePolicy(parseSignaturePolicy(config.memberOrgsPolicy));
  return (identity) => policy([identity]) === null;
}

/** May this creator read or write the collection through chaincode, or see its content in a deliver stream? */
export function mayUseCollection(
  collection: DefinedCollection,
  creator: KnownIdentity,
  use: 'read' | 'write',
): boolean {
  const only = use === 'read' ? collection.config?.memberOnlyRead : collection.config?.memberOnlyWrite;
  return !only || collection.admits(creator);
}
