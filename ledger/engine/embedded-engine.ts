// The engine: puts its parts together behind the Engine interface and runs its one loop, batch in, block out.
import { common, peer } from '@hyperledger/fabric-protos';
import { ChannelPolicies } from '../fabric/channel-policies.js';
import { Committer } from './commit.js';
import { channelGroup, configEnvelope } from '../fabric/config-block.js';
import { Definitions } from '../fabric/definitions.js';
import { accessDeniedText, Endorser } from './endorser.js';
import { planEndorsement } from './endorsement-plan.js';
import { GroupCommit } from './group-commit.js';
import { AccessDenied } from '../fabric/refusals.js';
import { EngineClosed, NoEndorsementPlan } from './errors.js';
import { type ChaincodeDefinition, type ChannelConfig } from '../fabric/channel-config.js';
import {
  type ChannelRight,
  type Endorsing,
  type EndorsementPlan,
  type Engine,
  type Identity,
  type SignedData,
  type TransactionStatus,
} from './ledger.js';
import { isValidIdentity, MspRegistry, type KnownIdentity } from '../fabric/identity.js';
import { decodePlace, type LedgerMeta, type TransactionPlace } from './ledger-meta.js';
import { definitionSet } from '../fabric/lifecycle.js';
import { Ordering, type OrderedEnvelope } from './ordering.js';
import { sha256 } from '../fabric/protobuf.js';
import { parseReadWriteSet } from '../fabric/read-write-set.js';
import { blockAndPrivateData } from './private-delivery.js';
import { Signer } from '../fabric/signer.js';
import { StateCache } from './state-cache.js';
import { blockKey, transactionKey, type Store } from '../fabric/store.js';
import type { ParsedEnvelope } from '../fabric/transaction.js';
import { SeededFaults } from './fault-injector.js';

const DEFAULT_TOTAL_QUERY_LIMIT = 100_000;
const PLAN_CACHE_LIMIT = 1_000;

export class EmbeddedEngine implements Engine {
  readonly channel: string;
  readonly faults = new SeededFaults();
  private readonly msps: MspRegistry;
  private readonly policies: ChannelPolicies;
  private readonly definitions: Definitions;
  private readonly endorser: Endorser;
  private readonly committer: Committer;
  private readonly ordering: Ordering;
  private readonly peers: KnownIdentity[];
  private readonly orderer: Signer;
  private readonly clock: () => number;
  private readonly store: Store;
  private readonly plans = new Map<string, EndorsementPlan>();
  private commits: Promise<void> = Promise.resolve();
  private wakers = new Set<() => void>();
  private failure: EngineClosed | null = null;

  constructor(
    private readonly config: ChannelConfig,
    onDisk: Store,
    meta: LedgerMeta,
  ) {
    const store = new GroupCommit(new StateCache(onDisk), (cause) => this.failedWrite(cause));
    this.store = store;
    this.channel = config.channel;
    this.clock = config.clock ?? Date.now;
    const mspIds = this.mspIds();
    this.msps = new MspRegistry([...config.organisations.map(({ msp }) => msp), config.orderer.msp]);
    this.policies = new ChannelPolicies(mspIds, config.channelPolicies);
    this.definitions = new Definitions(config.chaincodes, mspIds, this.policies);
    this.orderer = new Signer(config.orderer.msp.mspId, config.orderer);
    const signers = new Map(
      config.organisations.map(({ msp, peer: own }) => [msp.mspId, new Signer(msp.mspId, own)]),
    );
    this.peers = mspIds.map((mspId) => this.peerIdentity(mspId, signers));
    const shared = { msps: this.msps, policies: this.policies, definitions: this.definitions, store };
    this.committer = new Committer({ ...shared, faults: this.faults, orderer: this.orderer }, meta);
    this.endorser = new Endorser({
      ...shared,
      faults: this.faults,
      signers,
      channel: config.channel,
      timeWindowMs: config.timeWindowMs,
      totalQueryLimit: config.totalQueryLimit ?? DEFAULT_TOTAL_QUERY_LIMIT,
      clock: this.clock,
      height: () => this.committer.height,
    });
    this.ordering = new Ordering({
      config,
      clock: this.clock,
      msps: this.msps,
      policies: this.policies,
      faults: this.faults,
      store,
      deliver: (batch) => this.deliver(batch),
    });
    this.faults.onChange(() => this.wake());
  }

  /** Appends the genesis block, or a configuration block when the settings differ from those in force. */
  async applyConfiguration(): Promise<void> {
    const group = channelGroup(this.config);
    const definitions = Buffer.from(JSON.stringify(this.config.chaincodes));
    const hash = sha256(group.serializeBinary(), definitions).toString('hex');
    const meta = this.committer.ledgerMeta;
    if (meta.height > 0 && meta.configHash === hash) return;
    const sequence = meta.height === 0 ? 0 : meta.configSequence + 1;
    const bytes = configEnvelope(
      { channel: this.channel, group, sequence, nowMs: this.clock() },
      this.orderer,
    );
    const { VALID } = peer.TxValidationCode;
    const envelope: ParsedEnvelope = { bytes, code: VALID, txId: '', type: 1, action: null };
    await this.committer.commitConfiguration(envelope, {
      sequence,
      hash,
      sets: parseReadWriteSet(definitionSet(this.config.chaincodes).serializeBinary()),
    });
  }

  mspIds(): readonly string[] {
    return this.config.organisations.map(({ msp }) => msp.mspId);
  }

  hasChaincode(name: string): boolean {
    return this.definitions.chaincode(name) !== null;
  }

  chaincode(name: string): ChaincodeDefinition | null {
    return this.definitions.chaincode(name)?.definition ?? null;
  }

  height(): bigint {
    return BigInt(this.committer.height);
  }

  checkAccess(data: SignedData, right: ChannelRight): Identity {
    const identity = this.msps.deserialize(data.creator);
    const genuine = identity && this.msps.verify(identity, data.message, data.signature);
    const policy = this.policies.named(right);
    const refused = policy && policy(genuine ? [identity] : []);
    if (refused !== null || !identity || identity.role === null || !isValidIdentity(identity)) {
      throw new AccessDenied(accessDeniedText(this.channel, right, refused ?? 'identity is not valid'));
    }
    return { mspId: identity.mspId, role: identity.role, certPem: identity.certPem };
  }

  processProposal(request: Endorsing): Promise<peer.ProposalResponse> {
    return this.whileOpen(() => this.endorser.process(request));
  }

  planEndorsement(interest: peer.ChaincodeInterest): EndorsementPlan {
    if (interest.getChaincodesList().length === 0) throw new NoEndorsementPlan('chaincode interest is empty');
    const peers = this.peers.filter(({ mspId }) => !this.faults.isPeerDown(mspId));
    const asked = Buffer.from(interest.serializeBinary()).toString('latin1');
    const cacheKey = `${peers.map(({ mspId }) => mspId).join()}/${asked}`;
    const known = this.plans.get(cacheKey);
    if (known) return known;
    const plan = planEndorsement(interest, { channel: this.channel, definitions: this.definitions, peers });
    if (this.plans.size >= PLAN_CACHE_LIMIT) this.plans.clear();
    this.plans.set(cacheKey, plan);
    return plan;
  }

  /** Takes up what had been accepted for ordering before the ledger was closed or died. */
  recover(): Promise<void> {
    return this.ordering.recover();
  }

  order(envelope: common.Envelope): Promise<void> {
    return this.whileOpen(() => this.ordering.order(envelope));
  }

  async cut(): Promise<void> {
    this.checkOpen();
    this.ordering.cut();
    // A failed commit shows as the engine's failure.
    await this.commits.catch(() => undefined);
    this.checkOpen();
  }

  transactionStatus(txId: string): Promise<TransactionStatus | null> {
    return Promise.resolve(this.statusOf(txId));
  }

  async waitForTransaction(txId: string, signal?: AbortSignal): Promise<TransactionStatus> {
    const isSilent = this.faults.takeSilence();
    for (;;) {
      const status = isSilent ? null : this.statusOf(txId);
      if (status) return status;
      this.checkOpen();
      signal?.throwIfAborted();
      await this.nextChange(signal);
    }
  }

  block(number: bigint): Promise<common.Block | null> {
    const bytes = this.read(blockKey(Number(number)));
    return Promise.resolve(bytes && common.Block.deserializeBinary(bytes));
  }

  blockBytes(number: bigint): Promise<Uint8Array | null> {
    return Promise.resolve(this.read(blockKey(Number(number))));
  }

  async blockWithPrivateData(
    number: bigint,
    reader: { readonly mspId: string; readonly creator: Uint8Array },
  ): Promise<peer.BlockAndPrivateData | null> {
    const snapshot = this.store.snapshot();
    try {
      const identity = this.msps.deserialize(reader.creator);
      if (!identity) throw new AccessDenied('identity is not valid');
      const asking = { snapshot, definitions: this.definitions, mspId: reader.mspId, identity };
      return await blockAndPrivateData(Number(number), asking);
    } finally {
      snapshot.close();
    }
  }

  blockOfTransaction(txId: string): Promise<bigint | null> {
    const place = this.placeOf(txId);
    return Promise.resolve(place && BigInt(place.block));
  }

  async *blocks(from: bigint, signal?: AbortSignal): AsyncIterable<common.Block> {
    for (let number = from; ; number++) {
      await this.waitForHeight(number, signal);
      if (signal?.aborted || this.failure) return;
      const block = await this.block(number);
      if (!block) return;
      yield block;
    }
  }

  async waitForHeight(height: bigint, signal?: AbortSignal): Promise<void> {
    while (this.height() <= height && !signal?.aborted && !this.failure) await this.nextChange(signal);
  }

  async close(): Promise<void> {
    if (this.failure) return;
    this.ordering.stop();
    this.ordering.cut();
    await this.commits.catch(() => undefined);
    this.fail(new EngineClosed('the ledger was closed'));
    await this.store.close();
  }

  private deliver(batch: readonly OrderedEnvelope[]): Promise<void> {
    this.commits = this.commits.then(async () => {
      this.checkOpen();
      try {
        await this.committer.commit(batch);
        this.ordering.committed(batch);
      } catch (cause) {
        this.failedWrite(cause);
        throw cause;
      }
      this.wake();
    });
    return this.commits;
  }

  /** Whether it is on disk is unknown until a restart. */
  private failedWrite(cause: unknown): void {
    this.fail(new EngineClosed('the ledger stopped because it could not write', { cause }));
  }

  /** Work that writes; if the ledger fails meanwhile, the caller gets that failure. */
  private async whileOpen<T>(work: () => Promise<T>): Promise<T> {
    this.checkOpen();
    try {
      return await work();
    } catch (error) {
      this.checkOpen();
      throw error;
    }
  }

  private checkOpen(): void {
    if (this.failure) throw this.failure;
  }

  private fail(failure: EngineClosed): void {
    this.failure ??= failure;
    this.ordering.stop();
    this.wake();
  }

  private wake(): void {
    const wakers = this.wakers;
    this.wakers = new Set();
    for (const waker of wakers) waker();
  }

  /** Resolves at the next block, switch, closing, or when the signal aborts. */
  private nextChange(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) {
        resolve();
        return;
      }
      const wake = (): void => {
        signal?.removeEventListener('abort', wake);
        // A caller that gave up must not be remembered until the next block.
        this.wakers.delete(wake);
        resolve();
      };
      this.wakers.add(wake);
      signal?.addEventListener('abort', wake, { once: true });
    });
  }

  private statusOf(txId: string): TransactionStatus | null {
    const place = this.faults.statusWithheld ? null : this.placeOf(txId);
    return place && { code: place.code, blockNumber: BigInt(place.block) };
  }

  private placeOf(txId: string): TransactionPlace | null {
    const stored = this.read(transactionKey(txId));
    return stored && decodePlace(stored);
  }

  private read(key: string): Uint8Array | null {
    const snapshot = this.store.snapshot();
    try {
      return snapshot.get(key);
    } finally {
      snapshot.close();
    }
  }

  private peerIdentity(mspId: string, signers: ReadonlyMap<string, Signer>): KnownIdentity {
    const creator = signers.get(mspId)?.creator;
    const identity = creator && this.msps.deserialize(creator);
    if (identity?.role === 'peer') return identity;
    throw new Error(`The certificate of the peer of ${mspId} is not a peer certificate of its own MSP.`);
  }
}
