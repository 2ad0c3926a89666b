// A copy of a server's data from which a server can start, taken while it works: the copy's files are of different
// moments, and the log of changes that is copied last makes them one.
import { chmod, copyFile, mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Client } from 'pg';
import { z } from 'zod';

import { SetupError } from '../setup-error.js';
import type { LocalDatabase } from './local-database.js';

/** Beside the data; written last, so that its presence says that the backup is whole. */
const manifestSchema = z.strictObject({
  format: z.literal(1),
  domain: z.string(),
  /** Of PostgreSQL; another one does not read the files. */
  majorVersion: z.string(),
  takenAt: z.string(),
  files: z.int(),
  bytes: z.int(),
});
export type BackupManifest = z.infer<typeof manifestSchema>;

export const MANIFEST = 'backup.json';
export const DATA = 'data';

/** What belongs to the running server alone; their folders are needed, what is in them is not. */
const EMPTY_FOLDERS = new Set([
  'pg_dynshmem',
  'pg_notify',
  'pg_replslot',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
  'pg_wal',
]);
const LEFT_OUT =
  /^(postmaster\.(pid|opts)|pg_internal\.init(\..*)?|pgsql_tmp.*|backup_label|tablespace_map)$/;
const LOG_FOLDER = 'pg_wal';
const LOG_FILE = /^([0-9A-F]{24}|[0-9A-F]{8}\.history)$/;
/** Holds the log of changes from before the first file until the end of the session. */
const SLOT = 'forescrow_backup';

export interface CopyProgress {
  readonly files: number;
  readonly bytes: number;
}

/** Fills the folder `target`, which must not be there; nothing is there either when this rejects. */
export async function takeBackup(of: {
  readonly server: LocalDatabase;
  readonly domain: string;
  readonly target: string;
  readonly progress: (done: CopyProgress) => void;
}): Promise<BackupManifest> {
  const partial = `${of.target}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true, mode: 0o700 });
  try {
    const copy = new Copy(of.progress);
    const majorVersion = await of.server.asSuperuser((client) =>
      copyWhileServing(client, { from: of.server.data, to: join(partial, DATA), copy }),
    );
    const { domain } = of;
    const takenAt = new Date().toISOString();
    const manifest: BackupManifest = { format: 1, domain, majorVersion, takenAt, ...copy.done };
    await writeSynced(join(partial, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
    await rename(partial, of.target);
    return manifest;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

async function copyWhileServing(
  client: Client,
  { from, to, copy }: { readonly from: string; readonly to: string; readonly copy: Copy },
): Promise<string> {
  await client.query('select pg_create_physical_replication_slot($1, true, true)', [SLOT]);
  await client.query(`select pg_backup_start('forescrow', fast => true)`);
  await copy.folder(from, to);
  const stop = await client.query<{ readonly labelfile: string; readonly version: string }>(
    `select labelfile, current_setting('server_version_num')::int / 10000 as version
     from pg_backup_stop(wait_for_archive => false)`,
  );
  const [row] = stop.rows;
  if (row === undefined) throw new Error('the server did not say where the backup begins');
  await writeSynced(join(to, 'backup_label'), row.labelfile);
  const logs = (await readdir(join(from, LOG_FOLDER))).filter((name) => LOG_FILE.test(name));
  for (const name of logs) await copy.file(join(from, LOG_FOLDER, name), join(to, LOG_FOLDER, name));
  return String(row.version);
}

/** Copies data to its place, for a restore. */
export async function copyData(
  from: string,
  to: string,
  progress: (done: CopyProgress) => void,
): Promise<void> {
  const copy = new Copy(progress, true);
  await copy.folder(from, to);
}

/** Reads what a backup says of itself. Throws `SetupError` if the folder is no whole backup. */
export function parseManifest(text: string, place: string): BackupManifest {
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new SetupError(
      `${place} is no backup that this version knows; name one that "network backup" made.`,
      {
        cause,
      },
    );
  }
}

class Copy {
  private files = 0;
  private bytes = 0;

  constructor(
    private readonly progress: (done: CopyProgress) => void,
    /** Leave nothing out: the source is a backup. */
    private readonly whole = false,
  ) {}

  get done(): CopyProgress {
    return { files: this.files, bytes: this.bytes };
  }

  async folder(from: string, to: string): Promise<void> {
    await mkdir(to, { mode: 0o700 });
    for (const entry of await readdir(from, { withFileTypes: true })) {
      const [source, target] = [join(from, entry.name), join(to, entry.name)];
      if (!this.whole && LEFT_OUT.test(entry.name)) continue;
      if (entry.isFile()) await this.file(source, target);
      else if (!this.whole && EMPTY_FOLDERS.has(entry.name)) await emptyLike(source, target);
      else if (entry.isDirectory()) await this.folder(source, target);
    }
  }

  /** One that the server has removed meanwhile is not needed. */
  async file(from: string, to: string): Promise<void> {
    try {
      await copyFile(from, to);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
      throw error;
    }
    await chmod(to, 0o600);
    const handle = await open(to, 'r+');
    try {
      await handle.sync();
      this.bytes += (await handle.stat()).size;
    } finally {
      await handle.close();
    }
    this.files += 1;
    this.progress(this.done);
  }
}

/** The folder and those within, without their files. */
async function emptyLike(from: string, to: string): Promise<void> {
  await mkdir(to, { mode: 0o700 });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (entry.isDirectory() && from.endsWith(LOG_FOLDER))
      await emptyLike(join(from, entry.name), join(to, entry.name));
  }
}

async function writeSynced(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(path, text, { mode: 0o600, flush: true });
}
