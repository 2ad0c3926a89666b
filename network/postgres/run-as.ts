// As whom PostgreSQL runs: it refuses root, so root starts it in a user namespace where it is somebody else, or, where
// there are none, as the user nobody. Either way it ends when the process that started it dies.
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

import { SetupError } from '../setup-error.js';

export interface RunAs {
  /** Command and arguments that stand before the program's own. */
  readonly prefix: readonly string[];
  /** The user whose files its folders must be; null: the user who starts it. */
  readonly owner: { readonly uid: number; readonly gid: number } | null;
}

/** Overflow ids of Linux: in the namespace PostgreSQL is this user, outside its files stay those of its starter. */
const NAMESPACE_ID = '65534';
const IN_NAMESPACE = ['--user', `--map-user=${NAMESPACE_ID}`, `--map-group=${NAMESPACE_ID}`];
const WITH_PARENT = ['setpriv', '--pdeathsig', 'INT'];

export interface Machine {
  readonly isRoot: boolean;
  /** Whether a command ends well. */
  readonly succeeds: (command: string, args: readonly string[]) => boolean;
  readonly passwd: () => string;
}

const THIS_MACHINE: Machine = {
  isRoot: process.getuid?.() === 0,
  succeeds: (command, args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0,
  passwd: () => (existsSync('/etc/passwd') ? readFileSync('/etc/passwd', 'utf8') : ''),
};

/** How PostgreSQL is started on `folder`; one folder keeps its owner. Throws `SetupError` where root has no way. */
export function runAs(folder: string, machine: Machine = THIS_MACHINE): RunAs {
  const diesWithParent = machine.succeeds('setpriv', ['--pdeathsig', 'INT', 'true']);
  const withParent = diesWithParent ? WITH_PARENT : [];
  if (!machine.isRoot) return { prefix: withParent, owner: null };
  const madeBy = ownerOf(folder);
  if (!isOthers(madeBy) && machine.succeeds('unshare', [...IN_NAMESPACE, 'true'])) {
    return { prefix: ['unshare', ...IN_NAMESPACE, ...withParent], owner: null };
  }
  const nobody = diesWithParent ? idsOfNobody(machine.passwd()) : null;
  if (nobody === null || madeBy === 0) throw noWay(folder, madeBy);
  const change = ['setpriv', `--reuid=${nobody.uid}`, `--regid=${nobody.gid}`, '--clear-groups'];
  return { prefix: [...change, '--pdeathsig', 'INT'], owner: nobody };
}

function ownerOf(folder: string): number | null {
  return existsSync(folder) ? statSync(folder).uid : null;
}

function isOthers(madeBy: number | null): boolean {
  return madeBy !== null && madeBy !== 0;
}

function noWay(folder: string, madeBy: number | null): SetupError {
  const why =
    madeBy === 0
      ? `the database in ${folder} belongs to root, and this machine has no user namespaces any more`
      : 'this machine has neither user namespaces nor "setpriv" and a user nobody';
  return new SetupError(
    `PostgreSQL cannot run as root: ${why}; start the system as another user, or name a server of your own by ` +
      'DATABASE_URL_<domain> (network/README.md).',
  );
}

function idsOfNobody(passwd: string): RunAs['owner'] {
  const match = /^nobody:[^:]*:(\d+):(\d+):/m.exec(passwd);
  return match?.[1] === undefined || match[2] === undefined
    ? null
    : { uid: Number(match[1]), gid: Number(match[2]) };
}

/**
 * Gives the folders to the owner, and lets him pass through `root`, which stays unreadable for him.
 * Throws `SetupError` if a folder above keeps him out.
 */
export function giveTo({ owner }: RunAs, folders: readonly string[], root: string): void {
  if (owner === null) return;
  for (const folder of folders) {
    chownSync(folder, owner.uid, owner.gid);
    for (let above = dirname(folder); above.startsWith(root); above = dirname(above)) chmodSync(above, 0o711);
  }
  for (let above = dirname(root); ; above = dirname(above)) {
    if ((statSync(above).mode & 0o001) === 0) {
      throw new SetupError(
        `PostgreSQL runs as nobody here and may not pass through ${above}; choose a folder with --dir ` +
          'that every user can reach, or start the system as another user than root.',
      );
    }
    if (above === dirname(above)) return;
  }
}
