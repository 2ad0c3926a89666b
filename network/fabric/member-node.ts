// One member's part of the Fabric ledger: how its orderer, peer and chaincode service are started, and its package.
import { readFileSync } from 'node:fs';

import { chaincodeVariables } from '../chaincode-definition.js';
import { addressOf, portOf, type Consortium, type Member, type PortPurpose } from '../consortium.js';
import type { MemberAddress } from '../grounds/ground.js';
import { organisationTree, type OrganisationTree } from '../identity/layout.js';
import type { ProcessSpec } from '../processes/managed-process.js';
import { ROOM_FOR_LISTS } from '../processes/node-memory.js';
import type { NeededPort } from '../processes/ports.js';
import type { SystemFolder } from '../processes/system-folder.js';
import { CHAINCODE_LAUNCHER, FABRIC_BUILDER, FABRIC_CONFIG, REPOSITORY_ROOT } from '../repository.js';
import { MemberAdministrator } from './admin-tools.js';
import type { FabricBinaries } from './binaries.js';
import type { ChaincodeAddress } from './chaincode-package.js';
import { FabricFolder, PROCESS_KINDS, processName, type ProcessKind } from './fabric-folder.js';
import { ensurePackage, type PackageFile } from './lifecycle.js';
import {
  ordererVariables,
  peerVariables,
  withoutFabricVariables,
  type NodePlaces,
  type Variables,
} from './node-settings.js';
import type { Asker } from './readiness.js';

export type NodeProcess = Omit<ProcessSpec, 'logPath' | 'pidPath'>;

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

/** What answers once the process serves: an orderer opens its port long before it answers there. */
const READY_PORT = { orderer: 'ordererAdmin', peer: 'peer', chaincode: 'chaincode' } as const;

export interface MemberNodeOptions {
  readonly consortium: Consortium;
  readonly member: Member;
  readonly folder: SystemFolder;
  /** The folder of the package that the member's chaincode process serves. */
  readonly chaincodePackage: string;
}

/**
 * A member's chaincode endorses only a part of the traffic, so it takes thousands of transactions until Node.js has
 * compiled what they run through. With simple machine code from the first call on, single payments were a tenth faster
 * in a bench of some hundreds.
 */
const COMPILED_AT_ONCE = '--always-sparkplug';

export class MemberNode {
  private readonly tree: OrganisationTree;
  private readonly files: FabricFolder;

  constructor(private readonly options: MemberNodeOptions) {
    this.tree = organisationTree(options.folder.organizations, options.member);
    this.files = new FabricFolder(options.folder);
  }

  get domain(): string {
    return this.options.member.domain;
  }

  get ports(): NeededPort[] {
    const { member } = this.options;
    return LISTENERS.map(([purpose, words]) => ({
      host: member.host,
      port: this.port(purpose),
      purpose: `${member.name}, ${words}`,
    }));
  }

  get address(): MemberAddress {
    const { consortium, member } = this.options;
    return {
      mspId: member.mspId,
      peerAddress: addressOf(consortium, member, 'peer'),
      tlsRootCertPath: this.tree.peer.tlsRootCertPath,
      hostOverride: `peer0.${member.domain}`,
    };
  }

  /** Who asks the peer whether it serves. */
  get asker(): Asker {
    return { address: this.address, credential: this.tree.users.Gateway.signing };
  }

  administrator(binaries: FabricBinaries): MemberAdministrator {
    const { consortium, member } = this.options;
    return new MemberAdministrator(binaries, consortium, member, this.tree, FABRIC_CONFIG);
  }

  orderer(binaries: FabricBinaries): NodeProcess {
    const { consortium, member } = this.options;
    const env = ordererVariables(consortium, member, this.places('orderer'));
    return this.process('orderer', { command: binaries.orderer, args: [], env });
  }

  peer(binaries: FabricBinaries): NodeProcess {
    const { consortium, member } = this.options;
    const env = peerVariables(consortium, member, this.places('peer'));
    return this.process('peer', { command: binaries.peer, args: ['node', 'start'], env });
  }

  chaincode({ id }: PackageFile): NodeProcess {
    const { tls, tlsRootCertPath } = this.tree.peer;
    const secured = [
      ...['--chaincode-tls-cert-file', tls.certPath, '--chaincode-tls-key-file', tls.keyPath],
      ...['--chaincode-tls-client-cacert-file', tlsRootCertPath],
    ];
    return this.process('chaincode', {
      command: process.execPath,
      args: [
        ...ROOM_FOR_LISTS,
        COMPILED_AT_ONCE,
        ...[CHAINCODE_LAUNCHER, 'server', '--chaincode-address', this.chaincodeAddress],
        ...['--chaincode-id', id, '--module-path', this.options.chaincodePackage],
        ...(this.isOnLoopback ? [] : secured),
      ],
      env: chaincodeVariables(this.options.consortium),
    });
  }

  package(): PackageFile {
    const { consortium, member } = this.options;
    const { name, version } = consortium.chaincode;
    const address: ChaincodeAddress = { label: `${name}_${version}`, address: this.chaincodeAddress };
    return ensurePackage(
      this.files.chaincodePackage(member),
      this.isOnLoopback ? address : { ...address, tls: this.chaincodeTls },
    );
  }

  /** Where each of the member's processes answers once it serves. */
  get doors(): NeededPort[] {
    const { member } = this.options;
    return PROCESS_KINDS.map((kind) => ({
      host: member.host,
      port: this.port(READY_PORT[kind]),
      purpose: processName(kind, member),
    }));
  }

  /** The member's own TLS authority on both sides: no other member's peer can speak to its chaincode. */
  private get chaincodeTls(): Required<ChaincodeAddress>['tls'] {
    const { tls, tlsRootCertPath } = this.tree.peer;
    const read = (path: string) => readFileSync(path, 'utf8');
    return {
      rootCert: read(tlsRootCertPath),
      clientCert: read(tls.certPath),
      clientKey: read(tls.keyPath),
    };
  }

  private get chaincodeAddress(): string {
    return addressOf(this.options.consortium, this.options.member, 'chaincode');
  }

  private get isOnLoopback(): boolean {
    return LOOPBACK.test(this.options.member.host);
  }

  private port(purpose: PortPurpose): number {
    return portOf(this.options.consortium, this.options.member, purpose);
  }

  private places(kind: 'orderer' | 'peer'): NodePlaces {
    const { member } = this.options;
    return {
      config: FABRIC_CONFIG,
      builder: FABRIC_BUILDER,
      data: this.files.nodeData(kind, member),
      tree: this.tree,
      listenHost: member.host,
    };
  }

  private process(
    kind: ProcessKind,
    what: { readonly command: string; readonly args: readonly string[]; readonly env: Variables },
  ): NodeProcess {
    const { member } = this.options;
    return {
      name: processName(kind, member),
      cwd: REPOSITORY_ROOT,
      inherited: withoutFabricVariables(process.env),
      readiness: { kind: 'port', host: member.host, port: this.port(READY_PORT[kind]) },
      ...what,
    };
  }
}
