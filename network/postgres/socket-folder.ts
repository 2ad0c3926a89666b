// The folder of a server's Unix socket: beside its data, or, where the path would be too long for a socket, a private
// one among the temporary files that the data's folder remembers.
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { writeWhole } from '../identity/credential.js';

/** Linux takes 107 bytes, others fewer. */
const LONGEST_SOCKET_PATH = 103;
const SOCKET_NAME = '.s.PGSQL.5432';
const NOTE = 'socket-folder';

/** The folder in use, made if it is not there. */
export function socketFolder(home: string): string {
  const beside = join(home, 'socket');
  if (Buffer.byteLength(join(beside, SOCKET_NAME)) <= LONGEST_SOCKET_PATH) {
    mkdirSync(beside, { recursive: true, mode: 0o700 });
    return beside;
  }
  const remembered = rememberedFolder(home);
  if (remembered !== null && isPrivate(remembered)) return remembered;
  const made = mkdtempSync(join(tmpdir(), 'forescrow-socket-'));
  writeWhole(join(home, NOTE), made);
  return made;
}

/** Removes what stands outside the data's folder. */
export function removeSocketFolder(home: string): void {
  const remembered = rememberedFolder(home);
  if (remembered !== null && isPrivate(remembered)) rmSync(remembered, { recursive: true, force: true });
}

function rememberedFolder(home: string): string | null {
  const note = join(home, NOTE);
  return existsSync(note) ? readFileSync(note, 'utf8') : null;
}

/** Among temporary files anybody may put a folder of this name. */
function isPrivate(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (found === undefined) return false;
  const isOurs = process.getuid === undefined || process.getuid() === 0 || found.uid === process.getuid();
  return found.isDirectory() && isOurs && (found.mode & 0o077) === 0;
}
