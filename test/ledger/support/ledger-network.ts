// A whole embedded ledger for a test: identities, ledger process, chaincode service, clients of the unmodified
// fabric-gateway package. It reaches the ledger only as any client could.
import { createPrivateKey } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as grpc from '@grpc/grpc-js';
import { connect, signers, type Gateway, type Hash, hash } from '@hyperledger/fabric-gateway';
import { ensureIdentities } from '../../../network/identity/organisation.js';
import { organisationTree, type OrganisationTree, type UserName } from '../../../network/identity/layout.js';
import type { ConcurrencyLimits } from '../../../ledger/grpc/concurrency.js';
import { requestFault, type FaultRequest } from '../../../ledger/grpc/fault-socket.js';
import { Child } from './child-process.js';
import { freePorts } from '../../network/support/free-port.js';

const ROOT = join(__dirname, '..', '..', '..', '..');
const CHANNEL = 'exchange';
const SHIM_CLI = join(dirname(require.resolve('fabric-shim')), 'cli.js');

/** Node.js misses the end of a TLS connection whose peer was killed while it wrote; unanswered pings show it. */
const KEEPALIVE = { 'grpc.keepalive_time_ms': 1_000, 'grpc.keepalive_timeout_ms': 5_000 };

export const ORGANISATIONS = ['Org1MSP', 'Org2MSP', 'Org3MSP'] as const;
export type OrganisationId = (typeof ORGANISATIONS)[number];

export interface NetworkOptions {
  readonly chaincode: string;
  /** Absolute path of the compiled module that exports `contracts`. */
  readonly module: string;
  readonly endorsementPolicy?: string;
  readonly policies?: Record<string, string>;
  readonly timeWindowMs?: number;
  readonly batchTimeoutMs?: number;
  readonly executionTimeoutMs?: number;
  readonly concurrency?: ConcurrencyLimits;
  readonly collections?: object[];
  /** Mutual TLS between peers and chaincode service. */
  readonly chaincodeTls?: boolean;
}

/** Started by `LedgerNetwork.start`; always `stop` it. */
export class LedgerNetwork {
  readonly channel = CHANNEL;
  readonly dir = mkdtempSync(join(tmpdir(), 'ledger-'));
  readonly faultSocketPath = join(this.dir, 'fault.sock');
  ledger: Child | null = null;
  chaincodeService: Child | null = null;
  private ports: number[] = [];
  private readonly clients: grpc.Client[] = [];
  private readonly gateways: Gateway[] = [];

  private constructor(readonly options: NetworkOptions) {}

  static async start(options: NetworkOptions): Promise<LedgerNetwork> {
    const network = new LedgerNetwork(options);
    try {
      await network.prepare();
      await Promise.all([network.startLedger(), network.startChaincode()]);
      await network.untilChaincodeReady();
    } catch (error) {
      await network.stop();
      throw error;
    }
    return network;
  }

  get chaincodeAddress(): string {
    return `127.0.0.1:${this.ports[ORGANISATIONS.length]}`;
  }

  get configPath(): string {
    return join(this.dir, 'ledger.json');
  }

  tree(mspId: OrganisationId): OrganisationTree {
    return organisationTree(join(this.dir, 'organizations'), { domain: domainOf(mspId) });
  }

  address(mspId: OrganisationId): string {
    return `127.0.0.1:${this.ports[ORGANISATIONS.indexOf(mspId)]}`;
  }

  async startLedger(): Promise<void> {
    this.ledger = await Child.start(join(ROOT, 'dist/ledger/main.js'), [this.configPath], {
      readyWhen: /"ready":true/,
    });
  }

  async startChaincode(): Promise<void> {
    const args = ['server', '--chaincode-address', this.chaincodeAddress, '--chaincode-id'];
    args.push(`${this.options.chaincode}:1`, ...this.chaincodeTlsArguments());
    this.chaincodeService = await Child.start(SHIM_CLI, args, {
      cwd: join(this.dir, 'contract'),
      // Tests in this process may have silenced contracts; the service's log shows that it is up.
      env: { CORE_CHAINCODE_LOGGING_LEVEL: 'INFO' },
      readyWhen: /Bootstrap process completed/,
    });
  }

  /** Every peer has its stream to the chaincode service. */
  async untilChaincodeReady(): Promise<void> {
    const all = ORGANISATIONS.map((mspId) => `(?=[^]*${mspId}: chaincode \\S+ \\(\\S+\\) is ready)`).join('');
    await this.ledger?.until(new RegExp(`^${all}`));
  }

  faults(request: FaultRequest): Promise<void> {
    return requestFault(this.faultSocketPath, request);
  }

  /** A plain gRPC connection to this organisation's address. */
  client(mspId: OrganisationId): grpc.Client {
    const rootCertificate = readFileSync(this.tree(mspId).tlsCa.certPath);
    const client = new grpc.Client(
      this.address(mspId),
      grpc.credentials.createSsl(rootCertificate),
      KEEPALIVE,
    );
    this.clients.push(client);
    return client;
  }

  /** A gateway connection of this organisation's user, at its own peer unless another is named. */
  gateway(
    mspId: OrganisationId,
    options: { readonly user?: UserName; readonly at?: OrganisationId } = {},
  ): Gateway {
    const files = this.tree(mspId).users[options.user ?? 'Gateway'].signing;
    const gateway = connect({
      client: this.client(options.at ?? mspId),
      identity: { mspId, credentials: readFileSync(files.certPath) },
      signer: signers.newPrivateKeySigner(createPrivateKey(readFileSync(files.keyPath))),
      hash: hash.sha256 satisfies Hash,
    });
    this.gateways.push(gateway);
    return gateway;
  }

  async stop(): Promise<void> {
    this.gateways.forEach((gateway) => {
      gateway.close();
    });
    this.clients.forEach((client) => {
      client.close();
    });
    await this.ledger?.end('SIGKILL');
    await this.chaincodeService?.end('SIGKILL');
    rmSync(this.dir, { recursive: true, force: true });
  }

  private chaincodeTlsArguments(): string[] {
    const { tls, tlsRootCertPath } = this.tree('Org1MSP').peer;
    return this.options.chaincodeTls === true
      ? [
          '--chaincode-tls-cert-file',
          tls.certPath,
          '--chaincode-tls-key-file',
          tls.keyPath,
          '--chaincode-tls-client-cacert-file',
          tlsRootCertPath,
        ]
      : [];
  }

  private chaincodeTls(): object {
    const { tls } = this.tree('Org1MSP').users.Gateway;
    const rootCertPath = this.tree('Org1MSP').tlsCa.certPath;
    return this.options.chaincodeTls === true
      ? { tls: { rootCertPath, clientCertPath: tls.certPath, clientKeyPath: tls.keyPath } }
      : {};
  }

  private async prepare(): Promise<void> {
    this.ports = await freePorts(ORGANISATIONS.length + 1);
    await ensureIdentities(join(this.dir, 'organizations'), { members: ORGANISATIONS.map(memberOf) });
    mkdirSync(join(this.dir, 'contract'));
    writeFileSync(
      join(this.dir, 'contract', 'package.json'),
      JSON.stringify({ name: this.options.chaincode, version: '1.0.0', main: this.options.module }),
    );
    writeFileSync(this.configPath, JSON.stringify(this.config()));
  }

  private config(): object {
    const { chaincode, options } = { chaincode: this.options.chaincode, options: this.options };
    return {
      dataDir: join(this.dir, 'ledger'),
      channel: CHANNEL,
      organisations: ORGANISATIONS.map((mspId, index) => ({
        mspId,
        host: '127.0.0.1',
        port: this.ports[index],
        mspDir: this.tree(mspId).mspDir,
        peerMspDir: this.tree(mspId).peer.mspDir,
        tlsCertPath: this.tree(mspId).peer.tls.certPath,
        tlsKeyPath: this.tree(mspId).peer.tls.keyPath,
      })),
      orderer: { mspId: 'Org1MSP', mspDir: this.tree('Org1MSP').orderer.mspDir },
      chaincodes: [
        {
          name: chaincode,
          version: '1.0',
          sequence: 1,
          endorsementPolicy:
            options.endorsementPolicy ?? "OutOf(2, 'Org1MSP.peer', 'Org2MSP.peer', 'Org3MSP.peer')",
          address: this.chaincodeAddress,
          ...(options.collections === undefined ? {} : { collections: options.collections }),
          ...this.chaincodeTls(),
        },
      ],
      policies: options.policies ?? {},
      timeWindowMs: options.timeWindowMs ?? 60_000,
      executionTimeoutMs: options.executionTimeoutMs ?? 10_000,
      batch: {
        timeoutMs: options.batchTimeoutMs ?? 20,
        maxMessageCount: 200,
        preferredMaxBytes: 2_097_152,
        absoluteMaxBytes: 10_485_760,
      },
      ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
      faultSocketPath: this.faultSocketPath,
    };
  }
}

function domainOf(mspId: OrganisationId): string {
  return `${mspId.replace('MSP', '').toLowerCase()}.example`;
}

function memberOf(mspId: OrganisationId, index: number) {
  return {
    name: mspId,
    mspId,
    kind: 'courier' as const,
    domain: domainOf(mspId),
    host: '127.0.0.1',
    portOffset: index * 20,
  };
}
