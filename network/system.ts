// The whole system in one folder: databases, ground and gateways, brought up in order and down in the opposite one.
import type { Consortium, Member } from './consortium.js';
import { EmbeddedGround } from './grounds/embedded.js';
import { FabricGround } from './grounds/fabric.js';
import type { Ground, Step } from './grounds/ground.js';
import { ensureIdentities } from './identity/organisation.js';
import { corePort, prepareCore } from './processes/core-process.js';
import { adminPort, partnerPort, prepareGateway, webPort } from './processes/gateway-process.js';
import { writeSettings } from './processes/settings-file.js';
import { checkGround, noteGround } from './processes/ground-note.js';
import { checkPorts } from './processes/ports.js';
import { databaseName, databasePlace } from './postgres/databases.js';
import { Supervisor } from './processes/supervisor.js';
import type { SystemFolder } from './processes/system-folder.js';

export interface SystemOptions {
  readonly folder: SystemFolder;
  readonly consortium: Consortium;
  readonly consortiumFile: string;
  /** Opens the socket through which the ledger's faults are injected; for tests only. */
  readonly faultInjection?: boolean;
  /** Fabric's nodes run in containers, which somebody else starts. */
  readonly containers?: boolean;
}

export class System {
  readonly ground: Ground;
  private readonly supervisor: Supervisor;
  private stopping: Promise<void> | null = null;

  constructor(private readonly options: SystemOptions) {
    const { folder, consortium, consortiumFile } = options;
    this.supervisor = new Supervisor(folder, { consortiumFile, portBase: consortium.portBase });
    const place = { folder, consortium, supervisor: this.supervisor };
    this.ground =
      consortium.ground === 'fabric'
        ? new FabricGround({ ...place, containers: options.containers ?? false })
        : new EmbeddedGround({ ...place, faultInjection: options.faultInjection ?? false });
  }

  /** The caller runs them one after the other and calls `down` if one rejects. */
  stepsUp(): Step[] {
    return [
      { title: 'Folder and ports', run: () => this.takePlace() },
      { title: 'Identities of all members', run: () => this.issueIdentities() },
      { title: 'Databases, one per organisation', run: () => this.startDatabases() },
      ...this.ground.steps(),
      ...this.coreSteps(),
      { title: 'Gateways, one per organisation', run: () => this.startGateways() },
    ];
  }

  /** Brings everything up and prints nothing. */
  async up(): Promise<void> {
    for (const step of this.stepsUp()) await step.run();
    this.declareReady();
  }

  declareReady(): void {
    this.supervisor.declareReady();
  }

  /** Gateways, chaincode, ledger, at last the databases; resolves when none of them is left. May be called twice. */
  down(): Promise<void> {
    this.stopping ??= this.supervisor.stop().then(() => {
      this.supervisor.unlock();
    });
    return this.stopping;
  }

  /** Whether `down` has been asked for: a step that fails after that failed because of it. */
  get isStopping(): boolean {
    return this.stopping !== null;
  }

  private async takePlace(): Promise<void> {
    const { folder, consortium } = this.options;
    folder.prepare();
    await this.supervisor.lock();
    checkGround(folder, consortium);
    await this.ground.check();
    const doors = consortium.members.flatMap((member) => [
      adminPort(consortium, member),
      webPort(consortium, member),
    ]);
    const partners = consortium.members
      .filter(({ kind }) => kind !== 'marketplace')
      .map((member) => partnerPort(consortium, member));
    const cores = this.simulatedCores().map((bank) => corePort(consortium, bank));
    await checkPorts([...this.ground.neededPorts(), ...doors, ...partners, ...cores]);
    noteGround(folder, consortium);
  }

  private async issueIdentities(): Promise<void> {
    await ensureIdentities(this.options.folder.organizations, this.options.consortium);
  }

  /** No server is started for a member whose database was named. */
  private async startDatabases(): Promise<void> {
    const { members } = this.options.consortium;
    await Promise.all(
      members.map(async (member) => {
        const place = databasePlace(this.options, member);
        if (place.kind === 'named') return;
        await this.supervisor.start({ name: databaseName(member), ...(await place.server.prepare()) });
        await place.server.makeGatewayDatabase();
      }),
    );
  }

  private banks(): readonly Member[] {
    return this.options.consortium.members.filter(({ kind }) => kind === 'bank');
  }

  /** Of the demo world alone. */
  private simulatedCores(): readonly Member[] {
    return this.options.consortium.world === 'demo' ? this.banks() : [];
  }

  private coreSteps(): Step[] {
    const banks = this.simulatedCores();
    const start = async (): Promise<void> => {
      await Promise.all(banks.map((bank) => this.supervisor.start(prepareCore(this.options, bank))));
    };
    return banks.length === 0 ? [] : [{ title: 'Simulated core banks, one per bank', run: start }];
  }

  private async startGateways(): Promise<void> {
    const { folder, consortium } = this.options;
    const database = (member: Member) => databasePlace(this.options, member);
    const plan = { folder, consortium, ground: this.ground.addresses(), database };
    writeSettings(folder, consortium);
    await Promise.all(
      consortium.members.map((member) => this.supervisor.start(prepareGateway(plan, member))),
    );
  }
}
