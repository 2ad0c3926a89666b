// The chaincodes as the `_lifecycle` namespace of the state defines them: their policies and their collections.
// It must not evaluate transactions.
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
  readonly collections: ReadonlyMap<string, Policy | undefined>;
}

/** Reads at most once per chaincode: made anew when configuration or definitions change. */
export class CommittedDefinitions {
  private readonly known = new Map<string, Defined | undefined>();

  constructor(
    private readonly state: WorldState,
    private readonly configuration: ChannelConfiguration,
  ) {}

  chaincode(name: string): { policy: Policy } | undefined {
    return this.defined(name);
  }

  /** Whether there is such a collection; anything but undefined says yes. */
  collection(chaincode: string, name: string): true | undefined {
    const isDefined =
      this.memberOf(name) !== undefined || this.defined(chaincode)?.collections.has(name) === true;
    return isDefined ? true : undefined;
  }

  /** What a write to the collection, or to public state when it is '', must satisfy. */
  writePolicy(chaincode: string, collection: string): Policy | undefined {
    const defined = this.defined(chaincode);
    if (collection === '') return defined?.policy;
    const member = this.memberOf(collection);
    if (member !== undefined) return this.memberPolicy(member);
    return defined?.collections.get(collection) ?? defined?.policy;
  }

  private memberOf(collection: string): string | undefined {
    if (!collection.startsWith(IMPLICIT_COLLECTION)) return undefined;
    const mspId = collection.slice(IMPLICIT_COLLECTION.length);
    return this.configuration.members.has(mspId) ? mspId : undefined;
  }

  private memberPolicy(mspId: string): Policy {
    const group = this.configuration.members.get(mspId) ?? mspId;
    const configured = this.configuration.policies.named(`/Channel/Application/${group}/Endorsement`);
    return configured ?? compileSignaturePolicy(parseSignaturePolicy(`OR('${mspId}.member')`));
  }

  private defined(name: string): Defined | undefined {
    if (!this.known.has(name)) this.known.set(name, this.read(name));
    return this.known.get(name);
  }

  private read(name: string): Defined | undefined {
    const { policies } = this.configuration;
    if (name === LIFECYCLE) {
      const policy = policies.named('LifecycleEndorsement');
      return policy && { policy, collections: new Map() };
    }
    const validation = this.field(name, 'ValidationInfo');
    if (!validation) return undefined;
    const info = parseMessage(peer.lifecycle.ChaincodeValidationInfo, validation, 'ChaincodeValidationInfo');
    const policy = policies.applicationPolicy(info.getValidationParameter_asU8());
    return policy && { policy, collections: this.collectionsOf(name) };
  }

  private collectionsOf(name: string): Map<string, Policy | undefined> {
    const bytes = this.field(name, 'Collections') ?? new Uint8Array();
    const list = parseMessage(peer.CollectionConfigPackage, bytes, 'CollectionConfigPackage').getConfigList();
    return new Map(
      list.flatMap((config) => {
        const collection = config.getStaticCollectionConfig();
        if (!collection) return [];
        const policy = collection.getEndorsementPolicy()?.serializeBinary();
        return [[collection.getName(), policy && this.configuration.policies.applicationPolicy(policy)]];
      }),
    );
  }

  private field(chaincode: string, part: Parameters<typeof definitionKey>[1]): Uint8Array | undefined {
    const found = this.state.get(LIFECYCLE, definitionKey(chaincode, part));
    return found && parseMessage(peer.lifecycle.StateData, found.value, 'StateData').getBytes_asU8();
  }
}
