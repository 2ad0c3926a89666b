// Puts the services of every organisation on its own TLS address and the chaincode services on the other side.
import { isIPv6 } from 'node:net';
import { credentials, Server, ServerCredentials, type ChannelCredentials } from '@grpc/grpc-js';
import { gateway } from '@hyperledger/fabric-protos';
import type { ChaincodeInvocation, ChaincodeResult, ChaincodeRunner, Engine } from '../engine/ledger.js';
import { BlockFeed } from './block-feed.js';
import { ChaincodeStream } from './chaincode-stream.js';
import {
  DEFAULT_CONCURRENCY,
  peerServices,
  type ConcurrencyLimits,
  type PeerServices,
} from './concurrency.js';
import { deliverDefinition, deliverService } from './deliver.js';
import { gatewayService } from './gateway.js';

/** How long a transaction waits for a chaincode service that is not connected yet, or again. */
const STARTUP_TIMEOUT_MS = 5000;
/** Calls that are still open this long after the stop are cut. */
const STOP_GRACE_MS = 500;

export interface PeerAddress {
  readonly mspId: string;
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly tlsCertPem: Buffer;
  readonly tlsKeyPem: Buffer;
}

export interface ChaincodeAddress {
  readonly name: string;
  /** `host:port` of the chaincode service. */
  readonly address: string;
  /** Mutual TLS towards the service; absent on loopback. */
  readonly tls?: {
    readonly rootCertPem: Buffer;
    readonly clientCertPem: Buffer;
    readonly clientKeyPem: Buffer;
  };
}

export interface WireOptions {
  readonly engine: Engine;
  readonly organisations: readonly PeerAddress[];
  readonly chaincodes: readonly ChaincodeAddress[];
  readonly timeWindowMs: number;
  readonly executionTimeoutMs: number;
  readonly startupTimeoutMs?: number;
  /** Per peer; Fabric's defaults if not set. */
  readonly concurrency?: ConcurrencyLimits;
  readonly log: (message: string) => void;
}

/** An address that could not be taken; the message names it and who has to change what. */
export class AddressUnavailable extends Error {
  override readonly name = 'AddressUnavailable';
  readonly code = 'ADDRESS_UNAVAILABLE';
}

/** The running services. `addresses` has `host:port` by MSP id. */
export class Wire {
  private constructor(
    readonly addresses: ReadonlyMap<string, string>,
    private readonly servers: readonly Server[],
    private readonly chaincodes: ChaincodeServices,
  ) {}

  /** Throws AddressUnavailable, with nothing left open. */
  static async start(options: WireOptions): Promise<Wire> {
    const chaincodes = new ChaincodeServices(options);
    const addresses = new Map<string, string>();
    const services = new Map<string, PeerServices>(
      options.organisations.map(({ mspId }) => [
        mspId,
        peerServices(options.concurrency ?? DEFAULT_CONCURRENCY),
      ]),
    );
    const feed = new BlockFeed(options.engine);
    const servers: Server[] = [];
    try {
      for (const organisation of options.organisations) {
        const server = new Server({
          'grpc.max_receive_message_length': 100 * 1024 * 1024,
          'grpc.max_send_message_length': 100 * 1024 * 1024,
        });
        const context = {
          engine: options.engine,
          mspId: organisation.mspId,
          addresses,
          services,
          runner: chaincodes,
          feed,
          timeWindowMs: options.timeWindowMs,
        };
        server.addService(gateway.GatewayService, gatewayService(context));
        server.addService(deliverDefinition, deliverService(context));
        servers.push(server);
        addresses.set(organisation.mspId, await bind(server, organisation));
      }
    } catch (error) {
      servers.forEach((server) => {
        server.forceShutdown();
      });
      chaincodes.close();
      throw error;
    }
    return new Wire(addresses, servers, chaincodes);
  }

  async stop(): Promise<void> {
    await Promise.all(this.servers.map(stopServer));
    this.chaincodes.close();
  }
}

/** One connection for each organisation and chaincode, as each peer would hold its own. */
class ChaincodeServices implements ChaincodeRunner {
  private readonly streams = new Map<string, ChaincodeStream>();

  constructor(options: WireOptions) {
    for (const chaincode of options.chaincodes) {
      for (const { mspId } of options.organisations) {
        const stream = new ChaincodeStream({
          chaincode: chaincode.name,
          address: chaincode.address,
          credentials: chaincodeCredentials(chaincode),
          executionTimeoutMs: options.executionTimeoutMs,
          startupTimeoutMs: options.startupTimeoutMs ?? STARTUP_TIMEOUT_MS,
          log: (message) => {
            options.log(`${mspId}: ${message}`);
          },
        });
        this.streams.set(`${mspId} ${chaincode.name}`, stream);
      }
    }
  }

  async run(invocation: ChaincodeInvocation): Promise<ChaincodeResult> {
    const stream = this.streams.get(`${invocation.mspId} ${invocation.chaincode}`);
    if (stream === undefined) {
      throw new Error(`could not launch chaincode ${invocation.chaincode}: no address is configured`);
    }
    return stream.run(invocation);
  }

  close(): void {
    for (const stream of this.streams.values()) {
      stream.close();
    }
  }
}

function chaincodeCredentials({ tls }: ChaincodeAddress): ChannelCredentials {
  return tls === undefined
    ? credentials.createInsecure()
    : credentials.createSsl(tls.rootCertPem, tls.clientKeyPem, tls.clientCertPem);
}

async function bind(
  server: Server,
  { mspId, host, port, tlsCertPem, tlsKeyPem }: PeerAddress,
): Promise<string> {
  const tls = ServerCredentials.createSsl(null, [{ cert_chain: tlsCertPem, private_key: tlsKeyPem }], false);
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${hostInAddress(host)}:${port}`, tls, (error, taken) => {
      if (error === null) {
        resolve(taken);
      } else {
        const where = `Port ${port} on ${host}, which ${mspId} is configured to use,`;
        const text = `${where} cannot be opened (${error.message}).`;
        reject(new AddressUnavailable(`${text} Stop what uses it or give ${mspId} another port.`));
      }
    });
  });
  return `${hostInAddress(host)}:${bound}`;
}

/** An IPv6 address stands in brackets before a port. */
function hostInAddress(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}

async function stopServer(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => {
      server.forceShutdown();
    }, STOP_GRACE_MS);
    server.tryShutdown(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
