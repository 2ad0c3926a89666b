// The embedded ground: one ledger process that plays every member's peer, one chaincode process for all.
import { join } from 'node:path';

import {
  addressOf,
  agreementPolicy,
  marketplaceOf,
  portOf,
  type Consortium,
  type Member,
} from '../consortium.js';
import { chaincodeDefinition, chaincodeVariables } from '../chaincode-definition.js';
import type { Ground, GroundAddresses, Step } from './ground.js';
import { writeWhole } from '../identity/credential.js';
import { organisationTree } from '../identity/layout.js';
import type { ProcessStatus } from '../processes/managed-process.js';
import { ROOM_FOR_LISTS } from '../processes/node-memory.js';
import type { NeededPort } from '../processes/ports.js';
import type { Supervisor } from '../processes/supervisor.js';
import type { SystemFolder } from '../processes/system-folder.js';
import { CHAINCODE_LAUNCHER, LEDGER_ENTRY, REPOSITORY_ROOT } from '../repository.js';
import type { LedgerConfig } from '../../ledger/ledger-config.js';

const LEDGER = 'ledger';
const CHAINCODE = 'chaincode';
/** Without TLS, and therefore never off this machine, wherever the members' addresses are. */
const CHAINCODE_HOST = '127.0.0.1';
const EXECUTION_TIMEOUT_MS = 30_000;
/** As on the fabric ground: gateways bound what they have in flight themselves. */
const CONCURRENCY = { gatewayService: 10_000, deliverService: 10_000, endorserService: 10_000 };
/** The longest path that a Unix socket may have on every system. */
const LONGEST_SOCKET_PATH = 100;

export interface EmbeddedGroundOptions {
  readonly folder: SystemFolder;
  readonly consortium: Consortium;
  readonly supervisor: Supervisor;
  /** The package that `fabric-chaincode-node` serves; this repository's chaincode if not named. */
  readonly chaincodePackage?: string;
  /** Opens the socket through which faults are injected; for tests only. */
  readonly faultInjection?: boolean;
}

export class EmbeddedGround implements Ground {
  readonly name = 'embedded';
  readonly banner =
    'Embedded ground: one process plays every member, so there is no trust between members here. ' +
    'For development, tests and demonstrations.';

  constructor(private readonly options: EmbeddedGroundOptions) {}

  neededPorts(): NeededPort[] {
    const { consortium } = this.options;
    const peers = consortium.members.map((member) => ({
      host: member.host,
      port: portOf(consortium, member, 'peer'),
      purpose: `${member.name}, peer`,
    }));
    return [...peers, { ...this.chaincodeService(), purpose: 'chaincode' }];
  }

  addresses(): GroundAddresses {
    const { consortium, folder } = this.options;
    return {
      members: consortium.members.map((member) => ({
        mspId: member.mspId,
        peerAddress: addressOf(consortium, member, 'peer'),
        tlsRootCertPath: organisationTree(folder.organizations, member).peer.tlsRootCertPath,
        hostOverride: `peer0.${member.domain}`,
      })),
    };
  }

  check(): Promise<void> {
    return Promise.resolve();
  }

  steps(): Step[] {
    return [
      { title: 'Ground: embedded ledger', run: () => this.startLedger() },
      { title: 'Ground: chaincode', run: () => this.startChaincode() },
    ];
  }

  async up(): Promise<GroundAddresses> {
    for (const step of this.steps()) await step.run();
    return this.addresses();
  }

  ready(): boolean {
    const states = this.status();
    return states.length === 2 && states.every(({ state }) => state === 'ready');
  }

  status(): ProcessStatus[] {
    return this.options.supervisor.status().filter(({ name }) => name === LEDGER || name === CHAINCODE);
  }

  down(): Promise<void> {
    return this.options.supervisor.stop([LEDGER, CHAINCODE]);
  }

  private async startLedger(): Promise<void> {
    const { folder, supervisor } = this.options;
    const configFile = folder.configFile(LEDGER);
    writeWhole(configFile, `${JSON.stringify(this.ledgerConfig(), null, 2)}\n`);
    await supervisor.start({
      name: LEDGER,
      command: process.execPath,
      args: [...ROOM_FOR_LISTS, LEDGER_ENTRY, configFile],
      cwd: REPOSITORY_ROOT,
      readiness: { kind: 'line' },
    });
  }

  private startChaincode(): Promise<void> {
    const { consortium, supervisor } = this.options;
    const { host, port } = this.chaincodeService();
    const { name, version } = consortium.chaincode;
    return supervisor.start({
      name: CHAINCODE,
      command: process.execPath,
      args: [
        ...ROOM_FOR_LISTS,
        CHAINCODE_LAUNCHER,
        'server',
        '--chaincode-address',
        `${host}:${port}`,
        '--chaincode-id',
        `${name}:${version}`,
        '--module-path',
        this.options.chaincodePackage ?? REPOSITORY_ROOT,
      ],
      cwd: REPOSITORY_ROOT,
      env: chaincodeVariables(consortium),
      readiness: { kind: 'port', host, port },
    });
  }

  /** The one chaincode process of this ground takes the marketplace's port for it. */
  private chaincodeService(): { readonly host: string; readonly port: number } {
    const { consortium } = this.options;
    return { host: CHAINCODE_HOST, port: portOf(consortium, marketplaceOf(consortium), 'chaincode') };
  }

  private ledgerConfig(): LedgerConfig {
    const { consortium, folder, faultInjection } = this.options;
    const marketplace = marketplaceOf(consortium);
    const orderer = organisationTree(folder.organizations, marketplace).orderer;
    const socket = join(folder.runFolder, 'fault.sock');
    const { host, port } = this.chaincodeService();
    return {
      dataDir: folder.ledgerData,
      channel: consortium.channel,
      organisations: consortium.members.map((member) => this.organisation(member)),
      orderer: { mspId: marketplace.mspId, mspDir: orderer.mspDir },
      chaincodes: [{ ...chaincodeDefinition(consortium), address: `${host}:${port}` }],
      policies: { Agreement: agreementPolicy(consortium) },
      timeWindowMs: consortium.timing.windowMs,
      executionTimeoutMs: EXECUTION_TIMEOUT_MS,
      batch: consortium.batch,
      concurrency: CONCURRENCY,
      ...(faultInjection === true && socket.length <= LONGEST_SOCKET_PATH ? { faultSocketPath: socket } : {}),
    };
  }

  private organisation(member: Member): LedgerConfig['organisations'][number] {
    const { consortium, folder } = this.options;
    const tree = organisationTree(folder.organizations, member);
    return {
      mspId: member.mspId,
      host: member.host,
      port: portOf(consortium, member, 'peer'),
      mspDir: tree.mspDir,
      peerMspDir: tree.peer.mspDir,
      tlsCertPath: tree.peer.tls.certPath,
      tlsKeyPath: tree.peer.tls.keyPath,
    };
  }
}
