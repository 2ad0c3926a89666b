// The folder of one running system (`--dir`): what lies where, and that it can be written.
import { accessSync, constants, existsSync, mkdirSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

import type { Member } from '../consortium.js';
import { removeSocketFolder } from '../postgres/socket-folder.js';
import { SetupError, messageOf } from '../setup-error.js';

export const DEFAULT_DIR = '.forescrow';

/** Everything below the folder that this program makes; `erase` removes these and nothing else. */
const PARTS = [
  'organizations',
  'ledger',
  'databases',
  'gateways',
  'cores',
  'admin',
  'demo',
  'config',
  'run',
  'logs',
] as const;
const NOTES = ['world.json', 'ground.json', 'settings.json'] as const;

export class SystemFolder {
  readonly dir: string;

  constructor(dir: string) {
    this.dir = resolve(dir);
  }

  get organizations(): string {
    return join(this.dir, 'organizations');
  }

  get ledgerData(): string {
    return join(this.dir, 'ledger');
  }

  get runFolder(): string {
    return join(this.dir, 'run');
  }

  /** Who supervises this folder, and what it runs. Its presence is the lock. */
  get systemFile(): string {
    return join(this.runFolder, 'system.json');
  }

  get databases(): string {
    return join(this.dir, 'databases');
  }

  get logs(): string {
    return join(this.dir, 'logs');
  }

  /** What has been loaded into the ledger for demonstration. */
  get worldFile(): string {
    return join(this.dir, 'world.json');
  }

  /** On which ground the ledger stands. */
  get groundFile(): string {
    return join(this.dir, 'ground.json');
  }

  /** What people's programs know of the consortium. */
  get settingsFile(): string {
    return join(this.dir, 'settings.json');
  }

  /** A member's own database server: data, socket. */
  databaseHome(member: Member): string {
    return join(this.databases, member.domain);
  }

  gatewayData(member: Member): string {
    return join(this.dir, 'gateways', member.domain);
  }

  adminToken(member: Member): string {
    return join(this.dir, 'admin', `${member.domain}.token`);
  }

  /** The API key that a bank gave a marketplace. */
  partnerKey(bank: Member, marketplace: Member): string {
    return join(this.dir, 'admin', `${marketplace.domain}-at-${bank.domain}.key`);
  }

  /** The key with which a bank's gateway comes to its core. */
  coreKey(bank: Member): string {
    return join(this.dir, 'admin', `${bank.domain}.core-key`);
  }

  /** Under which a marketplace keeps what banks entrust to it. */
  vaultKey(marketplace: Member): string {
    return join(this.dir, 'admin', `${marketplace.domain}.vault-key`);
  }

  /** What a simulated core remembers, and its secret links. */
  coreData(bank: Member): string {
    return join(this.dir, 'cores', bank.domain);
  }

  configFile(name: string): string {
    return join(this.dir, 'config', `${name}.json`);
  }

  /** What docker-compose.yaml asks for. */
  get containersFile(): string {
    return join(this.dir, 'config', 'containers.env');
  }

  logFile(name: string): string {
    return join(this.logs, `${name}.log`);
  }

  pidFile(name: string): string {
    return join(this.runFolder, `${name}.pid`);
  }

  /** Makes the folder. Throws `SetupError` if it cannot be written. */
  prepare(): void {
    try {
      mkdirSync(this.dir, { recursive: true, mode: 0o700 });
      for (const part of PARTS) mkdirSync(join(this.dir, part), { recursive: true, mode: 0o700 });
      accessSync(this.dir, constants.W_OK | constants.X_OK);
    } catch (cause) {
      throw new SetupError(
        `The folder ${this.dir} cannot be written (${messageOf(cause)}); ` +
          'change its rights or choose another one with --dir.',
        { cause },
      );
    }
  }

  /** Whether there is anything of ours in the folder. */
  holdsData(): boolean {
    return PARTS.some((part) => existsSync(join(this.dir, part)));
  }

  /** Removes what this program made, and the folder itself if nothing else is in it. */
  erase(): void {
    for (const home of this.databaseHomes()) removeSocketFolder(home);
    for (const part of [...PARTS, ...NOTES]) rmSync(join(this.dir, part), { recursive: true, force: true });
    try {
      rmdirSync(this.dir);
    } catch {
      // Somebody keeps other files there: they stay.
    }
  }

  private databaseHomes(): string[] {
    if (!existsSync(this.databases)) return [];
    return readdirSync(this.databases).map((domain) => join(this.databases, domain));
  }
}
