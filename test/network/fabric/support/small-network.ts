// A Fabric ground in a folder of its own with a contract of two lines, and an ordinary client at each member.
import { createPrivateKey } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as grpc from '@grpc/grpc-js';
import { connect, hash, signers, type Contract, type Gateway } from '@hyperledger/fabric-gateway';
import { readConsortium, memberByMspId, type Consortium } from '../../../../network/consortium.js';
import { FabricGround, type FabricGroundOptions } from '../../../../network/grounds/fabric.js';
import { organisationTree } from '../../../../network/identity/layout.js';
import { ensureIdentities } from '../../../../network/identity/organisation.js';
import type { ProcessStatus } from '../../../../network/processes/managed-process.js';
import { Supervisor } from '../../../../network/processes/supervisor.js';
import { SystemFolder } from '../../../../network/processes/system-folder.js';
import { consecutivePorts } from '../../../support/consecutive-ports.js';

const CONSORTIUM_FILE = 'network/consortium.yaml';
/** Longer than a new leader takes, shorter than a test's patience. */
const TRIES_FOR_MS = 120_000;

const CONTRACT = `
  const { Contract } = require(${JSON.stringify(require.resolve('fabric-contract-api'))});
  class Assets extends Contract {
    async put(ctx, key, value) { await ctx.stub.putState(key, Buffer.from(value)); }
    async get(ctx, key) { return (await ctx.stub.getState(key)).toString(); }
  }
  exports.contracts = [Assets];`;

export class SmallNetwork {
  readonly folder = new SystemFolder(mkdtempSync(join(tmpdir(), 'forescrow-fabric-')));
  ground: FabricGround;
  private supervisor: Supervisor;
  private readonly connections: { readonly gateway: Gateway; readonly client: grpc.Client }[] = [];

  private constructor(
    readonly consortium: Consortium,
    private readonly more: Partial<FabricGroundOptions>,
  ) {
    [this.supervisor, this.ground] = this.makeGround(consortium);
  }

  /** Folder, identities and contract; nothing is started. `change` alters what the consortium file says. */
  static async prepare(
    change: (consortium: Consortium) => Consortium = (same) => same,
    more: Partial<FabricGroundOptions> = {},
  ): Promise<SmallNetwork> {
    const read = readConsortium(CONSORTIUM_FILE, { portBase: await consecutivePorts() });
    const chaincode = { ...read.chaincode, name: 'assets' };
    const timing = { ...read.timing, windowMs: 60_000 };
    const network = new SmallNetwork(change({ ...read, chaincode, timing }), more);
    network.folder.prepare();
    mkdirSync(network.contractFolder);
    writeFileSync(join(network.contractFolder, 'index.js'), CONTRACT);
    const manifest = { name: 'assets', version: '1.0.0', main: 'index.js' };
    writeFileSync(join(network.contractFolder, 'package.json'), JSON.stringify(manifest));
    await ensureIdentities(network.folder.organizations, network.consortium);
    return network;
  }

  /** A ground as the next start of the program would make it, in the same folder; the old one must be down. */
  renew(change: (consortium: Consortium) => Consortium = (same) => same): void {
    [this.supervisor, this.ground] = this.makeGround(change(this.consortium));
  }

  process(name: string): ProcessStatus {
    const found = this.ground.status().find((status) => status.name === name);
    if (found === undefined) throw new Error(`no process ${name}`);
    return found;
  }

  signal(name: string, signal: NodeJS.Signals): void {
    const { pid } = this.process(name);
    if (pid === null) throw new Error(`${name} does not run`);
    process.kill(pid, signal);
  }

  halt(name: string): Promise<void> {
    return this.supervisor.stop([name]);
  }

  resume(name: string): Promise<void> {
    return this.supervisor.resume(name);
  }

  /** What the member's own peer says. */
  async get(mspId: string, key: string): Promise<string> {
    const request = { arguments: [key], endorsingOrganizations: [mspId] };
    return Buffer.from(await this.contract(mspId).evaluate('get', request)).toString('utf8');
  }

  /** Looks until the member's own peer answers so; the last failure is thrown after a minute. */
  async untilGets(mspId: string, key: string, value: string): Promise<void> {
    await succeeds(async () => {
      const found = await this.get(mspId, key);
      if (found !== value) throw new Error(`${mspId} has ${JSON.stringify(found)} under ${key}`);
    });
  }

  /**
   * Puts through the member's own peer; resolves when the transaction is valid in a block there. After a failure it
   * puts again, as any client must: orderers that met the transaction in a block before the client's own copy refuse
   * the copy ("request already processed"), and two of four are enough to fail the call. The same value twice does
   * no harm.
   */
  async put(mspId: string, key: string, value: string): Promise<void> {
    await succeeds(async () => {
      await this.contract(mspId).submitTransaction('put', key, value);
    });
  }

  async down(): Promise<void> {
    for (const { gateway, client } of this.connections.splice(0)) {
      gateway.close();
      client.close();
    }
    await this.ground.down();
  }

  async stop(): Promise<void> {
    await this.down();
    rmSync(this.folder.dir, { recursive: true, force: true });
  }

  private get contractFolder(): string {
    return join(this.folder.dir, 'contract');
  }

  private makeGround(consortium: Consortium): [Supervisor, FabricGround] {
    const { folder, more } = this;
    const origin = { consortiumFile: CONSORTIUM_FILE, portBase: consortium.portBase };
    const supervisor = new Supervisor(folder, origin);
    const chaincodePackage = this.contractFolder;
    return [supervisor, new FabricGround({ folder, consortium, supervisor, chaincodePackage, ...more })];
  }

  private contract(mspId: string): Contract {
    const address = this.ground.addresses().members.find((member) => member.mspId === mspId);
    if (address === undefined) throw new Error(`no member ${mspId}`);
    const root = readFileSync(address.tlsRootCertPath);
    const client = new grpc.Client(address.peerAddress, grpc.credentials.createSsl(root), {
      'grpc.ssl_target_name_override': address.hostOverride,
    });
    const member = memberByMspId(this.consortium, mspId);
    const { certPath, keyPath } = organisationTree(this.folder.organizations, member).users.Gateway.signing;
    const gateway = connect({
      client,
      identity: { mspId, credentials: readFileSync(certPath) },
      signer: signers.newPrivateKeySigner(createPrivateKey(readFileSync(keyPath))),
      hash: hash.sha256,
      endorseOptions: deadline,
      submitOptions: deadline,
      commitStatusOptions: deadline,
      evaluateOptions: deadline,
    });
    this.connections.push({ gateway, client });
    return gateway.getNetwork(this.consortium.channel).getContract(this.consortium.chaincode.name);
  }
}

const deadline = (): grpc.CallOptions => ({ deadline: Date.now() + 15_000 });

async function succeeds(act: () => Promise<void>): Promise<void> {
  const end = Date.now() + TRIES_FOR_MS;
  for (;;) {
    try {
      await act();
      return;
    } catch (error) {
      if (Date.now() >= end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
