// The engine's public face: what the services (wire/) and the in-process tests may know of the embedded ledger.
// Types and typed errors only; it must not hold state, speak gRPC or know any application.
import type { common, peer } from '@hyperledger/fabric-protos';

/** PEM certificate and PKCS#8 (or SEC1) PEM private key of a node. */
export interface SigningIdentity {
  certPem: string;
  keyPem: string;
}

/** One member's MSP, NodeOUs on (client, peer, admin, orderer), as in Fabric's `msp/` folder. */
export interface OrganisationConfig {
  mspId: string;
  caCertsPem: string[];
  intermediatesPem?: string[];
  revocationListsPem?: string[];
}

/**
 * A policy in one of three spellings: Fabric's signature policy language (`AND('A.peer', OutOf(1, 'B.peer'))`),
 * a reference to a channel policy (`/Channel/Application/Agreement`), or, for channel policies only, an implicit
 * meta policy (`MAJORITY Endorsement`).
 */
export type PolicySource = string;

export interface CollectionConfig {
  name: string;
  /** Whose peers hold the content (signature policy language). */
  memberOrgsPolicy: PolicySource;
  /** Overrides the chaincode's policy for writes to this collection. */
  endorsementPolicy?: PolicySource;
  memberOnlyRead?: boolean;
  memberOnlyWrite?: boolean;
  /** Rows end after so many blocks; absent or 0: never. */
  blockToLive?: number;
  /** Dissemination: noted in the definition; one process has every member's share at once. */
  requiredPeerCount?: number;
  maxPeerCount?: number;
}

export interface ChaincodeDefinition {
  name: string;
  version: string;
  sequence: number;
  endorsementPolicy: PolicySource;
  collections?: CollectionConfig[];
}

export interface LedgerConfig {
  channel: string;
  organisations: { msp: OrganisationConfig; peer: SigningIdentity }[];
  orderer: SigningIdentity & { msp: OrganisationConfig };
  chaincodes: ChaincodeDefinition[];
  /** Application policies by name beside the built-in Readers, Writers, Admins, Endorsement, LifecycleEndorsement. */
  channelPolicies: Record<string, PolicySource>;
  /** A proposal's timestamp may differ from the peer's clock by this much; 0 switches the check off. */
  timeWindowMs: number;
  /** 0: no timer, blocks are cut by size or by `cut()` only. */
  batchTimeoutMs: number;
  maxMessageCount: number;
  preferredMaxBytes: number;
  absoluteMaxBytes: number;
  /** Reads of many rows end silently after this many results, as on a peer (default 100 000). */
  totalQueryLimit?: number;
  /** Envelopes accepted for ordering and not yet in a block: how many, and how many bytes (defaults 5 000, 256 MiB). */
  maxPendingEnvelopes?: number;
  maxPendingBytes?: number;
  /** How long a submission waits for room among them (default 5 s). */
  submitTimeoutMs?: number;
  /** The peers' and the orderer's clock, milliseconds since the epoch. Defaults to Date.now. */
  clock?: () => number;
}

/** A checked member: its MSP, role by NodeOU, and certificate. */
export interface Identity {
  mspId: string;
  role: 'client' | 'peer' | 'admin' | 'orderer';
  certPem: string;
}

export interface SignedData {
  creator: Uint8Array;
  message: Uint8Array;
  signature: Uint8Array;
}

export type ChannelRight = 'Readers' | 'Writers';

export interface TransactionStatus {
  code: number;
  blockNumber: bigint;
}

/** Each layout is one minimal set of organisations whose peers' endorsements satisfy every policy concerned. */
export interface EndorsementPlan {
  layouts: readonly (readonly string[])[];
}

export interface KeyValue {
  namespace: string;
  key: string;
  value: Uint8Array;
}

/** A change of a public key by a valid transaction. */
export interface KeyModification {
  txId: string;
  value: Uint8Array;
  isDelete: boolean;
  /** The proposal's. */
  timestamp: { seconds: number; nanos: number };
}

/** Results come in the peer's batches (up to 100); the peer has by then read one further, which phantoms cover. */
export interface QueryBatch<Result> {
  results: Result[];
  hasMore: boolean;
  /** Paged queries only: how many came and where the next page begins. */
  page?: { fetched: number; bookmark: string };
}

export interface Query<Result> {
  next(): Promise<QueryBatch<Result>>;
  close(): void;
}

export type StateQuery = Query<KeyValue>;
export type HistoryQuery = Query<KeyModification>;

/** Both empty: no page is asked for. */
export interface PageRequest {
  pageSize: number;
  bookmark: string;
}

/** A collection of '' is the public state of the chaincode's own namespace. Errors carry Fabric's inner text. */
export interface Simulation {
  getState(collection: string, key: string): Promise<Uint8Array | undefined>;
  getStateMultiple(collection: string, keys: readonly string[]): Promise<(Uint8Array | undefined)[]>;
  putState(collection: string, key: string, value: Uint8Array): void;
  deleteState(collection: string, key: string): void;
  purgePrivateData(collection: string, key: string): void;
  getStateMetadata(collection: string, key: string): Promise<Map<string, Uint8Array>>;
  putStateMetadata(collection: string, key: string, metadataKey: string, value: Uint8Array): void;
  getPrivateDataHash(collection: string, key: string): Promise<Uint8Array | undefined>;
  /** An empty start or end is unbounded, except that an empty start never includes composite keys (shim's rule). */
  getStateByRange(collection: string, start: string, end: string, page?: PageRequest): Promise<StateQuery>;
  getHistoryForKey(key: string): Promise<HistoryQuery>;
  /** Rich queries are refused, as on a peer with LevelDB, after what else would refuse them. */
  executeQuery(collection: string, page?: PageRequest): Promise<never>;
}

export interface ChaincodeInvocation {
  channel: string;
  /** Whose peer asks. */
  mspId: string;
  chaincode: string;
  txId: string;
  signedProposal: peer.SignedProposal;
  input: peer.ChaincodeInput;
  simulation: Simulation;
  /** Runs another chaincode in the same transaction; what it writes goes into its own namespace. */
  invoke: (target: InvocationTarget) => Promise<ChaincodeResult>;
  signal?: AbortSignal;
}

/** Whom chaincode asks to invoke; an empty channel is its own. */
export interface InvocationTarget {
  chaincode: string;
  channel: string;
  input: peer.ChaincodeInput;
}

export interface ChaincodeAnswer {
  response: { status: number; message: string; payload: Uint8Array };
  event?: { name: string; payload: Uint8Array };
}

/** What chaincode answered, or what it gave up with (its message ERROR). */
export type ChaincodeResult = ChaincodeAnswer | { failure: Uint8Array };

/**
 * Runs chaincode for one peer. Throws when the chaincode cannot be executed; the peer's answer is then
 * `error in simulation: failed to execute transaction <id>: <message>`.
 */
export interface ChaincodeRunner {
  run(invocation: ChaincodeInvocation): Promise<ChaincodeResult>;
}

export interface Endorsing {
  /** The organisation whose peer endorses. */
  mspId: string;
  signedProposal: peer.SignedProposal;
  runner: ChaincodeRunner;
  signal?: AbortSignal;
}

export interface Engine {
  readonly channel: string;
  readonly trouble: TroubleSwitches;
  mspIds(): readonly string[];
  hasChaincode(name: string): boolean;
  /** The chaincode's definition as committed, or undefined. */
  chaincode(name: string): ChaincodeDefinition | undefined;
  /** Number of blocks. */
  height(): bigint;
  /**
   * A block with the private writes that this organisation's peer holds of it and this identity may see: everything,
   * but of collections with `memberOnlyRead` only what it is a member of.
   */
  blockWithPrivateData(
    number: bigint,
    reader: { mspId: string; creator: Uint8Array },
  ): Promise<peer.BlockAndPrivateData | undefined>;

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
  transactionStatus(txId: string): Promise<TransactionStatus | undefined>;
  /** Rejects with the signal's reason when aborted, with EngineClosed when the engine closes. */
  waitForTransaction(txId: string, signal?: AbortSignal): Promise<TransactionStatus>;
  block(number: bigint): Promise<common.Block | undefined>;
  blockBytes(number: bigint): Promise<Uint8Array | undefined>;
  blockOfTransaction(txId: string): Promise<bigint | undefined>;
  /** Blocks from this number on, waiting for new ones; ends when the signal aborts or the engine closes. */
  blocks(from: bigint, signal?: AbortSignal): AsyncIterable<common.Block>;
  /** Resolves when the ledger holds more than `height` blocks, the signal aborts or the engine closes. */
  waitForHeight(height: bigint, signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Faults on demand; reachable by whoever holds the object, never through the network. */
export interface TroubleSwitches {
  setPeerDown(mspId: string, down: boolean): void;
  isPeerDown(mspId: string): boolean;
  pauseOrdering(): void;
  resumeOrdering(): void;
  /** The next `count` submissions are ordered but answered with an error. */
  loseAnswers(count: number): void;
  /** The next `count` submissions are ordered but answered "request already processed". */
  answerAlreadyProcessed(count: number): void;
  /** While on, waitForTransaction and transactionStatus keep silent. */
  withholdStatus(withheld: boolean): void;
  /** The next `count` otherwise valid transactions get code 11 (MVCC_READ_CONFLICT). */
  forceConflicts(count: number): void;
  /** Endorsements at this organisation's peer take so much longer; 0 switches it off. */
  slowEndorser(mspId: string, delayMs: number): void;
  /** From now on trouble comes by itself, the same for the same seed and the same requests in the same order. */
  atRandom(random: RandomTrouble): void;
  /** Everything as it should be: peers up, ordering on, nothing more by number or at random. */
  calm(): void;
}

/** What may go wrong by itself, decided anew for each proposal, submission, transaction or status request. */
export const troubleKinds = [
  'peerDown',
  'slowEndorser',
  'loseAnswer',
  'answerAlreadyProcessed',
  'forceConflict',
  'withholdStatus',
] as const;
export type TroubleKind = (typeof troubleKinds)[number];

export interface RandomTrouble {
  seed: string;
  /** Of each kind, from 0 to 1; absent: never. */
  probability: Partial<Record<TroubleKind, number>>;
  /** How long a slow endorser takes. */
  delayMs: number;
}

/** A failure that a client may see; the message is Fabric's wording. */
abstract class EngineError extends Error {
  abstract readonly code: string;
}

/** Creator, signature or channel right refused. */
export class AccessDenied extends EngineError {
  override readonly name = 'AccessDenied';
  readonly code = 'ACCESS_DENIED';
}

/** A peer answers a proposal with an error. */
export class EndorserRefusal extends EngineError {
  override readonly name = 'EndorserRefusal';
  readonly code = 'ENDORSER_REFUSAL';
}

/** The organisation's peer is down. */
export class PeerUnavailable extends EngineError {
  override readonly name = 'PeerUnavailable';
  readonly code = 'PEER_UNAVAILABLE';
}

/** No combination of peers satisfies the policies. */
export class NoEndorsementPlan extends EngineError {
  override readonly name = 'NoEndorsementPlan';
  readonly code = 'NO_ENDORSEMENT_PLAN';
}

/** The text is what follows `<MESSAGE> failed: transaction ID: <id>: ` on a real peer. */
export class SimulationError extends EngineError {
  override readonly name = 'SimulationError';
  readonly code = 'SIMULATION_ERROR';
}

export type OrderingStatus =
  'BAD_REQUEST' | 'FORBIDDEN' | 'NOT_FOUND' | 'REQUEST_ENTITY_TOO_LARGE' | 'SERVICE_UNAVAILABLE';

/** The orderer's answer other than SUCCESS. `unknown` outcomes (trouble) carry SERVICE_UNAVAILABLE. */
export class OrderingRefusal extends EngineError {
  override readonly name = 'OrderingRefusal';
  readonly code = 'ORDERING_REFUSAL';
  constructor(
    readonly status: OrderingStatus,
    readonly info: string,
  ) {
    super(`status=${status}, info=${info}`);
  }
}

/** The engine was closed while the caller waited, or by a failed write. */
export class EngineClosed extends EngineError {
  override readonly name = 'EngineClosed';
  readonly code = 'ENGINE_CLOSED';
}

/** The data folder cannot be trusted; the message names the place and the next step. */
export class LedgerDamaged extends EngineError {
  override readonly name = 'LedgerDamaged';
  readonly code = 'LEDGER_DAMAGED';
}
