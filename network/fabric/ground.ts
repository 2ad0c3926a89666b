// The Fabric ground: for each member a real peer, orderer and chaincode service; one channel, one definition.
// It arranges files, processes and the order of steps; what Fabric is told is in the files beside it.
import { readFileSync } from 'node:fs';

import { addressOf, portOf, type Consortium, type Member, type PortPurpose } from '../consortium.js';
import type { Ground, GroundAddresses, MemberAddress } from '../ground.js';
import { organisationTree, type OrganisationTree } from '../identity/layout.js';
import type { ProcessSpec, ProcessStatus } from '../processes/managed-process.js';
import type { NeededPort } from '../processes/ports.js';
import type { Supervisor } from '../processes/supervisor.js';
import type { SystemFolder } from '../processes/system-folder.js';
import { CHAINCODE_LAUNCHER, FABRIC_BUILDER, FABRIC_CONFIG, REPOSITORY_ROOT } from '../repository.js';
import { SetupError } from '../setup-error.js';
import { MemberAdministrator } from './admin-tools.js';
import { findBinaries, type FabricBinaries } from './binaries.js';
import { ensureGenesisBlock, joinOrderers, joinPeers, untilOrdering } from './channel.js';
import { FabricFolder, PROCESS_KINDS, processName, type ProcessKind } from './fabric-folder.js';
import { ensureDefinition, ensureInstalled, ensurePackage, type PackageFile } from './lifecycle.js';
import { ordererVariables, peerVariables, type NodePlaces } from './node-settings.js';
import { untilServing } from './readiness.js';

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/;

const LISTENERS: readonly (readonly [PortPurpose, string])[] = [
  ['orderer', 'orderer'],
  ['peer', 'peer'],
  ['chaincode', 'chaincode'],
  ['operations', "peer's operations"],
  ['ordererOperations', "orderer's operations"],
  ['ordererAdmin', "orderer's administration"],
  ['peerChaincode', "peer's chaincode listener"],
];

export interface FabricGroundOptions {
  folder: SystemFolder;
  consortium: Consortium;
  supervisor: Supervisor;
  /** The package that `fabric-chaincode-node` serves; this repository's chaincode if not named. */
  chaincodePackage?: string;
  /** By MSP id, for members that run another package than the rest; for tests of what such a member can do. */
  chaincodePackages?: Readonly<Record<string, string>>;
}

export class FabricGround implements Ground {
  readonly name = 'fabric';
  readonly banner =
    'Fabric ground: Hyperledger Fabric, with a peer, an orderer and a chaincode process for each member. ' +
    'On one machine whoever rules the machine rules them all.';
  private readonly files: FabricFolder;

  constructor(private readonly options: FabricGroundOptions) {
    this.files = new FabricFolder(options.folder);
  }

  neededPorts(): NeededPort[] {
    const { consortium } = this.options;
    return consortium.members.flatMap((member) =>
      LISTENERS.map(([purpose, words]) => ({
        host: member.host,
        port: portOf(consortium, member, purpose),
        purpose: `${member.name}, ${words}`,
      })),
    );
  }

  addresses(): GroundAddresses {
    return { members: this.options.consortium.members.map((member) => this.addressOf(member)) };
  }

  async up(): Promise<GroundAddresses> {
    const { consortium, folder } = this.options;
    if (/\s/.test(folder.dir)) {
      throw new SetupError(
        `The folder ${folder.dir} has a space in its name, which lists of files in Fabric's variables cannot hold; ` +
          'choose another one with --dir.',
      );
    }
    const binaries = await findBinaries();
    const place = { binaries, consortium, folder: this.files, organizations: folder.organizations };
    const administrators = consortium.members.map(
      (member) => new MemberAdministrator(binaries, consortium, member, this.tree(member), FABRIC_CONFIG),
    );
    await Promise.all([ensureGenesisBlock(place), this.startNodes(binaries)]);
    await joinOrderers(administrators, this.files);
    await joinPeers(administrators, this.files);
    const packages = new Map(consortium.members.map((member) => [member, this.package(member)]));
    const packageOf = (member: Member) => required(packages.get(member));
    await Promise.all([
      untilOrdering(administrators, this.files),
      ...administrators.map((each) => ensureInstalled(each, packageOf(each.member))),
      ...consortium.members.map((member) => this.startChaincode(member, packageOf(member))),
    ]);
    await ensureDefinition(administrators, consortium.chaincode, (each) => packageOf(each.member));
    await this.untilServing();
    return this.addresses();
  }

  ready(): boolean {
    const { consortium } = this.options;
    const states = this.status();
    return (
      states.length === consortium.members.length * PROCESS_KINDS.length &&
      states.every(({ state }) => state === 'ready')
    );
  }

  status(): ProcessStatus[] {
    const names = this.names(...PROCESS_KINDS);
    return this.options.supervisor.status().filter(({ name }) => names.includes(name));
  }

  async down(): Promise<void> {
    const { supervisor } = this.options;
    for (const kind of ['chaincode', 'peer', 'orderer'] as const) await supervisor.stop(this.names(kind));
  }

  private names(...kinds: readonly ProcessKind[]): string[] {
    return kinds.flatMap((kind) =>
      this.options.consortium.members.map((member) => processName(kind, member)),
    );
  }

  private tree(member: Member): OrganisationTree {
    return organisationTree(this.options.folder.organizations, member);
  }

  private addressOf(member: Member): MemberAddress {
    return {
      mspId: member.mspId,
      peerAddress: addressOf(this.options.consortium, member, 'peer'),
      tlsRootCertPath: this.tree(member).peer.tlsRootCertPath,
      hostOverride: `peer0.${member.domain}`,
    };
  }

  private async startNodes(binaries: FabricBinaries): Promise<void> {
    const { consortium } = this.options;
    await Promise.all(
      consortium.members.flatMap((member) => [
        this.start(member, 'orderer', {
          command: binaries.orderer,
          args: [],
          env: ordererVariables(consortium, member, this.places(member, 'orderer')),
          // It opens this one last.
          port: portOf(consortium, member, 'orderer'),
        }),
        this.start(member, 'peer', {
          command: binaries.peer,
          args: ['node', 'start'],
          env: peerVariables(consortium, member, this.places(member, 'peer')),
          port: portOf(consortium, member, 'peer'),
        }),
      ]),
    );
  }

  private startChaincode(member: Member, { id }: PackageFile): Promise<void> {
    const { consortium, chaincodePackage, chaincodePackages } = this.options;
    const port = portOf(consortium, member, 'chaincode');
    const folder = chaincodePackages?.[member.mspId] ?? chaincodePackage ?? REPOSITORY_ROOT;
    const { tls, tlsRootCertPath } = this.tree(member).peer;
    const secured = [
      ...['--chaincode-tls-cert-file', tls.certPath, '--chaincode-tls-key-file', tls.keyPath],
      ...['--chaincode-tls-client-cacert-file', tlsRootCertPath],
    ];
    return this.start(member, 'chaincode', {
      command: process.execPath,
      args: [
        ...[CHAINCODE_LAUNCHER, 'server', '--chaincode-address', `${member.host}:${port}`],
        ...['--chaincode-id', id, '--module-path', folder],
        ...(isLoopback(member) ? [] : secured),
      ],
      env: {},
      port,
    });
  }

  private start(
    member: Member,
    kind: ProcessKind,
    what: Pick<ProcessSpec, 'command' | 'args'> & { env: Record<string, string>; port: number },
  ): Promise<void> {
    const { port, ...rest } = what;
    return this.options.supervisor.start({
      name: processName(kind, member),
      cwd: REPOSITORY_ROOT,
      readiness: { kind: 'port', host: member.host, port },
      ...rest,
    });
  }

  private places(member: Member, kind: 'orderer' | 'peer'): NodePlaces {
    return {
      config: FABRIC_CONFIG,
      builder: FABRIC_BUILDER,
      data: this.files.nodeData(kind, member),
      tree: this.tree(member),
      listenHost: member.host,
    };
  }

  private package(member: Member): PackageFile {
    const { consortium } = this.options;
    const { tls, tlsRootCertPath } = this.tree(member).peer;
    const read = (path: string) => readFileSync(path, 'utf8');
    return ensurePackage(this.files.chaincodePackage(member), {
      label: `${consortium.chaincode.name}_${consortium.chaincode.version}`,
      address: addressOf(consortium, member, 'chaincode'),
      ...(isLoopback(member)
        ? {}
        : {
            tls: {
              rootCert: read(tlsRootCertPath),
              clientCert: read(tls.certPath),
              clientKey: read(tls.keyPath),
            },
          }),
    });
  }

  private async untilServing(): Promise<void> {
    const { consortium } = this.options;
    const wanted = {
      channel: consortium.channel,
      chaincode: consortium.chaincode.name,
      mspIds: consortium.members.map(({ mspId }) => mspId),
    };
    await Promise.all(
      consortium.members.map((member) =>
        untilServing(
          { address: this.addressOf(member), credential: this.tree(member).users.Gateway.signing },
          wanted,
        ),
      ),
    );
  }
}

function isLoopback(member: Member): boolean {
  return LOOPBACK.test(member.host);
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('every member has its package');
  return value;
}
