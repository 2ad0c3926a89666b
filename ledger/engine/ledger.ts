// The engine's public interface, for the services in grpc/ and for tests in process.
import type { common, peer } from '@hyperledger/fabric-protos';
import type { ChaincodeDefinition } from '../fabric/channel-config.js';
import type { FaultInjector } from './faults.js';

/** A checked member: its MSP, role by NodeOU, and certificate. */
export interface Identity {
  readonly mspId: string;
  readonly role: 'client' | 'peer' | 'admin' | 'orderer';
  readonly certPem: string;
}

export interface SignedData {
  readonly creator: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

export type ChannelRight = 'Readers' | 'Writers';

export interface TransactionStatus {
  readonly code: number;
  readonly blockNumber: bigint;
}

/** Each layout is one minimal set of organisations whose peers' endorsements satisfy every policy concerned. */
export interface EndorsementPlan {
  readonly layouts: readonly (readonly string[])[];
}

export interface KeyValue {
  readonly namespace: string;
  readonly key: string;
  readonly value: Uint8Array;
}

/** A change of a public key by a valid transaction. */
export interface KeyModification {
  readonly txId: string;
  readonly value: Uint8Array;
  readonly isDelete: boolean;
  /** The proposal's. */
  readonly timestamp: { readonly seconds: number; readonly nanos: number };
}

/** Results come in the peer's batches (up to 100); the peer has by then read one further, which phantoms cover. */
export interface QueryBatch<Result> {
  readonly results: Result[];
  readonly hasMore: boolean;
  /** Paged queries only: how many came and where the next page begins. */
  readonly page?: { readonly fetched: number; readonly bookmark: string };
}

export interface Query<Result> {
  next(): Promise<QueryBatch<Result>>;
  close(): void;
}

export type StateQuery = Query<KeyValue>;
export type HistoryQuery = Query<KeyModification>;

/** Both empty: no page is asked for. */
export interface PageRequest {
  readonly pageSize: number;
  readonly bookmark: string;
}

/** A collection of '' is the public state of the chaincode's own namespace. Errors carry Fabric's inner text. */
export interface Simulation {
  getState(collection: string, key: string): Promise<Uint8Array | null>;
  getStateMultiple(collection: string, keys: readonly string[]): Promise<(Uint8Array | null)[]>;
  putState(collection: string, key: string, value: Uint8Array): void;
  deleteState(collection: string, key: string): void;
  purgePrivateData(collection: string, key: string): void;
  getStateMetadata(collection: string, key: string): Promise<Map<string, Uint8Array>>;
  putStateMetadata(collection: string, key: string, metadataKey: string, value: Uint8Array): void;
  getPrivateDataHash(collection: string, key: string): Promise<Uint8Array | null>;
  /** An empty start or end is unbounded, except that an empty start never includes composite keys (shim's rule). */
  getStateByRange(collection: string, start: string, end: string, page?: PageRequest): Promise<StateQuery>;
  getHistoryForKey(key: string): Promise<HistoryQuery>;
  /** Rich queries are refused, as on a peer with LevelDB, after all other checks. */
  executeQuery(collection: string, page?: PageRequest): Promise<never>;
}

export interface ChaincodeInvocation {
  readonly channel: string;
  /** Whose peer asks. */
  readonly mspId: string;
  readonly chaincode: string;
  readonly txId: string;
  readonly signedProposal: peer.SignedProposal;
  readonly input: peer.ChaincodeInput;
  readonly simulation: Simulation;
  /** Runs another chaincode in the same transaction; what it writes goes into its own namespace. */
  readonly invoke: (target: InvocationTarget) => Promise<ChaincodeResult>;
  readonly signal?: AbortSignal;
}

/** The chaincode to invoke; an empty channel is the caller's own. */
export interface InvocationTarget {
  readonly chaincode: string;
  readonly channel: string;
  readonly input: peer.ChaincodeInput;
}

export interface ChaincodeAnswer {
  readonly response: { readonly status: number; readonly message: string; readonly payload: Uint8Array };
  readonly event: { readonly name: string; readonly payload: Uint8Array } | null;
}

/** What chaincode answered, or what it gave up with (its message ERROR). */
export type ChaincodeResult = ChaincodeAnswer | { readonly failure: Uint8Array };

/**
 * Runs chaincode for one peer. Throws when the chaincode cannot be executed; the peer's answer is then
 * `error in simulation: failed to execute transaction <id>: <message>`.
 */
export interface ChaincodeRunner {
  run(invocation: ChaincodeInvocation): Promise<ChaincodeResult>;
}

export interface Endorsing {
  /** The organisation whose peer endorses. */
  readonly mspId: string;
  readonly signedProposal: peer.SignedProposal;
  readonly runner: ChaincodeRunner;
  readonly signal?: AbortSignal;
}

export interface Engine {
  readonly channel: string;
  readonly faults: FaultInjector;
  mspIds(): readonly string[];
  hasChaincode(name: string): boolean;
  /** The chaincode's definition as committed, or null. */
  chaincode(name: string): ChaincodeDefinition | null;
  /** Number of blocks. */
  height(): bigint;
  /**
   * A block with the private writes that this organisation's peer holds of it and this identity may see: everything,
   * but of collections with `memberOnlyRead` only what it is a member of.
   */
  blockWithPrivateData(
    number: bigint,
    reader: { readonly mspId: string; readonly creator: Uint8Array },
  ): Promise<peer.BlockAndPrivateData | null>;

  /** Checks certificate, signature and channel right; throws AccessDenied. */
  checkAccess(data: SignedData, right: ChannelRight): Identity;
  /**
   * What a peer's ProcessProposal does. A response with status >= 400 comes back unsigned; the simulated transaction's
   * ChaincodeInterest is in `getInterest()`. Throws EndorserRefusal or AccessDenied (gRPC errors on real peers) or
   * PeerUnavailable.
   */
  processProposal(request: Endorsing): Promise<peer.ProposalResponse>;
  /** Throws NoEndorsementPlan. Layouts hold peers that are up only. */
  planEndorsement(interest: peer.ChaincodeInterest): EndorsementPlan;

  /** Resolves when the envelope is accepted for ordering; throws OrderingRefusal. */
  order(envelope: common.Envelope): Promise<void>;
  /** Cuts what waits into one block and resolves when it is committed. */
  cut(): Promise<void>;
  transactionStatus(txId: string): Promise<TransactionStatus | null>;
  /** Rejects with the signal's reason when aborted, with EngineClosed when the engine closes. */
  waitForTransaction(txId: string, signal?: AbortSignal): Promise<TransactionStatus>;
  block(number: bigint): Promise<common.Block | null>;
  blockBytes(number: bigint): Promise<Uint8Array | null>;
  blockOfTransaction(txId: string): Promise<bigint | null>;
  /** Blocks from this number on, waiting for new ones; ends when the signal aborts or the engine closes. */
  blocks(from: bigint, signal?: AbortSignal): AsyncIterable<common.Block>;
  /** Resolves when the ledger holds more than `height` blocks, the signal aborts or the engine closes. */
  waitForHeight(height: bigint, signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
