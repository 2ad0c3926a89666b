// A whole network in this process for tests: members' identities in memory, the real engine on a store in memory,
// contracts run without gRPC. It must not shortcut anything that the ledger checks.
import type { common } from '@hyperledger/fabric-protos';
import { peer } from '@hyperledger/fabric-protos';
import { createRequire } from 'node:module';
import { OrderingRefusal } from '../../ledger/engine/errors.js';
import { type ContractClass, InProcessRunner } from '../../ledger/engine/in-process-runner.js';
import { type ChaincodeRunner, type Engine } from '../../ledger/engine/ledger.js';
import { openEngine } from '../../ledger/engine/open-engine.js';
import { type ChaincodeDefinition, type ChannelConfig } from '../../ledger/fabric/channel-config.js';
import { MemoryStore } from '../../ledger/fabric/memory-store.js';
import { AccessDenied, EndorserRefusal } from '../../ledger/fabric/refusals.js';
import { decodeVersioned } from '../../ledger/fabric/state.js';
import { ownerPrefix, prefixEnd, type Store } from '../../ledger/fabric/store.js';
import { type MadeIdentity, type MadeOrganisation, makeOrganisation } from './identities.js';
import {
  type Committed,
  EndorsementRefused,
  type TestLedger,
  OrderingRefused,
  type PrivateDelivery,
  type RequestOptions,
} from './test-ledger.js';
import { privateRowsWith } from './private-rows.js';
import {
  asClient,
  assemble,
  type Client,
  type PreparedTransaction,
  signedProposal,
  type SignedRequest,
} from './proposals.js';

export { EndorsementsDiffer } from './proposals.js';
export type { Client, PreparedTransaction, SignedRequest } from './proposals.js';

export interface NetworkOptions {
  mspIds: readonly string[];
  /** Contract classes that every organisation's peer runs, unless `contractsOf` says otherwise. */
  contracts: readonly ContractClass[];
  chaincode?: Partial<ChaincodeDefinition>;
  channelPolicies?: Record<string, string>;
  timeWindowMs?: number;
  /** Milliseconds since the epoch; the peers' clock. */
  clock?: () => number;
  store?: Store;
  config?: Partial<ChannelConfig>;
}

const load = createRequire(__filename);

/** The shim prints every refusal of a contract; tests read the refusal itself. */
export function silenceContractLogs(): void {
  for (const file of ['fabric-shim/lib/logger.js', 'fabric-contract-api/lib/logger.js']) {
    (load(file) as { setLevel(level: string): void }).setLevel('CRITICAL');
  }
  process.env['CORE_CHAINCODE_LOGGING_LEVEL'] = 'CRITICAL';
}

export class InProcessLedger implements TestLedger {
  private readonly altered = new Map<string, ChaincodeRunner>();

  private constructor(
    readonly engine: Engine,
    readonly store: Store,
    readonly organisations: ReadonlyMap<string, MadeOrganisation>,
    private readonly runner: ChaincodeRunner,
    readonly config: ChannelConfig,
  ) {}

  static async open(options: NetworkOptions): Promise<InProcessLedger> {
    silenceContractLogs();
    const made = await Promise.all([...options.mspIds, 'OrdererMSP'].map((mspId) => makeOrganisation(mspId)));
    const organisations = new Map(made.map((organisation) => [organisation.mspId, organisation]));
    const config = await ledgerConfig(options, organisations);
    const store = options.store ?? new MemoryStore();
    const engine = await openEngine(config, store);
    return new InProcessLedger(engine, store, organisations, new InProcessRunner(options.contracts), config);
  }

  get channel(): string {
    return this.engine.channel;
  }

  /** Name of the one chaincode. */
  get chaincode(): string {
    return this.config.chaincodes[0]?.name ?? '';
  }

  organisation(mspId: string): MadeOrganisation {
    const organisation = this.organisations.get(mspId);
    if (!organisation) throw new Error(`no organisation ${mspId}`);
    return organisation;
  }

  peerIdentity(mspId: string): MadeIdentity {
    return this.organisation(mspId).peer;
  }

  /** A new client certificate of that organisation, with Fabric CA attributes if given. */
  async client(
    mspId: string,
    name = 'gateway',
    attributes?: Readonly<Record<string, string>>,
  ): Promise<Client> {
    const request = { name, units: ['client'], ...(attributes ? { attributes } : {}) };
    return asClient(await this.organisation(mspId).issue(request));
  }

  /** From now on this organisation's peer runs other code (altered chaincode); without contracts: the usual again. */
  alterChaincode(mspId: string, contracts?: readonly ContractClass[]): void {
    if (contracts) this.altered.set(mspId, new InProcessRunner(contracts));
    else this.altered.delete(mspId);
  }

  runnerOf(mspId: string): ChaincodeRunner {
    return this.altered.get(mspId) ?? this.runner;
  }

  /** Asks one organisation's peer; nothing is ordered. Throws EndorsementRefused. */
  async evaluate(
    client: Client,
    peerMspId: string,
    fn: string,
    args: readonly string[] = [],
    options: Omit<RequestOptions, 'endorsers'> = {},
  ): Promise<Buffer> {
    const request = this.propose(client, fn, args, options);
    const response = await this.askPeer(peerMspId, request.signed);
    return Buffer.from(response.getResponse()?.getPayload_asU8() ?? []);
  }

  /** Endorses without ordering: to be withheld, altered, or ordered together with others. */
  async endorse(
    client: Client,
    fn: string,
    args: readonly string[] = [],
    options: RequestOptions = {},
  ): Promise<PreparedTransaction> {
    const request = this.propose(client, fn, args, options);
    const responses = await this.collect(client, request.signed, options.endorsers);
    return assemble(client, request, responses);
  }

  /** Orders one endorsed transaction in a block of its own and says how it ended. */
  async order(prepared: PreparedTransaction): Promise<Committed> {
    const [committed] = await this.orderTogether([prepared]);
    if (!committed) throw new Error('nothing was ordered');
    return committed;
  }

  /** Orders several endorsed transactions in this order into one block (as far as the block's limits allow). */
  async orderTogether(prepared: readonly PreparedTransaction[]): Promise<Committed[]> {
    for (const { envelope } of prepared) await this.engine.order(envelope);
    await this.engine.cut();
    const outcome = async ({ txId, result }: PreparedTransaction): Promise<Committed> => {
      const status = await this.engine.waitForTransaction(txId);
      return { txId, result, ...status };
    };
    return Promise.all(prepared.map(outcome));
  }

  async orderEnvelopes(envelopes: readonly common.Envelope[]): Promise<number[]> {
    const height = this.engine.height();
    for (const envelope of envelopes) {
      await this.engine.order(envelope).catch((error: unknown) => {
        throw error instanceof OrderingRefusal ? new OrderingRefused(error.message) : error;
      });
    }
    await this.engine.cut();
    const flags = (await this.engine.block(height))?.getMetadata()?.getMetadataList_asU8()[2];
    return [...(flags ?? [])];
  }

  /** Endorse, order, commit. A validity code other than 0 is returned, not thrown. */
  async submit(
    client: Client,
    fn: string,
    args: readonly string[] = [],
    options: RequestOptions = {},
  ): Promise<Committed> {
    return this.order(await this.endorse(client, fn, args, options));
  }

  /** Serialized blocks, as tools read them. */
  async rawBlocks(): Promise<Uint8Array[]> {
    const blocks: Uint8Array[] = [];
    for (let number = 0n; number < this.engine.height(); number++) {
      const bytes = await this.engine.blockBytes(number);
      if (bytes) blocks.push(bytes);
    }
    return blocks;
  }

  /** Everything that this organisation's peer holds privately: `chaincode/collection/key` → value. */
  async privateStoreOf(mspId: string): Promise<Map<string, Buffer>> {
    const snapshot = this.store.snapshot();
    try {
      const prefix = ownerPrefix(mspId);
      const entries = await snapshot.range(prefix, prefixEnd(prefix), Number.MAX_SAFE_INTEGER);
      return new Map(
        entries.map(({ key, value }) => {
          const [chaincode, collection, ...rest] = key.slice(prefix.length).split('\0');
          const name = Buffer.from(rest.join('\0'), 'latin1').toString('utf8');
          return [
            `${chaincode ?? ''}/${collection ?? ''}/${name}`,
            Buffer.from(decodeVersioned(value).value),
          ];
        }),
      );
    } finally {
      snapshot.close();
    }
  }

  async privateStateOf(mspId: string): Promise<{ readonly [key: string]: string }> {
    const entries = [...(await this.privateStoreOf(mspId))];
    return Object.fromEntries(entries.map(([key, value]) => [key, value.toString('base64')]));
  }

  async deliverPrivately({ signer }: Client, peerMspId: string): Promise<PrivateDelivery> {
    const delivered: peer.BlockAndPrivateData[] = [];
    for (let number = 0n; number < this.engine.height(); number++) {
      const reader = { mspId: peerMspId, creator: signer.creator };
      const block = await this.engine.blockWithPrivateData(number, reader);
      if (block) delivered.push(block);
    }
    return { blocks: delivered.length, rows: delivered.flatMap(privateRowsWith) };
  }

  /** A signed proposal, for tests that forge or alter it. */
  propose(client: Client, fn: string, args: readonly string[], options: RequestOptions = {}): SignedRequest {
    const nowMs = options.timestampMs ?? this.config.clock?.() ?? Date.now();
    return signedProposal(client, {
      channel: this.channel,
      chaincode: this.chaincode,
      args: [fn, ...args],
      transient: options.transient ?? {},
      timestampMs: nowMs,
    });
  }

  async askPeer(mspId: string, signedProposal: peer.SignedProposal): Promise<peer.ProposalResponse> {
    const response = await this.answerOf(mspId, signedProposal);
    const status = response.getResponse()?.getStatus() ?? 500;
    if (status < 400) return response;
    throw new EndorsementRefused(mspId, status, response.getResponse()?.getMessage() ?? '');
  }

  /** A real peer tells a proposal that it does not simulate as any other refusal. */
  private async answerOf(mspId: string, signedProposal: peer.SignedProposal): Promise<peer.ProposalResponse> {
    try {
      return await this.engine.processProposal({ mspId, signedProposal, runner: this.runnerOf(mspId) });
    } catch (error) {
      if (!(error instanceof EndorserRefusal || error instanceof AccessDenied)) throw error;
      throw new EndorsementRefused(mspId, 500, error.message);
    }
  }

  close(): Promise<void> {
    return this.engine.close();
  }

  private async collect(
    client: Client,
    signed: peer.SignedProposal,
    endorsers: readonly string[] | undefined,
  ): Promise<peer.ProposalResponse[]> {
    if (endorsers) return Promise.all(endorsers.map((mspId) => this.askPeer(mspId, signed)));
    const first = await this.askPeer(client.mspId, signed);
    const plan = this.engine.planEndorsement(first.getInterest() ?? new peer.ChaincodeInterest());
    const layout = plan.layouts.find((mspIds) => mspIds.includes(client.mspId)) ?? plan.layouts[0] ?? [];
    const others = layout.filter((mspId) => mspId !== client.mspId);
    const responses = await Promise.all(others.map((mspId) => this.askPeer(mspId, signed)));
    return others.length < layout.length ? [first, ...responses] : responses;
  }
}

async function ledgerConfig(
  options: NetworkOptions,
  organisations: ReadonlyMap<string, MadeOrganisation>,
): Promise<ChannelConfig> {
  const ordererOrganisation = organisations.get('OrdererMSP');
  if (!ordererOrganisation) throw new Error('no orderer organisation');
  const orderer = await ordererOrganisation.issue({ name: 'orderer0', units: ['orderer'] });
  return {
    channel: 'escrow',
    organisations: [...organisations.values()]
      .filter(({ mspId }) => mspId !== 'OrdererMSP')
      .map(({ mspId, caCertPem, peer: own }) => ({ msp: { mspId, caCertsPem: [caCertPem] }, peer: own })),
    orderer: { ...orderer, msp: { mspId: 'OrdererMSP', caCertsPem: [ordererOrganisation.caCertPem] } },
    chaincodes: [
      {
        name: 'escrow',
        version: '1.0',
        sequence: 1,
        endorsementPolicy: '/Channel/Application/Endorsement',
        ...options.chaincode,
      },
    ],
    channelPolicies: options.channelPolicies ?? {},
    timeWindowMs: options.timeWindowMs ?? 0,
    batchTimeoutMs: 0,
    maxMessageCount: 10_000,
    preferredMaxBytes: 64 * 1024 * 1024,
    absoluteMaxBytes: 64 * 1024 * 1024,
    ...(options.clock ? { clock: options.clock } : {}),
    ...options.config,
  };
}
