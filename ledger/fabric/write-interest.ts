// Which policies a simulated transaction has to satisfy: Fabric's ChaincodeInterest, for the endorsement planner.
import { common, peer } from '@hyperledger/fabric-protos';
import { MalformedMessage, parseMessage } from './protobuf.js';

export const VALIDATION_PARAMETER = 'VALIDATION_PARAMETER';

interface NamespaceInterest {
  /** Collection ('' public) → is its own policy required? */
  readonly required: Map<string, boolean>;
  readonly keyPolicies: Uint8Array[];
}

export class WriteInterest {
  readonly namespaces = new Map<string, NamespaceInterest>();
  readonly privateReads = new Map<string, Set<string>>();

  /** `metadata` is what is committed with the key; a key policy in it replaces the collection's policy. */
  addWrite(namespace: string, collection: string, metadata: ReadonlyMap<string, Uint8Array> | null): void {
    const interest = this.namespace(namespace);
    const keyPolicy = metadata?.get(VALIDATION_PARAMETER);
    if (keyPolicy) interest.keyPolicies.push(keyPolicy);
    else interest.required.set(collection, true);
  }

  addPrivateRead(namespace: string, collection: string): void {
    const collections = this.privateReads.get(namespace) ?? new Set();
    collections.add(collection);
    this.privateReads.set(namespace, collections);
  }

  private namespace(name: string): NamespaceInterest {
    const known = this.namespaces.get(name);
    if (known) return known;
    const interest = { required: new Map([['', false]]), keyPolicies: [] };
    this.namespaces.set(name, interest);
    return interest;
  }
}

/** Namespaces read but not written need the chaincode's policy; throws when a key policy cannot be read. */
export function chaincodeInterest(
  writes: WriteInterest,
  namespacesTouched: readonly string[],
): peer.ChaincodeInterest {
  const message = new peer.ChaincodeInterest();
  const namespaces = namespacesTouched.filter((name) => name !== '_lifecycle');
  message.setChaincodesList(namespaces.flatMap((namespace) => callsOf(writes, namespace)));
  return message;
}

function callsOf(writes: WriteInterest, namespace: string): peer.ChaincodeCall[] {
  const written = writes.namespaces.get(namespace);
  const required = new Map(written?.required ?? [['', true]]);
  const privateReads = writes.privateReads.get(namespace) ?? new Set<string>();
  for (const collection of privateReads) required.set(collection, true);
  const keyPolicies = uniquePolicies(written?.keyPolicies ?? []);
  return [...required].flatMap(([collection, isRequired]) => {
    if (collection !== '') return [collectionCall(namespace, collection, privateReads.has(collection))];
    return publicCall(namespace, keyPolicies, isRequired) ?? [];
  });
}

function publicCall(
  namespace: string,
  keyPolicies: common.SignaturePolicyEnvelope[],
  required: boolean,
): peer.ChaincodeCall | null {
  if (keyPolicies.length === 0 && !required) return null;
  const call = new peer.ChaincodeCall();
  call.setName(namespace);
  call.setKeyPoliciesList(keyPolicies);
  call.setDisregardNamespacePolicy(keyPolicies.length > 0 && !required);
  return call;
}

function collectionCall(namespace: string, collection: string, read: boolean): peer.ChaincodeCall {
  const call = new peer.ChaincodeCall();
  call.setName(namespace);
  call.setCollectionNamesList([collection]);
  call.setNoPrivateReads(!read);
  return call;
}

function uniquePolicies(policies: readonly Uint8Array[]): common.SignaturePolicyEnvelope[] {
  const unique = new Map(policies.map((bytes) => [Buffer.from(bytes).toString('latin1'), bytes]));
  return [...unique.values()].map((bytes) => {
    try {
      return parseMessage(common.SignaturePolicyEnvelope, bytes, 'SignaturePolicyEnvelope');
    } catch (error) {
      if (error instanceof MalformedMessage) throw new Error(error.message, { cause: error });
      throw error;
    }
  });
}
