// The chaincodes as the `_lifecycle` namespace of the state defines them: their policies and their collections.
import { peer } from '@hyperledger/fabric-protos';
import { parseMessage } from '../ledger/fabric/protobuf.js';
import {
  compileSignaturePolicy,
  parseSignaturePolicy,
  type Policy,
} from '../ledger/fabric/signature-policy.js';
import type { WorldState } from '../ledger/fabric/state.js';
import type { ChannelConfiguration } from './channel-configuration.js';

export const LIFECYCLE = '_lifecycle';
const IMPLICIT_COLLECTION = '_implicit_org_';

/** Where one part of a chaincode's definition stands in the namespace `_lifecycle`. */
export function definitionKey(chaincode: string, part: 'Collections' | 'ValidationInfo'): string {
  return `namespaces/fields/${chaincode}/${part}`;
}

interface Defined {
  readonly policy: Policy;
  /** Explicit collections, with their own policies where they have one. */
  readonly collections: ReadonlyMap<string, Policy | null>;
}

/** Reads at most once per chaincode: made anew when configuration or definitions change. */
export class CommittedDefinitions {
  private readonly known = new Map<string, Defined | null>();

  constructor(
    private readonly state: WorldState,
    private readonly configuration: ChannelConfiguration,
  ) {}

  chaincode(name: string): { readonly policy: Policy } | null {
    return this.defined(name);
  }

  /** Whether there is such a collection; anything but null says yes. */
  collection(chaincode: string, name: string): true | null {
    const isDefined = this.memberOf(name) !== null || this.defined(chaincode)?.collections.has(name) === true;
    return isDefined ? true : null;
  }

  /** What a write to the collection, or to public state when it is '', must satisfy. */
  writePolicy(chaincode: string, collection: string): Policy | null {
    const defined = this.defined(chaincode);
    if (collection === '') return defined?.policy ?? null;
    const member = this.memberOf(collection);
    if (member !== null) return this.memberPolicy(member);
    return defined?.collections.get(collection) ?? defined?.policy ?? null;
  }

  private memberOf(collection: string): string | null {
    if (!collection.startsWith(IMPLICIT_COLLECTION)) return null;
    const mspId = collection.slice(IMPLICIT_COLLECTION.length);
    return this.configuration.members.has(mspId) ? mspId : null;
  }

  private memberPolicy(mspId: string): Policy {
    const group = this.configuration.members.get(mspId) ?? mspId;
    const configured = this.configuration.policies.named(`/Channel/Application/${group}/Endorsement`);
    return configured ?? compileSignaturePolicy(parseSignaturePolicy(`OR('${mspId}.member')`));
  }

  private defined(name: string): Defined | null {
    if (!this.known.has(name)) this.known.set(name, this.read(name));
    return this.known.get(name) ?? null;
  }

  private read(name: string): Defined | null {
    const { policies } = this.configuration;
    if (name === LIFECYCLE) {
      const policy = policies.named('LifecycleEndorsement');
      return policy && { policy, collections: new Map() };
    }
    const validation = this.field(name, 'ValidationInfo');
    if (!validation) return null;
    const info = parseMessage(peer.lifecycle.ChaincodeValidationInfo, validation, 'ChaincodeValidationInfo');
    const policy = policies.applicationPolicy(info.getValidationParameter_asU8());
    return policy && { policy, collections: this.collectionsOf(name) };
  }

  private collectionsOf(name: string): Map<string, Policy | null> {
    const bytes = this.field(name, 'Collections') ?? new Uint8Array();
    const list = parseMessage(peer.CollectionConfigPackage, bytes, 'CollectionConfigPackage').getConfigList();
    return new Map(
      list.flatMap((config) => {
        const collection = config.getStaticCollectionConfig();
        if (!collection) return [];
        const policy = collection.getEndorsementPolicy()?.serializeBinary();
        return [
          [collection.getName(), policy ? this.configuration.policies.applicationPolicy(policy) : null],
        ];
      }),
    );
  }

  private field(chaincode: string, part: Parameters<typeof definitionKey>[1]): Uint8Array | null {
    const found = this.state.get(LIFECYCLE, definitionKey(chaincode, part));
    return found && parseMessage(peer.lifecycle.StateData, found.value, 'StateData').getBytes_asU8();
  }
}
