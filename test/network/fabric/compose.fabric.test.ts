// Nodes started as docker-compose.yaml says, but natively, and arranged as `--containers` arranges containers.
import { expect } from 'chai';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'yaml';
import { portOf, readConsortium, type Consortium } from '../../../network/consortium.js';
import { findBinaries, type FabricBinaries } from '../../../network/fabric/binaries.js';
import { processName } from '../../../network/fabric/fabric-folder.js';
import { FabricGround } from '../../../network/grounds/fabric.js';
import { withoutFabricVariables } from '../../../network/fabric/node-settings.js';
import { ensureIdentities } from '../../../network/identity/organisation.js';
import { Supervisor } from '../../../network/processes/supervisor.js';
import { SystemFolder } from '../../../network/processes/system-folder.js';
import { REPOSITORY_ROOT } from '../../../network/repository.js';
import { consecutivePorts } from '../../support/consecutive-ports.js';

interface Service {
  readonly command: string[];
  readonly environment?: Record<string, string>;
  readonly volumes: string[];
}

const CONSORTIUM_FILE = 'network/consortium.yaml';
const DOOR = { orderer: 'ordererAdmin', peer: 'peer', chaincode: 'chaincode' } as const;

describe('containers as docker-compose.yaml describes them', function () {
  this.timeout(180_000);
  let folder: SystemFolder;
  /** Where the pid files and logs of the stand-ins for containers go. */
  let outside: SystemFolder;
  let containers: Supervisor;
  let ground: FabricGround;
  let consortium: Consortium;
  let shift = 0;

  before(async () => {
    const read = readConsortium(CONSORTIUM_FILE);
    const portBase = await consecutivePorts();
    shift = portBase - read.portBase;
    consortium = { ...read, portBase };
    [folder, outside] = ['system', 'outside'].map(
      (name) => new SystemFolder(mkdtempSync(join(tmpdir(), `forescrow-${name}-`))),
    ) as [SystemFolder, SystemFolder]; // two names, two folders
    folder.prepare();
    outside.prepare();
    await ensureIdentities(folder.organizations, consortium);
    const origin = { consortiumFile: CONSORTIUM_FILE, portBase };
    containers = new Supervisor(outside, origin);
    const supervisor = new Supervisor(folder, origin);
    ground = new FabricGround({ folder, consortium, supervisor, containers: true });
  });

  after(async () => {
    await containers.stop();
    for (const { dir } of [folder, outside]) rmSync(dir, { recursive: true, force: true });
  });

  /** What the file says, with this machine's paths in place of the container's. */
  function translate(text: string, { volumes }: Service, variables: Map<string, string>): string {
    const interpolated = (value: string) =>
      value.replace(
        /\$\{(\w+):-([^}]*)\}/g,
        (_, name: string, otherwise: string) => variables.get(name) ?? otherwise,
      );
    const mounts = volumes.map((volume) => {
      const [source = '', target = ''] = interpolated(volume).split(':');
      const path = /^[./]/.test(source) ? resolve(source) : join(outside.dir, 'volumes', source);
      return { path, target };
    });
    return mounts
      .filter(({ target }) => !target.startsWith('/forescrow/'))
      .reduce(
        (result, { path, target }) => result.replaceAll(target, path),
        interpolated(text).replace(/^\/forescrow$/, REPOSITORY_ROOT),
      )
      .replace(/\b7(?:0[5-9]|1[01])\d\b/g, (port) => String(Number(port) + shift));
  }

  async function startContainers(binaries: FabricBinaries): Promise<void> {
    const file = parse(readFileSync('docker-compose.yaml', 'utf8'), { merge: true }) as {
      readonly services: Record<string, Service>;
    };
    const lines = readFileSync(folder.containersFile, 'utf8').trimEnd().split('\n');
    const variables = new Map(lines.map((line) => line.split('=') as [string, string]));
    const programs: Record<string, string> = { ...binaries, node: process.execPath };
    await Promise.all(
      consortium.members.flatMap((member) =>
        (['orderer', 'peer', 'chaincode'] as const).map((kind) => {
          const name = processName(kind, member);
          const service = file.services[name];
          if (service === undefined) throw new Error(`no service ${name}`);
          const [program = '', ...args] = service.command.map((word) => translate(word, service, variables));
          return containers.start({
            name,
            command: programs[program] ?? program,
            args,
            cwd: REPOSITORY_ROOT,
            inherited: withoutFabricVariables(process.env),
            env: Object.fromEntries(
              Object.entries(service.environment ?? {}).map(([key, value]) => [
                key,
                translate(value, service, variables),
              ]),
            ),
            readiness: { kind: 'port', host: member.host, port: portOf(consortium, member, DOOR[kind]) },
          });
        }),
      ),
    );
  }

  it('become the consortium once they answer: channel, definition and chaincode at every member', async () => {
    const up = ground.up();
    const arranged = up.then(() => 'arranged');
    while (!existsSync(folder.containersFile)) await Promise.race([delay(50), up]);
    await startContainers(await findBinaries());
    expect(await arranged).to.equal('arranged');
    expect(ground.status(), 'the ground itself runs none of them').to.deep.equal([]);
    expect(ground.ready()).to.equal(true);
  });
});
