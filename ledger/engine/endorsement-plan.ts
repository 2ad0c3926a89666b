// Which organisations' peers must endorse: the minimal sets that satisfy every policy a transaction meets.
import type { peer } from '@hyperledger/fabric-protos';
import { NoEndorsementPlan } from './errors.js';
import { type EndorsementPlan } from './ledger.js';
import type { Definitions } from '../fabric/definitions.js';
import type { KnownIdentity } from '../fabric/identity.js';
import { compileSignaturePolicy, type Policy } from '../fabric/signature-policy.js';

export interface PlanScope {
  readonly channel: string;
  readonly definitions: Definitions;
  /** One peer per organisation, those that are up. */
  readonly peers: readonly KnownIdentity[];
}

/** With one peer per organisation a plan is an enumeration of subsets through the evaluator validation uses. */
export function planEndorsement(interest: peer.ChaincodeInterest, scope: PlanScope): EndorsementPlan {
  const calls = interest.getChaincodesList();
  const policies = calls.flatMap((call) => policiesOf(call, scope));
  const candidates = scope.peers.filter((member) =>
    calls.every((call) => mayRead(call, member.mspId, scope)),
  );
  const layouts = minimalSets(candidates, (members) => policies.every((policy) => policy(members) === null));
  if (layouts.length === 0)
    throw new NoEndorsementPlan('no peer combination can satisfy the endorsement policy');
  return { layouts: layouts.map((layout) => layout.map((member) => member.mspId)) };
}

function policiesOf(call: peer.ChaincodeCall, scope: PlanScope): Policy[] {
  const defined = scope.definitions.chaincode(call.getName());
  if (!defined) {
    throw new NoEndorsementPlan(
      `No metadata was found for chaincode ${call.getName()} in channel ${scope.channel}`,
    );
  }
  const keyPolicies = call.getKeyPoliciesList().map(keyPolicy);
  if (call.getDisregardNamespacePolicy()) return keyPolicies;
  const collections = call.getCollectionNamesList();
  if (collections.length === 0) return [defined.policy, ...keyPolicies];
  const own = collections.map(
    (collection) => scope.definitions.writePolicy(call.getName(), collection) ?? defined.policy,
  );
  return [...own, ...keyPolicies];
}

function keyPolicy(envelope: Parameters<typeof compileSignaturePolicy>[0]): Policy {
  try {
    return compileSignaturePolicy(envelope);
  } catch (cause) {
    throw new NoEndorsementPlan('state based endorsement policy cannot be satisfied', { cause });
  }
}

/** Private data that was read can be endorsed by the collections' members only. */
function mayRead(call: peer.ChaincodeCall, mspId: string, scope: PlanScope): boolean {
  if (call.getNoPrivateReads()) return true;
  return call
    .getCollectionNamesList()
    .every(
      (collection) => scope.definitions.collection(call.getName(), collection)?.isMember(mspId) ?? false,
    );
}

/** Depth first, indispensable organisations first; a branch ends when what remains cannot satisfy the policies. */
function minimalSets(
  peers: readonly KnownIdentity[],
  satisfied: (members: readonly KnownIdentity[]) => boolean,
): KnownIdentity[][] {
  if (satisfied([])) return peers.map((member) => [member]);
  const without = (all: readonly KnownIdentity[], member: KnownIdentity): KnownIdentity[] =>
    all.filter((other) => other !== member);
  const isNeeded = (member: KnownIdentity): boolean => !satisfied(without(peers, member));
  const ordered = [...peers.filter(isNeeded), ...peers.filter((member) => !isNeeded(member))];
  const found: KnownIdentity[][] = [];
  const search = (chosen: readonly KnownIdentity[], rest: readonly KnownIdentity[]): void => {
    if (satisfied(chosen)) {
      if (!chosen.some((member) => satisfied(without(chosen, member)))) found.push([...chosen]);
      return;
    }
    const [next, ...later] = rest;
    if (!next || !satisfied([...chosen, ...rest])) return;
    search([...chosen, next], later);
    search(chosen, later);
  };
  search([], ordered);
  return found.sort((one, other) => one.length - other.length);
}
