// Are a transaction's endorsements enough for what it writes? Key policies first, else collection, else chaincode.
import { peer } from '@hyperledger/fabric-protos';
import type { ChannelPolicies } from './channel-policies.js';
import type { Definitions } from './definitions.js';
import type { KnownIdentity, MspRegistry } from './identity.js';
import type { Policy } from './signature-policy.js';
import type { KeySet, ParsedNamespace } from './read-write-set.js';
import type { WorldState } from './state.js';
import { endorsersOf, type EndorsedAction } from './transaction.js';
import { VALIDATION_PARAMETER } from './write-interest.js';

const Code = peer.TxValidationCode;
type Code = peer.TxValidationCodeMap[keyof peer.TxValidationCodeMap];

/** Rows whose policy an endorsed transaction earlier in the block touches. */
export type PolicyChanges = Set<string>;

export interface EndorsementScope {
  readonly msps: MspRegistry;
  readonly policies: Pick<ChannelPolicies, 'named' | 'keyPolicy'>;
  readonly definitions: {
    chaincode(name: string): { readonly policy: Policy } | null;
    collection(chaincode: string, name: string): unknown;
    readonly writePolicy: Definitions['writePolicy'];
  };
  readonly state: WorldState;
}

interface WrittenRow {
  readonly collection: string;
  readonly row: string;
}

export function validateEndorsement(
  action: EndorsedAction,
  changedBefore: ReadonlySet<string>,
  scope: EndorsementScope,
): Code {
  const endorsers = endorsersOf(action, scope.msps);
  const written = action.sets.filter((set) => set.name !== action.chaincode && writes(set));
  const invoked = action.sets.find((set) => set.name === action.chaincode);
  const namespaces = [invoked ?? { name: action.chaincode }, ...written];
  for (const namespace of namespaces) {
    const chaincodePolicy = namespacePolicy(namespace.name, scope);
    if (!chaincodePolicy) return Code.INVALID_CHAINCODE;
    const check = new NamespaceCheck(namespace.name, chaincodePolicy, { endorsers, changedBefore, scope });
    const rows = 'writes' in namespace ? writtenRows(namespace) : [];
    if (!check.passes(rows)) return Code.ENDORSEMENT_POLICY_FAILURE;
  }
  return Code.VALID;
}

function namespacePolicy(name: string, scope: EndorsementScope): Policy | null {
  return name === '_lifecycle'
    ? scope.policies.named('LifecycleEndorsement')
    : (scope.definitions.chaincode(name)?.policy ?? null);
}

class NamespaceCheck {
  private readonly passed = new Set<string>();
  /** Of a list of rows most have the same policy. */
  private readonly satisfied = new Map<Policy, boolean>();
  private anyChecked = false;

  constructor(
    private readonly namespace: string,
    private readonly chaincodePolicy: Policy,
    private readonly given: {
      readonly endorsers: readonly KnownIdentity[];
      readonly changedBefore: ReadonlySet<string>;
      readonly scope: EndorsementScope;
    },
  ) {}

  passes(rows: readonly WrittenRow[]): boolean {
    return (
      rows.every((row) => this.rowPasses(row)) && (this.anyChecked || this.satisfies(this.chaincodePolicy))
    );
  }

  private rowPasses(written: WrittenRow): boolean {
    const { changedBefore } = this.given;
    if (changedBefore.has(written.row)) return false;
    const keyPolicy = this.keyPolicy(written);
    if (keyPolicy === null) return this.collectionPasses(written.collection);
    this.anyChecked = true;
    return this.satisfies(keyPolicy);
  }

  private collectionPasses(collection: string): boolean {
    const { definitions } = this.given.scope;
    if (collection !== '' && !definitions.collection(this.namespace, collection)) return false;
    const own = collection === '' ? null : definitions.writePolicy(this.namespace, collection);
    const checked = own && own !== this.chaincodePolicy ? collection : '';
    if (this.passed.has(checked)) return true;
    if (!this.satisfies(own ?? this.chaincodePolicy)) return false;
    this.passed.add(checked);
    this.anyChecked = true;
    return true;
  }

  private keyPolicy({ row }: WrittenRow): Policy | null {
    const { state, policies } = this.given.scope;
    const bytes = state.at(row)?.metadata.get(VALIDATION_PARAMETER);
    if (!bytes || bytes.length === 0) return null;
    try {
      return policies.keyPolicy(bytes);
    } catch {
      // Real peers stop the channel on bytes that are no policy; refusing the write keeps the ledger alive.
      return () => 'key policy cannot be read';
    }
  }

  private satisfies(policy: Policy): boolean {
    const known = this.satisfied.get(policy);
    if (known !== undefined) return known;
    const isSatisfied = policy(this.given.endorsers) === null;
    this.satisfied.set(policy, isSatisfied);
    return isSatisfied;
  }
}

function writes({ collections, ...open }: ParsedNamespace): boolean {
  return [open, ...collections].some((set) => set.writes.length + set.metadataWrites.length > 0);
}

function writtenRows({ collections, ...open }: ParsedNamespace): WrittenRow[] {
  const rowsOf = ({ writes: values, metadataWrites }: KeySet, collection: string): WrittenRow[] =>
    [...values, ...metadataWrites].map(({ row }) => ({ collection, row }));
  return [...rowsOf(open, ''), ...collections.flatMap((hashed) => rowsOf(hashed, hashed.name))];
}

/** Remembers the rows whose metadata this (endorsed) transaction writes. */
export function notePolicyChanges(action: EndorsedAction, changes: PolicyChanges): void {
  for (const { collections, ...open } of action.sets) {
    for (const { metadataWrites } of [open, ...collections]) {
      for (const { row } of metadataWrites) changes.add(row);
    }
  }
}
