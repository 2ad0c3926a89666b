// What all commands share: their common options, where they print, and how a failure is shown.

import { join, resolve } from 'node:path';

import {
  addressOf,
  DEFAULT_CONSORTIUM_FILE,
  readConsortium,
  webOrigin,
  type Consortium,
  type GroundName,
  type Member,
} from '../consortium.js';
import type { Demo, DemoContext } from '../../demo/context.js';
import { composeCommand } from '../fabric/containers.js';
import { adminUrl } from '../processes/gateway-process.js';
import { readRunningSystem, type SystemNote } from '../processes/supervisor.js';
import { DEFAULT_DIR, SystemFolder } from '../processes/system-folder.js';
import { REPOSITORY_ROOT } from '../repository.js';
import { SetupError } from '../setup-error.js';

/** Options that every command takes. */
export interface CommonOptions {
  readonly dir?: string;
}

/** Options of the commands that bring a system up. */
export interface UpOptions extends CommonOptions {
  readonly portBase?: number;
  readonly consortium?: string;
  /** Overrides the consortium file. */
  readonly ground?: GroundName;
  /** Fabric's nodes run in containers. */
  readonly containers?: boolean;
}

/** The border to the screen and to the demonstration, so that tests can stand in for both. */
export interface CommandContext {
  print(line: string): void;
  /** For what went wrong: stderr. */
  complain(line: string): void;
  /** Whether progress may be redrawn in place. */
  readonly isTerminal: boolean;
  demo(): Promise<Demo>;
}

export function folderOf(options: CommonOptions): SystemFolder {
  return new SystemFolder(options.dir ?? DEFAULT_DIR);
}

/** The consortium file that `up` and `start` use, absolute. */
export function consortiumFileOf(options: UpOptions): string {
  return resolve(options.consortium ?? resolve(REPOSITORY_ROOT, DEFAULT_CONSORTIUM_FILE));
}

export function consortiumOf(options: UpOptions): Consortium {
  const { portBase, ground } = options;
  const consortium = readConsortium(consortiumFileOf(options), portBase === undefined ? {} : { portBase });
  if (options.containers === true) return { ...consortium, ground: 'fabric' };
  return ground === undefined ? consortium : { ...consortium, ground };
}

/** What is left to the operator before the system can come up, if anything. */
export function nextStepOf(options: UpOptions, consortium: Consortium): string | null {
  if (options.containers !== true) return null;
  return `Waiting for the containers; start them with: ${composeCommand(folderOf(options), consortium)}`;
}

/** The running system in the folder. Throws `SetupError` if there is none that is ready. */
export function runningSystem(folder: SystemFolder): {
  readonly note: SystemNote;
  readonly consortium: Consortium;
} {
  const note = readRunningSystem(folder);
  if (note === null) throw nothingRuns(folder);
  if (!note.ready) {
    throw new SetupError(
      `The system in ${folder.dir} is still starting; wait until it says "Ready:", then try again.`,
    );
  }
  return { note, consortium: readConsortium(note.consortiumFile, { portBase: note.portBase }) };
}

/** By domain, MSP id or name. Throws `SetupError` naming the domains if there is none. */
export function memberCalled(consortium: Consortium, name: string): Member {
  const found = consortium.members.find((member) =>
    [member.domain, member.mspId, member.name].includes(name),
  );
  if (found) return found;
  const domains = consortium.members.map(({ domain }) => domain).join(', ');
  throw new SetupError(`There is no member ${name}; choose one of: ${domains}.`);
}

export function nothingRuns(folder: SystemFolder): SetupError {
  return new SetupError(
    `Nothing is running in ${folder.dir}; start it with "npm start", or name the right folder with --dir.`,
  );
}

export function demoContext(folder: SystemFolder, consortium: Consortium): DemoContext {
  return {
    dir: folder.dir,
    consortium,
    adminApis: consortium.members.map((member) => ({
      mspId: member.mspId,
      name: member.name,
      kind: member.kind,
      ...(member.bankId === undefined ? {} : { bankId: member.bankId }),
      url: adminUrl(consortium, member),
      tokenPath: folder.adminToken(member),
    })),
    webs: consortium.members.map((member) => ({
      mspId: member.mspId,
      url: `http://${addressOf(consortium, member, 'web')}`,
      origin: webOrigin(consortium, member),
      firstAdministratorPath: join(folder.gatewayData(member), 'first-administrator.txt'),
    })),
    phoneLinksPaths: Object.fromEntries(
      consortium.members
        .filter(({ kind }) => kind === 'bank')
        .map((bank) => [bank.mspId, join(folder.coreData(bank), 'links.json')]),
    ),
  };
}

/** Where everything is reached, one line per address. */
export function addressLines(folder: SystemFolder, consortium: Consortium): string[] {
  const width = Math.max(...consortium.members.map(({ name }) => name.length));
  return [
    `Folder     ${folder.dir}`,
    `Channel    ${consortium.channel}, chaincode ${consortium.chaincode.name} ${consortium.chaincode.version}`,
    ...consortium.members.map(
      (member) =>
        `${member.name.padEnd(width)}  peer ${addressOf(consortium, member, 'peer')}` +
        `  admin ${adminUrl(consortium, member)}`,
    ),
    ...consortium.members.map(
      (member) => `${member.name.padEnd(width)}  pages ${webOrigin(consortium, member)}`,
    ),
  ];
}
