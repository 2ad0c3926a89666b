// What tests ask of members' peers and of the ordering service, whether they are an engine in this process or real
// processes: endorse where one likes, withhold, alter, order. It must not choose for the test what a client would.
import type { common, peer } from '@hyperledger/fabric-protos';
import type { MadeIdentity } from './identities.js';
import type { Client, PreparedTransaction, SignedRequest } from './proposals.js';

export interface RequestOptions {
  transient?: Readonly<Record<string, Uint8Array | string>>;
  /** Organisations whose peers endorse; else as many as the agreement lane needs, the client's own among them. */
  endorsers?: readonly string[];
  /** The proposal's timestamp, milliseconds since the epoch. Default: the network's clock. */
  timestampMs?: number;
}

export interface Committed {
  txId: string;
  code: number;
  blockNumber: bigint;
  result: Buffer;
}

/** The chaincode, or the peer, refused: status and message as in the proposal response. */
export class EndorsementRefused extends Error {
  override readonly name = 'EndorsementRefused';
  constructor(
    readonly mspId: string,
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** The ordering service took no envelope; the message begins with its status, such as `status=FORBIDDEN`. */
export class OrderingRefused extends Error {
  override readonly name = 'OrderingRefused';
}

/** What a peer streams to whoever asks for its blocks with private data. */
export interface PrivateDelivery {
  readonly blocks: number;
  /** `chaincode/collection/key` of each private row that came with them. */
  readonly rows: readonly string[];
}

export interface TestLedger {
  readonly channel: string;
  /** Name of the one chaincode. */
  readonly chaincode: string;

  /** A new client certificate of that organisation, with Fabric CA attributes if given. */
  client(mspId: string, name?: string, attributes?: Readonly<Record<string, string>>): Promise<Client>;

  /** The identity with which that organisation's peer endorses, its key included. */
  peerIdentity(mspId: string): MadeIdentity;

  /** A signed proposal, for tests that forge or alter it. */
  propose(client: Client, fn: string, args: readonly string[], options?: RequestOptions): SignedRequest;

  /** One organisation's peer simulates and endorses. Throws EndorsementRefused. */
  askPeer(mspId: string, signedProposal: peer.SignedProposal): Promise<peer.ProposalResponse>;

  /** Asks one organisation's peer; nothing is ordered. Throws EndorsementRefused. */
  evaluate(
    client: Client,
    peerMspId: string,
    fn: string,
    args?: readonly string[],
    options?: Omit<RequestOptions, 'endorsers'>,
  ): Promise<Buffer>;

  /** Endorses without ordering: to be withheld, altered, or ordered together with others. */
  endorse(
    client: Client,
    fn: string,
    args?: readonly string[],
    options?: RequestOptions,
  ): Promise<PreparedTransaction>;

  /** Orders one endorsed transaction; resolves when every member's peer has committed it. */
  order(prepared: PreparedTransaction): Promise<Committed>;

  /** Orders several in this order, into one block as far as the ordering service cuts it so. */
  orderTogether(prepared: readonly PreparedTransaction[]): Promise<Committed[]>;

  /** Orders envelopes as they are; Fabric's validity code of each. Throws OrderingRefused. */
  orderEnvelopes(envelopes: readonly common.Envelope[]): Promise<number[]>;

  /** Endorse, order, commit. A validity code other than 0 is returned, not thrown. */
  submit(client: Client, fn: string, args?: readonly string[], options?: RequestOptions): Promise<Committed>;

  /** All of an organisation's own collection; where it cannot be read, the hashes of it that all hold. */
  privateStateOf(mspId: string): Promise<{ readonly [key: string]: string }>;

  /** All blocks so far with private data, as that organisation's peer streams them to this client. */
  deliverPrivately(client: Client, peerMspId: string): Promise<PrivateDelivery>;

  /** Serialized blocks, as tools read them. */
  rawBlocks(): Promise<Uint8Array[]>;

  close(): Promise<void>;
}
