// The simulated core of one bank, of the demo world alone: a process of its own, to which the bank's gateway is a
// stranger.
import { randomBytes } from 'node:crypto';
import { portOf, type Consortium, type Member } from '../consortium.js';
import { writeWhole } from '../identity/credential.js';
import { CORE_ENTRY, REPOSITORY_ROOT } from '../repository.js';
import type { ProcessSpec } from './managed-process.js';
import type { LocalMembers } from './partners.js';
import type { NeededPort } from './ports.js';
import { secretFile } from './secret-file.js';

const LOOPBACK = '127.0.0.1';
const KEY_BYTES = 32;

export function corePort(consortium: Consortium, bank: Member): NeededPort {
  const port = portOf(consortium, bank, 'simulator');
  return { host: LOOPBACK, port, purpose: `${bank.name}, simulated core` };
}

/** Where the bank's gateway finds the core; the key is made where there is none. */
export function coreOf(of: LocalMembers, bank: Member): { readonly url: string; readonly keyPath: string } {
  const keyPath = of.folder.coreKey(bank);
  secretFile(keyPath, () => randomBytes(KEY_BYTES).toString('base64url'));
  return { url: `http://${LOOPBACK}:${String(corePort(of.consortium, bank).port)}`, keyPath };
}

/** The name of the core's process, log and settings. */
export function coreName(bank: Member): string {
  return `core-${bank.domain}`;
}

/** Where a browser finds phones and switches: a host of their own, so that they share nothing with a gateway. */
export function coreOrigin(consortium: Consortium, bank: Member): string {
  return `http://phones.${bank.domain}.localhost:${String(corePort(consortium, bank).port)}`;
}

/** Writes the core's settings; returns what starts it. */
export function prepareCore(of: LocalMembers, bank: Member): Omit<ProcessSpec, 'logPath' | 'pidPath'> {
  const { folder, consortium } = of;
  const file = folder.configFile(coreName(bank));
  const settings = {
    bank: bank.name,
    host: LOOPBACK,
    port: corePort(consortium, bank).port,
    origin: coreOrigin(consortium, bank),
    keyPath: coreOf(of, bank).keyPath,
    dataDir: folder.coreData(bank),
    answerAfterMs: consortium.simulator.answerAfterMs,
  };
  writeWhole(file, `${JSON.stringify(settings, null, 2)}\n`);
  return {
    name: coreName(bank),
    command: process.execPath,
    args: [CORE_ENTRY, file],
    cwd: REPOSITORY_ROOT,
    readiness: { kind: 'line' },
  };
}
