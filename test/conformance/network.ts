// The connections to one ground that all scripts share, and the watch over its blocks.
import * as grpc from '@grpc/grpc-js';
import { connect, hash, type Gateway } from '@hyperledger/fabric-gateway';
import { gateway } from '@hyperledger/fabric-protos';
import { tlsRootOf, type ConformanceGround, type Place } from './ground.js';
import { creatorOf, userOf, type SigningIdentity } from './signing-identity.js';
import { BlockWatch } from './watch.js';

/** A generated client class of fabric-protos. */
export type ServiceClient<T extends grpc.Client> = new (
  address: string,
  credentials: grpc.ChannelCredentials,
  options: grpc.ClientOptions,
) => T;

export class Network {
  private readonly clients = new Map<unknown, Map<string, grpc.Client>>();
  private readonly users = new Map<string, SigningIdentity>();
  private readonly gateways = new Map<SigningIdentity, Map<string, Gateway>>();
  private watching: BlockWatch | undefined;

  private constructor(readonly ground: ConformanceGround) {}

  static async open(ground: ConformanceGround): Promise<Network> {
    const network = new Network(ground);
    const peers = ground.places.map(({ mspId }) => network.gateway(mspId, network.user(mspId)));
    network.watching = await BlockWatch.open(peers, ground.channel);
    return network;
  }

  get watch(): BlockWatch {
    if (this.watching === undefined) throw new Error('the network is not open');
    return this.watching;
  }

  place(mspId: string): Place {
    const place = this.ground.places.find((candidate) => candidate.mspId === mspId);
    if (place === undefined) throw new Error(`The ground has no member ${mspId}.`);
    return place;
  }

  /** The member's own gateway user. */
  user(mspId: string): SigningIdentity {
    return kept(this.users, mspId, () => userOf(this.place(mspId)));
  }

  /** A connection to this member's peer under that identity. */
  gateway(mspId: string, identity: SigningIdentity): Gateway {
    const places = kept(this.gateways, identity, () => new Map<string, Gateway>());
    return kept(places, mspId, () =>
      connect({
        client: this.service(mspId, grpc.Client),
        identity: { mspId: identity.mspId, credentials: identity.certificate },
        signer: identity.sign,
        hash: hash.none,
      }),
    );
  }

  /** A service of this member's peer, for requests that the gateway's client would not send. */
  service<T extends grpc.Client>(mspId: string, Client: ServiceClient<T>): T {
    const places = kept(this.clients, Client, () => new Map<string, grpc.Client>());
    const made = kept(places, mspId, () => {
      const place = this.place(mspId);
      return new Client(place.address.peerAddress, grpc.credentials.createSsl(tlsRootOf(place)), {
        'grpc.ssl_target_name_override': place.address.hostOverride,
        'grpc.max_receive_message_length': -1,
        'grpc.max_send_message_length': -1,
      });
    });
    // What is kept under a class was made by it.
    return made as T;
  }

  /** Resolves when every peer has not only the block of this transaction, but also the state after it. */
  async settled(txId: string): Promise<void> {
    await Promise.all(
      this.ground.places.map(async ({ mspId }) => {
        const user = this.user(mspId);
        const status = new gateway.CommitStatusRequest();
        status.setChannelId(this.ground.channel);
        status.setTransactionId(txId);
        status.setIdentity(creatorOf(user));
        const request = new gateway.SignedCommitStatusRequest();
        request.setRequest(status.serializeBinary());
        await this.gateway(mspId, user).newCommit(request.serializeBinary()).getStatus();
      }),
    );
  }

  async close(): Promise<void> {
    this.watching?.close();
    for (const places of this.gateways.values()) for (const opened of places.values()) opened.close();
    for (const places of this.clients.values()) for (const client of places.values()) client.close();
    await this.ground.stop();
  }
}

function kept<K, V>(values: Map<K, V>, key: K, make: () => V): V {
  const known = values.get(key);
  if (known !== undefined) return known;
  const made = make();
  values.set(key, made);
  return made;
}
