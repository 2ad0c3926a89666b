// Finds Fabric's own programs and checks that they are of a version that this code was written for.
import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';

import { SetupError } from '../setup-error.js';

export const PROGRAMS = ['peer', 'orderer', 'configtxgen', 'configtxlator', 'osnadmin'] as const;
export type Program = (typeof PROGRAMS)[number];

/** Absolute paths of the programs. */
export type FabricBinaries = Readonly<Record<Program, string>>;

/** The oldest release of the line 3.1 that is taken; other lines have other settings and formats. */
export const LEAST_VERSION = { major: 3, minor: 1, patch: 5 } as const;

const NEEDED = `${LEAST_VERSION.major}.${LEAST_VERSION.minor}.${LEAST_VERSION.patch} or a later 3.1`;
const INSTALLATION_PAGE = 'https://hyperledger-fabric.readthedocs.io/en/release-3.1/install.html';
const NEXT_STEP =
  'run "curl -sSLO https://raw.githubusercontent.com/hyperledger/fabric/main/scripts/install-fabric.sh && ' +
  `bash install-fabric.sh --fabric-version 3.1.5 binary" (${INSTALLATION_PAGE}) and set FABRIC_BIN to its bin folder`;
const ANSWER_LIMIT_MS = 10_000;

/** How each is asked for its version; `osnadmin` has no such option and comes in one archive with the others. */
const VERSION_QUESTIONS = {
  peer: 'version',
  orderer: 'version',
  configtxgen: '-version',
  configtxlator: 'version',
} as const;

/** Where to look; `process.env` except in tests. */
export interface BinarySearch {
  readonly FABRIC_BIN?: string | undefined;
  readonly PATH?: string | undefined;
}

/** The programs in `FABRIC_BIN`, or else on `PATH`; null if one is missing. Versions are not looked at. */
export function locateBinaries(search: BinarySearch = process.env): FabricBinaries | null {
  const found = PROGRAMS.map((program) => [program, locate(program, foldersOf(search))] as const);
  if (found.some(([, path]) => path === null)) return null;
  return Object.fromEntries(found) as FabricBinaries; // every program has its path, checked above
}

/** As `locateBinaries`. Rejects with `SetupError` if a program is missing or its version does not fit. */
export async function findBinaries(search: BinarySearch = process.env): Promise<FabricBinaries> {
  const folders = foldersOf(search);
  const missing = PROGRAMS.filter((program) => locate(program, folders) === null);
  const binaries = locateBinaries(search);
  if (binaries === null) {
    const { FABRIC_BIN = '' } = search;
    const where = FABRIC_BIN === '' ? 'on PATH' : `in FABRIC_BIN (${FABRIC_BIN})`;
    throw new SetupError(
      `The Fabric ground needs Hyperledger Fabric's programs, and ${missing.join(', ')} ` +
        `${missing.length === 1 ? 'is' : 'are'} not ${where}: ${NEXT_STEP}.`,
    );
  }
  const asked = Object.entries(VERSION_QUESTIONS).map(async ([program, question]) => {
    const path = binaries[program as keyof typeof VERSION_QUESTIONS]; // the keys of that constant
    return { path, found: await versionOf(path, question) };
  });
  for (const { path, found } of await Promise.all(asked)) checkVersion(path, found);
  return binaries;
}

function foldersOf({ FABRIC_BIN = '', PATH = '' }: BinarySearch): string[] {
  if (FABRIC_BIN !== '') return [resolve(FABRIC_BIN)];
  return PATH.split(delimiter).filter((folder) => folder !== '');
}

function locate(program: Program, folders: readonly string[]): string | null {
  return folders.map((folder) => join(folder, program)).find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function checkVersion(path: string, found: string): void {
  const match = /^(\d+)\.(\d+)\.(\d+)$/.exec(found);
  const [major, minor, patch] = (match?.slice(1) ?? []).map(Number);
  const fits =
    major === LEAST_VERSION.major &&
    minor === LEAST_VERSION.minor &&
    patch !== undefined &&
    patch >= LEAST_VERSION.patch;
  if (fits) return;
  throw new SetupError(
    `The program ${path} is of version ${found === '' ? 'unknown' : found}, ` +
      `and the Fabric ground needs ${NEEDED}: ${NEXT_STEP}.`,
  );
}

/** `3.1.5`, or an empty text if there is none in the output. */
async function versionOf(path: string, question: string): Promise<string> {
  try {
    const { stdout, stderr } = await promisify(execFile)(path, [question], { timeout: ANSWER_LIMIT_MS });
    return /Version: *v?(\d+\.\d+\.\d+)\S*/.exec(`${stdout}\n${stderr}`)?.[1] ?? '';
  } catch {
    return '';
  }
}
