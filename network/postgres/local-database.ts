// One organisation's own PostgreSQL server on this machine: its data is made, the command that starts it is put
// together, and the gateway's role and database are made in it. It listens on a Unix socket that its owner alone
// reaches, so nobody needs a password there.
import { spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Client } from 'pg';

import type { ProcessSpec } from '../processes/managed-process.js';
import { SetupError, messageOf } from '../setup-error.js';
import { findPostgres, type PostgresPrograms } from './binaries.js';
import { isServedBy, STOP_SIGNAL, stopPostmaster } from './postmaster.js';
import { giveTo, runAs, type RunAs } from './run-as.js';
import { socketFolder } from './socket-folder.js';

/** Role and database of the gateway; the superuser is for making them and for backups. */
const GATEWAY = 'forescrow';
const SUPERUSER = 'postgres';

/** Builtin locale: the same order on every machine. */
const INITDB = [
  `--username=${SUPERUSER}`,
  '--auth=trust',
  '--locale-provider=builtin',
  '--locale=C.UTF-8',
  '--encoding=UTF8',
  '--data-checksums',
  '--no-instructions',
];
/** Small, for a machine that runs the servers of all members; nothing of what is stored goes into the log. */
const SETTINGS = [
  'listen_addresses=',
  'unix_socket_permissions=0700',
  'shared_buffers=32MB',
  'min_wal_size=32MB',
  'timezone=UTC',
  'log_timezone=UTC',
  'log_error_verbosity=terse',
  'log_min_error_statement=panic',
];
const CONNECT_LIMIT_MS = 5_000;
const LEFT_STOP_LIMIT_MS = 10_000;
const MOST_WORDS = 2_000;

export interface LocalDatabaseOptions {
  /** For data, socket and what belongs to them; absolute. */
  readonly home: string;
  /** The system's folder: a user other than root must be able to pass it. */
  readonly root: string;
  /** More of the server's settings, `name=value`. */
  readonly settings?: readonly string[];
}

export class LocalDatabase {
  constructor(private readonly options: LocalDatabaseOptions) {}

  get data(): string {
    return join(this.options.home, 'data');
  }

  /** The gateway's address of its database. */
  url(): string {
    return this.urlOf(GATEWAY, GATEWAY);
  }

  /** Of another database of the gateway's role. */
  urlFor(database: string): string {
    return this.urlOf(GATEWAY, database);
  }

  /** Makes the data if there is none and stops a server that was left on it. Rejects with `SetupError`. */
  async prepare(): Promise<
    Pick<ProcessSpec, 'command' | 'args' | 'cwd' | 'env' | 'stopSignal' | 'readiness'>
  > {
    const { home } = this.options;
    mkdirSync(home, { recursive: true, mode: 0o700 });
    await stopPostmaster(this.data, LEFT_STOP_LIMIT_MS);
    const programs = findPostgres(this.libraries);
    const user = runAs(this.data);
    const sockets = socketFolder(home);
    giveTo(user, [sockets], this.options.root);
    if (!existsSync(this.data)) await this.make(programs, user);
    const given = [...SETTINGS, ...(this.options.settings ?? []), `unix_socket_directories=${sockets}`];
    const settings = given.flatMap((setting) => ['-c', setting]);
    const [command = '', ...args] = [...user.prefix, programs.postgres, '-D', this.data, ...settings];
    return {
      ...{ command, args, cwd: dirname(this.data), env: { ...programs.env, LC_ALL: 'C.UTF-8' } },
      stopSignal: STOP_SIGNAL,
      readiness: { kind: 'probe', serves: (pid) => this.isServedBy(pid) },
    };
  }

  /** Gives what was put beside the data to the user who will serve it. */
  own(folder: string): void {
    const { owner } = runAs(this.data);
    if (owner === null) return;
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    for (const entry of entries) chownSync(join(entry.parentPath, entry.name), owner.uid, owner.gid);
    chownSync(folder, owner.uid, owner.gid);
  }

  /** Of PostgreSQL's programs here, which read data of the same version alone. */
  majorVersion(): string {
    const { postgres, env } = findPostgres(this.libraries);
    const said = spawnSync(postgres, ['--version'], { encoding: 'utf8', env: { ...process.env, ...env } });
    return /(\d+)(\.\d+)?\s*$/.exec(said.stdout)?.[1] ?? '';
  }

  /** Makes the gateway's role and database if they are not there; the server must serve. */
  async makeGatewayDatabase(): Promise<void> {
    await this.asSuperuser(async (client) => {
      const has = async (query: string): Promise<boolean> =>
        (await client.query(query, [GATEWAY])).rowCount !== 0;
      if (!(await has('select 1 from pg_roles where rolname = $1'))) {
        await client.query(`create role ${GATEWAY} login`);
      }
      if (!(await has('select 1 from pg_database where datname = $1'))) {
        await client.query(`create database ${GATEWAY} owner ${GATEWAY}`);
      }
    });
  }

  /** Rejects if the server does not take a connection. */
  async asSuperuser<Result>(work: (client: Client) => Promise<Result>): Promise<Result> {
    const client = new Client({
      connectionString: this.urlOf(SUPERUSER, 'postgres'),
      connectionTimeoutMillis: CONNECT_LIMIT_MS,
    });
    // Without a listener a server that stops would end this process.
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  /** That something answers would not do: it might be a server which somebody else has left. */
  private async isServedBy(pid: number): Promise<boolean> {
    if (!isServedBy(this.data, pid)) return false;
    try {
      return await this.asSuperuser(async (client) => (await client.query('select 1')).rowCount === 1);
    } catch {
      return false; // asked again, until the limit for becoming ready
    }
  }

  private async make(programs: PostgresPrograms, user: RunAs): Promise<void> {
    // Beside it first: half of it must never be taken for the whole.
    const fresh = `${this.data}.new`;
    rmSync(fresh, { recursive: true, force: true });
    mkdirSync(fresh, { mode: 0o700 });
    giveTo(user, [fresh], this.options.root);
    // Where a crash of the machine may lose everything anyway, the first files need not be on the disk either.
    const sync = this.options.settings?.includes('fsync=off') === true ? ['--no-sync'] : [];
    const [command = '', ...args] = [...user.prefix, programs.initdb, '-D', fresh, ...INITDB, ...sync];
    await runToEnd({ command, args, env: programs.env });
    renameSync(fresh, this.data);
  }

  /** One folder for the servers of all members. */
  private get libraries(): string {
    return join(this.options.home, '..', 'libraries');
  }

  private urlOf(user: string, database: string): string {
    const host = encodeURIComponent(socketFolder(this.options.home));
    return `postgres://${user}@localhost/${database}?host=${host}`;
  }
}

function runToEnd(of: {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: PostgresPrograms['env'];
}): Promise<void> {
  const child = spawn(of.command, of.args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...of.env, LC_ALL: 'C.UTF-8' },
  });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-MOST_WORDS)));
  return new Promise((resolve, reject) => {
    const failed = (why: string): void => {
      reject(new SetupError(`The database could not be made: ${why.trim()}`));
    };
    child.once('error', (error) => {
      failed(messageOf(error));
    });
    child.once('close', (code) => {
      if (code === 0) resolve();
      else failed(words);
    });
  });
}
