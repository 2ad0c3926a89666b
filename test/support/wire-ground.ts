// Duty: the embedded ground as real processes with this chaincode, ledger clients of every member, raw blocks.
// Must not: start gateways or know people; `wire-world.ts` fills the ledger, `test/scenario` runs whole systems.
//
//   const ground = await WireGround.start();  // identities, ledger, chaincode; then stop()
//   const client = await ground.client(BANK_A, { limits });  // the gateway's own ledger client, each call a new one
//   await ground.blocks(from, to)                            // raw blocks; `ledger-blocks.ts` reads them
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as grpc from '@grpc/grpc-js';
import { connect as connectFabric, hash, type Gateway } from '@hyperledger/fabric-gateway';
import type { common } from '@hyperledger/fabric-protos';
import { connect, type ConnectOptions } from '../../gateway/ledger/connect.js';
import type { LedgerClient } from '../../gateway/ledger/ledger-client.js';
import { p256Signer } from '../../gateway/ledger/p256-signer.js';
import { gatewayConfigSchema, type GatewayConfig } from '../../gateway/protocol/gateway-config.js';
import { memberByMspId, readConsortium, type Consortium } from '../../network/consortium.js';
import { EmbeddedGround } from '../../network/embedded/ground.js';
import type { GroundAddresses } from '../../network/ground.js';
import { ensureIdentities } from '../../network/identity/organisation.js';
import { gatewayConfig } from '../../network/processes/gateway-process.js';
import { Supervisor } from '../../network/processes/supervisor.js';
import { SystemFolder } from '../../network/processes/system-folder.js';
import { consecutivePorts } from './consecutive-ports.js';

export const CONSORTIUM_FILE = 'network/consortium.yaml';

export class WireGround {
  private readonly clients: LedgerClient[] = [];

  private constructor(
    readonly folder: SystemFolder,
    readonly consortium: Consortium,
    private readonly ground: EmbeddedGround,
    private readonly addresses: GroundAddresses,
  ) {}

  /** `windowMs`: the members' time window, milliseconds. */
  static async start(windowMs: number): Promise<WireGround> {
    const folder = new SystemFolder(mkdtempSync(join(tmpdir(), 'forescrow-wire-')));
    folder.prepare();
    const portBase = await consecutivePorts();
    const read = readConsortium(CONSORTIUM_FILE, { portBase });
    const consortium = { ...read, timing: { ...read.timing, windowMs } };
    await ensureIdentities(folder.organizations, consortium);
    const supervisor = new Supervisor(folder, { consortiumFile: CONSORTIUM_FILE, portBase });
    const ground = new EmbeddedGround({ folder, consortium, supervisor });
    try {
      return new WireGround(folder, consortium, ground, await ground.up());
    } catch (error) {
      await ground.down();
      rmSync(folder.dir, { recursive: true, force: true });
      throw error;
    }
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

  async stop(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.close()));
    await this.ground.down();
    rmSync(this.folder.dir, { recursive: true, force: true });
  }

  private config(mspId: string): GatewayConfig {
    const { folder, consortium, addresses } = this;
    const plan = { folder, consortium, ground: addresses };
    return gatewayConfigSchema.parse(gatewayConfig(plan, memberByMspId(consortium, mspId)));
  }

  /** A plain Fabric client of the courier, who owns nothing that the blocks could show only to him. */
  private session(): { readonly session: Gateway; readonly close: () => void } {
    const { ledger, identities, organisation } = this.config('CourierMSP');
    const root = readFileSync(ledger.tlsRootCertPath);
    const name = { 'grpc.ssl_target_name_override': ledger.hostOverride ?? '' };
    const client = new grpc.Client(ledger.address, grpc.credentials.createSsl(root), name);
    const { certPath, keyPath } = identities.gateway;
    const session = connectFabric({
      client,
      identity: { mspId: organisation.mspId, credentials: readFileSync(certPath) },
      signer: p256Signer(readFileSync(keyPath)),
      hash: hash.none,
    });
    const close = (): void => {
      session.close();
      client.close();
    };
    return { session, close };
  }
}
