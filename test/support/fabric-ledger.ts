// Members' real peers and orderers as a hostile client uses them: each peer asked by itself, no gateway between.
import type { common } from '@hyperledger/fabric-protos';
import { type peer } from '@hyperledger/fabric-protos';
import { readFileSync } from 'node:fs';
import { memberByMspId } from '../../network/consortium.js';
import { issueSigningCertificate } from '../../network/identity/certificates.js';
import { readAuthority } from '../../network/identity/credential.js';
import { organisationTree, type OrganisationTree } from '../../network/identity/layout.js';
import { BlockHistory, hashOf } from './block-history.js';
import type { MadeIdentity } from './identities.js';
import {
  type Committed,
  EndorsementRefused,
  type TestLedger,
  type PrivateDelivery,
  type RequestOptions,
} from './test-ledger.js';
import { NodeConnections } from './node-connections.js';
import { PinnedClock } from './pinned-clock.js';
import { privateRowsWith } from './private-rows.js';
import type { Client, PreparedTransaction, SignedRequest } from './proposals.js';
import { asClient, assemble, signedProposal } from './proposals.js';
import type { WireGround } from './wire-ground.js';

export class FabricLedger implements TestLedger {
  /** The time of proposals that name none. */
  readonly clock = new PinnedClock();

  private constructor(
    readonly ground: WireGround,
    private readonly nodes: NodeConnections,
    /** By MSP id, the blocks of that member's peer. */
    private readonly histories: ReadonlyMap<string, BlockHistory>,
  ) {}

  static async open(ground: WireGround): Promise<FabricLedger> {
    const members = ground.consortium.members.map(({ mspId }) => mspId);
    const histories = await Promise.all(
      members.map(async (mspId) => [mspId, await BlockHistory.follow(ground, mspId)] as const),
    );
    return new FabricLedger(ground, new NodeConnections(ground), new Map(histories));
  }

  get channel(): string {
    return this.ground.consortium.channel;
  }

  get chaincode(): string {
    return this.ground.consortium.chaincode.name;
  }

  async client(
    mspId: string,
    name = 'gateway',
    attributes?: Readonly<Record<string, string>>,
  ): Promise<Client> {
    const authority = readAuthority(this.tree(mspId).ca);
    const subject = { commonName: name, organisation: mspId, unit: 'client' } as const;
    const options = { now: new Date(), ...(attributes === undefined ? {} : { attributes }) };
    return asClient({ mspId, ...(await issueSigningCertificate(authority, subject, options)) });
  }

  peerIdentity(mspId: string): MadeIdentity {
    const { certPath, keyPath } = this.tree(mspId).peer.signing;
    return { mspId, certPem: readFileSync(certPath, 'utf8'), keyPem: readFileSync(keyPath, 'utf8') };
  }

  propose(client: Client, fn: string, args: readonly string[], options: RequestOptions = {}): SignedRequest {
    return signedProposal(client, {
      channel: this.channel,
      chaincode: this.chaincode,
      args: [fn, ...args],
      transient: options.transient ?? {},
      timestampMs: options.timestampMs ?? this.clock.now(),
    });
  }

  async askPeer(mspId: string, signedProposal: peer.SignedProposal): Promise<peer.ProposalResponse> {
    const response = await this.nodes.endorse(mspId, signedProposal);
    const status = response.getResponse()?.getStatus() ?? 500;
    if (status < 400) return response;
    throw new EndorsementRefused(mspId, status, response.getResponse()?.getMessage() ?? '');
  }

  async evaluate(
    client: Client,
    peerMspId: string,
    fn: string,
    args: readonly string[] = [],
    options: Omit<RequestOptions, 'endorsers'> = {},
  ): Promise<Buffer> {
    const response = await this.askPeer(peerMspId, this.propose(client, fn, args, options).signed);
    return Buffer.from(response.getResponse()?.getPayload_asU8() ?? []);
  }

  async endorse(
    client: Client,
    fn: string,
    args: readonly string[] = [],
    options: RequestOptions = {},
  ): Promise<PreparedTransaction> {
    const request = this.propose(client, fn, args, options);
    const endorsers = options.endorsers ?? this.agreementOf(client.mspId);
    const responses = await Promise.all(endorsers.map((mspId) => this.askPeer(mspId, request.signed)));
    return assemble(client, request, responses);
  }

  async order(prepared: PreparedTransaction): Promise<Committed> {
    const [committed] = await this.orderTogether([prepared]);
    if (committed === undefined) throw new Error('nothing was ordered');
    return committed;
  }

  async orderTogether(prepared: readonly PreparedTransaction[]): Promise<Committed[]> {
    const from = this.height();
    for (const { envelope } of prepared) await this.nodes.order(envelope);
    return Promise.all(
      prepared.map(async ({ txId, envelope, result }) => {
        const [place] = await this.placesOf(hashOf(envelope), { from, times: 1 });
        if (place === undefined) throw new Error(`transaction ${txId} is nowhere`);
        return { txId, result, code: place.code, blockNumber: BigInt(place.block) };
      }),
    );
  }

  async orderEnvelopes(envelopes: readonly common.Envelope[]): Promise<number[]> {
    const from = this.height();
    const times = new Map<string, number>();
    for (const envelope of envelopes) {
      await this.nodes.order(envelope);
      times.set(hashOf(envelope), (times.get(hashOf(envelope)) ?? 0) + 1);
    }
    const found = await Promise.all(
      [...times].map(([hash, count]) => this.placesOf(hash, { from, times: count })),
    );
    return found.flat().map(({ code }) => code);
  }

  async submit(
    client: Client,
    fn: string,
    args: readonly string[] = [],
    options: RequestOptions = {},
  ): Promise<Committed> {
    return this.order(await this.endorse(client, fn, args, options));
  }

  privateStateOf(mspId: string): Promise<{ readonly [key: string]: string }> {
    return Promise.resolve(this.reference().privateHashesOf(mspId));
  }

  async deliverPrivately(client: Client, peerMspId: string): Promise<PrivateDelivery> {
    const { session, close } = this.ground.session(peerMspId, client.identity);
    const stream = await session.getNetwork(this.channel).getBlockAndPrivateDataEvents({ startBlock: 0n });
    const last = this.height() - 1;
    const delivered: peer.BlockAndPrivateData[] = [];
    try {
      for await (const block of stream) {
        delivered.push(block);
        if (Number(block.getBlock()?.getHeader()?.getNumber()) >= last) break;
      }
    } finally {
      stream.close();
      close();
    }
    return { blocks: delivered.length, rows: delivered.flatMap(privateRowsWith) };
  }

  rawBlocks(): Promise<Uint8Array[]> {
    return Promise.resolve(this.reference().blocks.map((block) => block.serializeBinary()));
  }

  /** How long after the first peer this member's had each of these blocks, milliseconds. */
  delaysOf(mspId: string, blocks: readonly number[]): number[] {
    return blocks.map((block) => {
      const arrivals = [...this.histories].map(
        ([member, { arrivals: at }]) => [member, at[block] ?? NaN] as const,
      );
      const own = arrivals.find(([member]) => member === mspId)?.[1] ?? NaN;
      return own - Math.min(...arrivals.map(([, at]) => at));
    });
  }

  async close(): Promise<void> {
    for (const history of this.histories.values()) history.close();
    this.nodes.close();
    await this.ground.stop();
  }

  /** Where an envelope stands, as soon as every member's peer has it so many times from that block on. */
  private async placesOf(hash: string, wanted: { readonly from: number; readonly times: number }) {
    const all = [...this.histories.values()].map((history) => history.placesOf(hash, wanted));
    const [places] = await Promise.all(all);
    return places ?? [];
  }

  private height(): number {
    return this.reference().blocks.length;
  }

  /** All peers hold the same blocks; this one's are as good as any. */
  private reference(): BlockHistory {
    const [history] = this.histories.values();
    if (history === undefined) throw new Error('a consortium has members');
    return history;
  }

  /** Two that satisfy the policy `Agreement`: the marketplace, and the client's own or else some other member. */
  private agreementOf(mspId: string): readonly string[] {
    const { members } = this.ground.consortium;
    const marketplace = members.find(({ kind }) => kind === 'marketplace')?.mspId ?? '';
    if (mspId !== marketplace) return [marketplace, mspId];
    return [marketplace, members.find(({ kind }) => kind === 'bank')?.mspId ?? ''];
  }

  private tree(mspId: string): OrganisationTree {
    const { consortium, folder } = this.ground;
    return organisationTree(folder.organizations, memberByMspId(consortium, mspId));
  }
}
