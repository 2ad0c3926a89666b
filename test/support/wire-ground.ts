// Either ground as real processes with this chaincode, ledger clients of every member, raw blocks.
//
//   const ground = await WireGround.start(3_000);            // the embedded ground; then stop()
//   const ground = await WireGround.start(3_000, { ground: 'fabric' });  // real Fabric, about half a minute
//   const client = await ground.client(BANK_A, { limits });  // the gateway's own ledger client, each call a new one
//   await ground.blocks(from, to)                            // raw blocks; `ledger-blocks.ts` reads them
//   ground.signal('peer-bank-a.example', 'SIGKILL')          // the supervisor starts it again; SIGSTOP, SIGCONT pause
//   await ground.halt([name]); await ground.resume([name])   // stopped for good, and started again
//
// Processes: `ledger`, `chaincode` (embedded); `orderer-`, `peer-`, `chaincode-` and the member's domain (Fabric).
// Suites on real Fabric are files `*.fabric.test.ts`; one such network at a time on one machine.
import * as grpc from '@grpc/grpc-js';
import { connect as connectFabric, type Gateway, hash } from '@hyperledger/fabric-gateway';
import type { common } from '@hyperledger/fabric-protos';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type ConnectOptions } from '../../gateway/ledger/fabric/connect.js';
import { p256Signer } from '../../gateway/ledger/fabric/p256-signer.js';
import type { LedgerClient } from '../../gateway/ledger/ledger-client.js';
import { type GatewayConfig, gatewayConfigSchema } from '../../gateway/protocol/gateway-config.js';
import { type Consortium, type GroundName, memberByMspId, readConsortium } from '../../network/consortium.js';
import { EmbeddedGround } from '../../network/grounds/embedded.js';
import { FabricGround } from '../../network/grounds/fabric.js';
import type { Ground, GroundAddresses } from '../../network/grounds/ground.js';
import { ensureIdentities } from '../../network/identity/organisation.js';
import { gatewayConfig } from '../../network/processes/gateway-process.js';
import type { ProcessStatus } from '../../network/processes/managed-process.js';
import { Supervisor } from '../../network/processes/supervisor.js';
import { SystemFolder } from '../../network/processes/system-folder.js';
import { consecutivePorts } from './consecutive-ports.js';
import type { MadeIdentity } from './identities.js';

/** The ledger's client stores nothing. */
const NO_DATABASE = 'postgres://nowhere/none';

export const CONSORTIUM_FILE = 'network/consortium.yaml';

export interface WireGroundOptions {
  /** Default: embedded. */
  readonly ground?: GroundName;
  readonly consortiumFile?: string;
  /** Replaces parts of what the consortium file says: another chaincode definition, batch, ordering. */
  readonly replace?: Partial<Pick<Consortium, 'chaincode' | 'batch' | 'ordering'>>;
  /** Folder of the package that serves the chaincode at every member; this repository's if not named. */
  readonly chaincodePackage?: string;
  /** By MSP id, for members with altered chaincode; real Fabric only. */
  readonly chaincodePackages?: Readonly<Record<string, string>>;
}

export class WireGround {
  private readonly clients: LedgerClient[] = [];

  private constructor(
    readonly folder: SystemFolder,
    readonly consortium: Consortium,
    private readonly supervisor: Supervisor,
    private readonly ground: Ground,
    readonly addresses: GroundAddresses,
  ) {}

  /** `windowMs`: the members' time window, milliseconds. */
  static async start(windowMs: number, options: WireGroundOptions = {}): Promise<WireGround> {
    const folder = new SystemFolder(mkdtempSync(join(tmpdir(), 'forescrow-wire-')));
    folder.prepare();
    const consortiumFile = options.consortiumFile ?? CONSORTIUM_FILE;
    const portBase = await consecutivePorts(consortiumFile);
    const read = readConsortium(consortiumFile, { portBase });
    const consortium = { ...read, ...options.replace, timing: { ...read.timing, windowMs } };
    await ensureIdentities(folder.organizations, consortium);
    const supervisor = new Supervisor(folder, { consortiumFile, portBase });
    const place = { ...options, folder, consortium, supervisor };
    const ground = options.ground === 'fabric' ? new FabricGround(place) : new EmbeddedGround(place);
    try {
      return new WireGround(folder, consortium, supervisor, ground, await ground.up());
    } catch (error) {
      await ground.down();
      rmSync(folder.dir, { recursive: true, force: true });
      throw error;
    }
  }

  /** `embedded` or `fabric`. */
  get name(): string {
    return this.ground.name;
  }

  async client(mspId: string, options: ConnectOptions = {}): Promise<LedgerClient> {
    const client = connect(this.config(mspId), options);
    this.clients.push(client);
    await client.ready();
    return client;
  }

  /** Raw blocks as an ordinary Fabric client is given them, from a number to the newest block `to`. */
  async blocks(from: number, to: number): Promise<common.Block[]> {
    const { session, close } = this.session();
    const stream = await session
      .getNetwork(this.consortium.channel)
      .getBlockEvents({ startBlock: BigInt(from) });
    const blocks: common.Block[] = [];
    try {
      for await (const block of stream) {
        blocks.push(block);
        if (Number(block.getHeader()?.getNumber()) >= to) break;
      }
    } finally {
      stream.close();
      close();
    }
    return blocks;
  }

  /** State and process id of every process. */
  get processes(): readonly ProcessStatus[] {
    return this.ground.status();
  }

  /** State and process id of one process. */
  process(name: string): ProcessStatus {
    const found = this.processes.find((status) => status.name === name);
    if (found === undefined) throw new Error(`no process ${name} on this ground`);
    return found;
  }

  /** Sends a signal to one process. A killed one is started again by the supervisor. */
  signal(name: string, signal: NodeJS.Signals): void {
    const { pid } = this.process(name);
    if (pid === null) throw new Error(`${name} does not run`);
    process.kill(pid, signal);
  }

  /** Stops processes until `resume`. */
  halt(names: readonly string[]): Promise<void> {
    return this.supervisor.stop(names);
  }

  /** Starts halted processes again; resolves when their ports answer. */
  async resume(names: readonly string[]): Promise<void> {
    await Promise.all(names.map((name) => this.supervisor.resume(name)));
  }

  async stop(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.close()));
    await this.ground.down();
    rmSync(this.folder.dir, { recursive: true, force: true });
  }

  /** What the member's gateway would be started with. */
  config(mspId: string): GatewayConfig {
    const { folder, consortium, addresses } = this;
    const database = () => ({ kind: 'named', url: NO_DATABASE }) as const;
    const plan = { folder, consortium, ground: addresses, database };
    const written = gatewayConfig(plan, memberByMspId(consortium, mspId));
    return gatewayConfigSchema.parse({ ...written, database: { url: NO_DATABASE } });
  }

  /** A plain Fabric client at a member's peer, the courier's if none is named; by default as its own gateway. */
  session(
    mspId = 'CourierMSP',
    as?: MadeIdentity,
  ): { readonly session: Gateway; readonly close: () => void } {
    const { ledger, identities } = this.config(mspId);
    const root = readFileSync(ledger.tlsRootCertPath);
    const name = { 'grpc.ssl_target_name_override': ledger.hostOverride ?? '' };
    const client = new grpc.Client(ledger.address, grpc.credentials.createSsl(root), name);
    const { certPath, keyPath } = identities.gateway;
    const { certPem, keyPem, ...identity } = as ?? {
      mspId,
      certPem: readFileSync(certPath, 'utf8'),
      keyPem: readFileSync(keyPath, 'utf8'),
    };
    const session = connectFabric({
      client,
      identity: { ...identity, credentials: Buffer.from(certPem) },
      signer: p256Signer(keyPem),
      hash: hash.none,
    });
    const close = (): void => {
      session.close();
      client.close();
    };
    return { session, close };
  }
}
