// `network backup` and `network restore`: what one organisation's gateway stores, copied while the system runs and put
// back while it does not.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import type { Consortium, Member } from '../consortium.js';
import {
  copyData,
  DATA,
  MANIFEST,
  parseManifest,
  takeBackup,
  type BackupManifest,
  type CopyProgress,
} from '../postgres/base-backup.js';
import { databasePlace, databaseVariable } from '../postgres/databases.js';
import type { LocalDatabase } from '../postgres/local-database.js';
import { runningPostmaster } from '../postgres/postmaster.js';
import { readRunningSystem } from '../processes/supervisor.js';
import type { SystemFolder } from '../processes/system-folder.js';
import { SetupError, messageOf } from '../setup-error.js';
import {
  consortiumOf,
  folderOf,
  memberCalled,
  runningSystem,
  type CommandContext,
  type UpOptions,
} from './command-context.js';

export interface BackupOptions extends Pick<UpOptions, 'dir'> {
  /** Domain, name or MSP id. */
  readonly org: string;
  /** A folder that is not there, or a file that ends in .tar or .tar.gz. */
  readonly to: string;
}

export interface RestoreOptions extends Pick<UpOptions, 'dir' | 'consortium'> {
  readonly org: string;
  readonly from: string;
}

const ARCHIVE = /\.(tar|tar\.gz|tgz)$/;
const FILES_PER_LINE = 500;
const MEGABYTE = 1_048_576;

export async function backUp(options: BackupOptions, context: CommandContext): Promise<void> {
  const folder = folderOf(options);
  const { consortium } = runningSystem(folder);
  const member = memberCalled(consortium, options.org);
  const server = localServer(folder, consortium, member);
  const target = resolve(options.to);
  if (existsSync(target) && !isEmptyFolder(target)) {
    throw new SetupError(`${target} is there already; name a folder or file that is not.`);
  }
  if (runningPostmaster(server.data) === null) {
    throw new SetupError(`The database of ${member.name} is not running at this moment; try again.`);
  }
  context.print(`Copying the database of ${member.name} while it runs.`);
  mkdirSync(dirname(target), { recursive: true });
  if (isEmptyFolder(target)) rmSync(target, { recursive: true });
  const progress = showing(context);
  const isArchive = ARCHIVE.test(target);
  const copied = isArchive ? `${target}.folder` : target;
  if (isArchive) rmSync(copied, { recursive: true, force: true });
  const manifest = await takeBackup({ server, domain: member.domain, target: copied, progress });
  if (isArchive) await pack(copied, target, context);
  context.print(`Backed up ${member.name}: ${sizeOf(manifest)} in ${target}.`);
  context.print('It holds the secrets of the organisation; keys and ledger are not in it.');
}

export async function restore(options: RestoreOptions, context: CommandContext): Promise<void> {
  const folder = folderOf(options);
  const consortium = consortiumOf(options);
  const member = memberCalled(consortium, options.org);
  const server = localServer(folder, consortium, member);
  const running = readRunningSystem(folder);
  if (running !== null || runningPostmaster(server.data) !== null) {
    throw new SetupError(
      `The database of ${member.name} is in use; stop the system with ` +
        `"npm run network -- down --dir ${folder.dir}", then restore.`,
    );
  }
  folder.prepare();
  const home = folder.databaseHome(member);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const unpacked = join(home, 'restore');
  rmSync(unpacked, { recursive: true, force: true });
  try {
    const source = await sourceOf(resolve(options.from), unpacked, context);
    const manifest = manifestOf(source);
    checkFits(manifest, { member, server, source });
    await putInPlace({ server, source, manifest, member }, context);
  } finally {
    rmSync(unpacked, { recursive: true, force: true });
  }
}

function localServer(folder: SystemFolder, consortium: Consortium, member: Member): LocalDatabase {
  const place = databasePlace({ folder, consortium }, member);
  if (place.kind === 'local') return place.server;
  throw new SetupError(
    `The database of ${member.name} is on a server of its own (${databaseVariable(member)} or databaseUrl); ` +
      "back it up and restore it with that server's tools.",
  );
}

async function putInPlace(
  of: {
    readonly server: LocalDatabase;
    readonly source: string;
    readonly manifest: BackupManifest;
    readonly member: Member;
  },
  context: CommandContext,
): Promise<void> {
  const { server, source, manifest, member } = of;
  context.print(`Restoring the database of ${member.name} as of ${manifest.takenAt}.`);
  const fresh = `${server.data}.new`;
  rmSync(fresh, { recursive: true, force: true });
  await copyData(join(source, DATA), fresh, showing(context));
  server.own(fresh);
  if (existsSync(server.data)) {
    const before = `${server.data}.before-${manifest.takenAt.replace(/[^0-9]/g, '')}-${String(process.pid)}`;
    renameSync(server.data, before);
    context.print(`What was there before stands in ${before}; remove it when it is not needed any more.`);
  }
  renameSync(fresh, server.data);
  context.print(
    `Restored ${sizeOf(manifest)}. What was stored after the backup is gone; start the system to go on.`,
  );
}

function checkFits(
  manifest: BackupManifest,
  of: { readonly member: Member; readonly server: LocalDatabase; readonly source: string },
): void {
  if (manifest.domain !== of.member.domain) {
    throw new SetupError(
      `This is a backup of ${manifest.domain}, not of ${of.member.domain}; name the other one with --org, ` +
        'or another backup with --from.',
    );
  }
  const installed = of.server.majorVersion();
  if (manifest.majorVersion !== installed) {
    throw new SetupError(
      `The backup was made by PostgreSQL ${manifest.majorVersion}, and ${installed} is installed here; ` +
        'restore it with the version of this program that made it.',
    );
  }
  if (!existsSync(join(of.source, DATA, 'backup_label'))) {
    throw new SetupError(`The backup in ${of.source} is not whole; name another one with --from.`);
  }
}

function manifestOf(source: string): BackupManifest {
  const file = join(source, MANIFEST);
  if (!existsSync(file)) {
    throw new SetupError(
      `${source} is no backup: there is no ${MANIFEST} in it; name one that "network backup" made.`,
    );
  }
  return parseManifest(readFileSync(file, 'utf8'), source);
}

/** The folder of the backup, unpacked if it is an archive. */
async function sourceOf(from: string, unpacked: string, context: CommandContext): Promise<string> {
  if (!existsSync(from)) throw new SetupError(`There is no backup ${from}; name another one with --from.`);
  if (!ARCHIVE.test(from)) return from;
  mkdirSync(unpacked, { mode: 0o700 });
  context.print('Unpacking.');
  await tar(['-xf', from, '-C', unpacked, '--no-same-owner']);
  return unpacked;
}

async function pack(folder: string, file: string, context: CommandContext): Promise<void> {
  context.print('Packing.');
  try {
    const compress = file.endsWith('.tar') ? [] : ['-z'];
    await tar(['-c', ...compress, '-f', `${file}.partial`, '-C', folder, MANIFEST, DATA]);
    renameSync(`${file}.partial`, file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmSync(`${file}.partial`, { force: true });
  }
}

/** Rejects with `SetupError`. */
function tar(args: readonly string[]): Promise<void> {
  // Archives hold secrets: whatever the usual mask, nobody else may read them.
  const child = spawn('sh', ['-c', 'umask 077; exec tar "$@"', 'tar', ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (words += text));
  return new Promise((done, reject) => {
    child.once('error', (cause) => {
      reject(new SetupError(`"tar" cannot be run (${messageOf(cause)}); name a folder instead of a file.`));
    });
    child.once('close', (code) => {
      if (code === 0) done();
      else reject(new SetupError(`"tar" could not do it: ${words.trim().split('\n')[0] ?? ''}`));
    });
  });
}

function isEmptyFolder(path: string): boolean {
  try {
    return readdirSync(path).length === 0;
  } catch {
    return false; // a file, or nothing
  }
}

function showing(context: CommandContext): (done: CopyProgress) => void {
  return ({ files, bytes }) => {
    if (files % FILES_PER_LINE === 0) context.print(`  ${String(files)} files, ${megabytes(bytes)} …`);
  };
}

function sizeOf({ files, bytes }: BackupManifest): string {
  return `${String(files)} files, ${megabytes(bytes)}`;
}

function megabytes(bytes: number): string {
  return `${(bytes / MEGABYTE).toFixed(1)} MB`;
}
