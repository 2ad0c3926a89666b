// Are a transaction's endorsements enough for what it writes? Key policies first, else collection, else chaincode.
// It must not look at versions.
import { peer } from '@hyperledger/fabric-protos';
import type { ChannelPolicies } from './channel-policies.js';
import type { Definitions } from './definitions.js';
import type { KnownIdentity, MspRegistry } from './identity.js';
import type { Policy } from './signature-policy.js';
import type { ParsedNamespace } from './read-write-set.js';
import type { WorldState } from './state.js';
import { endorsersOf, type EndorsedAction } from './transaction.js';
import { validationParameter } from './write-interest.js';

const Code = peer.TxValidationCode;
type Code = peer.TxValidationCodeMap[keyof peer.TxValidationCodeMap];

/** Keys (`namespace\0collection\0key`) whose policy an endorsed transaction earlier in the block touches. */
export type PolicyChanges = Set<string>;

export interface EndorsementScope {
  msps: MspRegistry;
  policies: Pick<ChannelPolicies, 'named' | 'keyPolicy'>;
  definitions: {
    chaincode(name: string): { policy: Policy } | undefined;
    collection(chaincode: string, name: string): unknown;
    writePolicy: Definitions['writePolicy'];
  };
  state: WorldState;
}

interface WrittenKey {
  collection: string;
  /** Public key, or the private key's hash as a byte string. */
  key: string;
  hash: Uint8Array | undefined;
}

export function validateEndorsement(
  action: EndorsedAction,
  changedBefore: ReadonlySet<string>,
  scope: EndorsementScope,
): Code {
  const endorsers = endorsersOf(action, scope.msps);
  const written = action.sets.filter((set) => set.name !== action.chaincode && writes(set));
  const invoked = action.sets.find((set) => set.name === action.chaincode);
  const namespaces = [invoked ?? { name: action.chaincode, keys: [] }, ...written];
  for (const namespace of namespaces) {
    const chaincodePolicy = namespacePolicy(namespace.name, scope);
    if (!chaincodePolicy) return Code.INVALID_CHAINCODE;
    const check = new NamespaceCheck(namespace.name, chaincodePolicy, { endorsers, changedBefore, scope });
    const keys = 'set' in namespace ? writtenKeys(namespace) : [];
    if (!check.passes(keys)) return Code.ENDORSEMENT_POLICY_FAILURE;
  }
  return Code.VALID;
}

function namespacePolicy(name: string, scope: EndorsementScope): Policy | undefined {
  return name === '_lifecycle'
    ? scope.policies.named('LifecycleEndorsement')
    : scope.definitions.chaincode(name)?.policy;
}

class NamespaceCheck {
  private readonly passed = new Set<string>();
  private anyChecked = false;

  constructor(
    private readonly namespace: string,
    private readonly chaincodePolicy: Policy,
    private readonly given: {
      endorsers: readonly KnownIdentity[];
      changedBefore: ReadonlySet<string>;
      scope: EndorsementScope;
    },
  ) {}

  passes(keys: readonly WrittenKey[]): boolean {
    return (
      keys.every((key) => this.keyPasses(key)) && (this.anyChecked || this.satisfies(this.chaincodePolicy))
    );
  }

  private keyPasses(written: WrittenKey): boolean {
    const { changedBefore } = this.given;
    if (changedBefore.has(policyChange(this.namespace, written))) return false;
    const keyPolicy = this.keyPolicy(written);
    if (keyPolicy === undefined) return this.collectionPasses(written.collection);
    this.anyChecked = true;
    return this.satisfies(keyPolicy);
  }

  private collectionPasses(collection: string): boolean {
    const { definitions } = this.given.scope;
    if (collection !== '' && !definitions.collection(this.namespace, collection)) return false;
    const own = collection === '' ? undefined : definitions.writePolicy(this.namespace, collection);
    const checked = own && own !== this.chaincodePolicy ? collection : '';
    if (this.passed.has(checked)) return true;
    if (!this.satisfies(own ?? this.chaincodePolicy)) return false;
    this.passed.add(checked);
    this.anyChecked = true;
    return true;
  }

  private keyPolicy(written: WrittenKey): Policy | undefined {
    const { state, policies } = this.given.scope;
    const found =
      written.hash === undefined
        ? state.get(this.namespace, written.key)
        : state.getHashed(this.namespace, written.collection, written.hash);
    const bytes = found?.metadata.get(validationParameter);
    if (!bytes || bytes.length === 0) return undefined;
    try {
      return policies.keyPolicy(bytes);
    } catch {
      // Real peers stop the channel on bytes that are no policy; refusing the write keeps the ledger alive.
      return () => 'key policy cannot be read';
    }
  }

  private satisfies(policy: Policy): boolean {
    return policy(this.given.endorsers) === undefined;
  }
}

function writes(set: ParsedNamespace): boolean {
  return writtenKeys(set).length > 0;
}

function writtenKeys({ set, collections }: ParsedNamespace): WrittenKey[] {
  const publicKeys = [...set.getWritesList(), ...set.getMetadataWritesList()].map((write) => ({
    collection: '',
    key: write.getKey(),
    hash: undefined,
  }));
  const privateKeys = collections.flatMap((collection) =>
    [...collection.set.getHashedWritesList(), ...collection.set.getMetadataWritesList()].map((write) => ({
      collection: collection.name,
      key: Buffer.from(write.getKeyHash_asU8()).toString('latin1'),
      hash: write.getKeyHash_asU8(),
    })),
  );
  return [...publicKeys, ...privateKeys];
}

function policyChange(namespace: string, at: { collection: string; key: string }): string {
  return `${namespace}\0${at.collection}\0${at.key}`;
}

/** Remembers the keys whose metadata this (endorsed) transaction writes. */
export function notePolicyChanges(action: EndorsedAction, changes: PolicyChanges): void {
  for (const { name, set, collections } of action.sets) {
    for (const write of set.getMetadataWritesList()) {
      changes.add(policyChange(name, { collection: '', key: write.getKey() }));
    }
    for (const collection of collections) {
      for (const write of collection.set.getMetadataWritesList()) {
        const key = Buffer.from(write.getKeyHash_asU8()).toString('latin1');
        changes.add(policyChange(name, { collection: collection.name, key }));
      }
    }
  }
}
