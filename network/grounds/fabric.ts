// The Fabric ground: for each member a real peer, orderer and chaincode service; one channel, one definition.
import { isIPv6 } from 'node:net';

import { chaincodeDefinition } from '../chaincode-definition.js';
import type { Consortium } from '../consortium.js';
import type { Ground, GroundAddresses, Step } from './ground.js';
import type { ProcessStatus } from '../processes/managed-process.js';
import type { NeededPort } from '../processes/ports.js';
import type { Supervisor } from '../processes/supervisor.js';
import type { SystemFolder } from '../processes/system-folder.js';
import { REPOSITORY_ROOT } from '../repository.js';
import { SetupError } from '../setup-error.js';
import type { MemberAdministrator } from '../fabric/admin-tools.js';
import { findBinaries, type FabricBinaries } from '../fabric/binaries.js';
import { checkOrdering } from '../fabric/channel-profile.js';
import { ensureGenesisBlock, joinOrderers, joinPeers, untilCaughtUp } from '../fabric/channel.js';
import { untilContainersAnswer } from '../fabric/containers.js';
import { FabricFolder, PROCESS_KINDS, processName, type ProcessKind } from '../fabric/fabric-folder.js';
import { ensureDefinition, ensureInstalled, type PackageFile } from '../fabric/lifecycle.js';
import { MemberNode } from '../fabric/member-node.js';
import { untilServing } from '../fabric/readiness.js';

export interface FabricGroundOptions {
  readonly folder: SystemFolder;
  readonly consortium: Consortium;
  readonly supervisor: Supervisor;
  /** The package that `fabric-chaincode-node` serves; this repository's chaincode if not named. */
  readonly chaincodePackage?: string;
  /** By MSP id, for members that run another package than the rest; for tests of what such a member can do. */
  readonly chaincodePackages?: Readonly<Record<string, string>>;
  /** Peers, orderers and chaincode run in containers (docker-compose.yaml) and are waited for, not started. */
  readonly containers?: boolean;
}

/** A member's node with its administrator's tools and the package that they install. */
interface Seat {
  readonly node: MemberNode;
  readonly administrator: MemberAdministrator;
  readonly package: PackageFile;
}

/** Peers of Fabric take an orderer's host and port apart and put them together again without brackets. */
function checkHosts({ members }: Consortium): void {
  const member = members.find(({ host }) => isIPv6(host));
  if (member === undefined) return;
  throw new SetupError(
    `Fabric's peers cannot reach the orderer of ${member.name} by the IPv6 address ${member.host}; ` +
      'give the member a host name in the consortium file, or use --ground embedded.',
  );
}

export class FabricGround implements Ground {
  readonly name = 'fabric';
  readonly banner =
    'Fabric ground: Hyperledger Fabric, with a peer, an orderer and a chaincode process for each member. ' +
    'As long as all of them run on one machine, one administrator rules them all.';
  private readonly nodes: readonly MemberNode[];
  private readonly files: FabricFolder;
  private found: FabricBinaries | null = null;

  constructor(private readonly options: FabricGroundOptions) {
    const { consortium, folder, chaincodePackage, chaincodePackages } = options;
    this.files = new FabricFolder(folder);
    this.nodes = consortium.members.map((member) => {
      const served = chaincodePackages?.[member.mspId] ?? chaincodePackage ?? REPOSITORY_ROOT;
      return new MemberNode({ consortium, member, folder, chaincodePackage: served });
    });
  }

  async check(): Promise<void> {
    const { consortium, folder } = this.options;
    checkOrdering(consortium);
    checkHosts(consortium);
    if (/[\s,]/.test(folder.dir)) {
      throw new SetupError(
        `The folder ${folder.dir} has a space or a comma in its name, which Fabric's lists of files cannot hold; ` +
          'choose another one with --dir.',
      );
    }
    this.found = await findBinaries();
  }

  neededPorts(): NeededPort[] {
    return this.inContainers ? [] : this.nodes.flatMap((node) => node.ports);
  }

  addresses(): GroundAddresses {
    return { members: this.nodes.map((node) => node.address) };
  }

  steps(): Step[] {
    const { members, ordering } = this.options.consortium;
    return [
      {
        title: `Fabric: ${members.length} orderers and ${members.length} peers`,
        run: () => this.startNodes(),
      },
      { title: `Fabric: the channel, ordered by ${ordering}`, run: () => this.joinChannel() },
      { title: 'Fabric: chaincode at each member', run: () => this.startChaincode() },
      { title: 'Fabric: chaincode definition, approved by each member', run: () => this.agreeOnDefinition() },
      { title: 'Fabric: every peer sees all others', run: () => this.untilServing() },
    ];
  }

  async up(): Promise<GroundAddresses> {
    await this.check();
    for (const step of this.steps()) await step.run();
    return this.addresses();
  }

  ready(): boolean {
    const states = this.status();
    const expected = this.inContainers ? 0 : this.nodes.length * PROCESS_KINDS.length;
    return states.length === expected && states.every(({ state }) => state === 'ready');
  }

  status(): ProcessStatus[] {
    const names = PROCESS_KINDS.flatMap((kind) => this.names(kind));
    return this.options.supervisor.status().filter(({ name }) => names.includes(name));
  }

  async down(): Promise<void> {
    for (const kind of ['chaincode', 'peer', 'orderer'] as const) {
      await this.options.supervisor.stop(this.names(kind));
    }
  }

  private names(kind: ProcessKind): string[] {
    return this.options.consortium.members.map((member) => processName(kind, member));
  }

  private async startNodes(): Promise<void> {
    const { consortium, folder, supervisor } = this.options;
    const { binaries } = this;
    const place = { binaries, consortium, folder: this.files, organizations: folder.organizations };
    if (this.inContainers) {
      await ensureGenesisBlock(place);
      await untilContainersAnswer(folder, this.nodes);
      return;
    }
    await Promise.all([
      ensureGenesisBlock(place),
      ...this.nodes.map((node) => supervisor.start(node.orderer(binaries))),
      ...this.nodes.map((node) => supervisor.start(node.peer(binaries))),
    ]);
  }

  private async joinChannel(): Promise<void> {
    const administrators = this.seats.map(({ administrator }) => administrator);
    await joinOrderers(administrators, this.files);
    await joinPeers(administrators, this.files);
    await untilCaughtUp(administrators, this.files);
  }

  private async startChaincode(): Promise<void> {
    await Promise.all(
      this.seats.map(async (seat) => {
        const { supervisor } = this.options;
        const started = this.inContainers
          ? Promise.resolve()
          : supervisor.start(seat.node.chaincode(seat.package));
        await Promise.all([ensureInstalled(seat.administrator, seat.package), started]);
      }),
    );
  }

  private agreeOnDefinition(): Promise<void> {
    const parts = this.seats.map((seat) => ({
      administrator: seat.administrator,
      packageId: seat.package.id,
    }));
    const definition = chaincodeDefinition(this.options.consortium);
    return ensureDefinition(parts, { definition, collections: this.files.collectionsConfig });
  }

  private async untilServing(): Promise<void> {
    const { channel, chaincode, members } = this.options.consortium;
    const wanted = { channel, chaincode: chaincode.name, mspIds: members.map(({ mspId }) => mspId) };
    await Promise.all(this.nodes.map((node) => untilServing(node.asker, wanted)));
  }

  private get inContainers(): boolean {
    return this.options.containers === true;
  }

  private get seats(): Seat[] {
    return this.nodes.map((node) => ({
      node,
      administrator: node.administrator(this.binaries),
      package: node.package(),
    }));
  }

  private get binaries(): FabricBinaries {
    if (this.found === null) throw new Error('check() comes before the steps');
    return this.found;
  }
}
