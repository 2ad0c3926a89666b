// What real Fabric did, as data: reads it, and writes it anew after a run on real Fabric.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { locateBinaries } from '../../network/fabric/binaries.js';
import { REPOSITORY_ROOT } from '../../network/repository.js';
import { digest, type FuzzOutcome, type FuzzPlan } from './fuzz-play.js';
import type { GroundName } from './ground.js';
import type { Outcomes } from './play.js';

export const RECORD_FOLDER = join(REPOSITORY_ROOT, 'test', 'conformance', 'recorded');

/** What the outcomes were seen with. */
export interface Versions {
  readonly fabric: string;
  readonly client: string;
  readonly shim: string;
}

const areaSchema = z.object({
  fabric: z.string(),
  client: z.string(),
  shim: z.string(),
  outcomes: z.record(z.string(), z.json()),
});

/** The record of one area. Throws a sentence if there is none. */
export function readRecord(area: string): Versions & { readonly outcomes: Outcomes } {
  const file = fileOf(area);
  if (!existsSync(file)) {
    throw new Error(`There is no record of "${area}"; "npm run conformance:record" makes it on real Fabric.`);
  }
  return areaSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** Replaces the whole record of the scripts. */
export function writeRecord(ground: GroundName, areas: Readonly<Record<string, Outcomes>>): void {
  if (ground !== 'fabric') throw new Error('Only what real Fabric did is recorded.');
  const versions = versionsHere();
  mkdirSync(RECORD_FOLDER, { recursive: true });
  for (const old of readdirSync(RECORD_FOLDER)) if (old !== FUZZ_FILE) rmSync(join(RECORD_FOLDER, old));
  for (const [area, outcomes] of Object.entries(areas)) {
    writeFileSync(fileOf(area), `${JSON.stringify({ ...versions, outcomes }, null, 1)}\n`);
  }
}

/** The fuzz has a record of its own shape beside those of the areas. */
const FUZZ_FILE = 'fuzz.json';

const fuzzSchema = z.object({
  fabric: z.string(),
  client: z.string(),
  shim: z.string(),
  seed: z.int(),
  transactions: z.int(),
  lastingKeys: z.int().default(0),
  /** Digests: whole answers of hundreds of endorsements would fill a megabyte. */
  endorsements: z.array(z.string()).readonly(),
  blocks: z.array(z.array(z.int()).readonly()).readonly(),
  codes: z.array(z.array(z.int()).readonly()).readonly(),
  state: z.string(),
});

export type FuzzRecord = z.infer<typeof fuzzSchema>;

export function readFuzzRecord(): FuzzRecord {
  return fuzzSchema.parse(JSON.parse(readFileSync(join(RECORD_FOLDER, FUZZ_FILE), 'utf8')));
}

/** To be called with what real Fabric did, and nothing else. */
export function writeFuzzRecord({ seed, transactions, lastingKeys }: FuzzPlan, outcome: FuzzOutcome): void {
  const record: FuzzRecord = { ...versionsHere(), seed, transactions, lastingKeys, ...digested(outcome) };
  mkdirSync(RECORD_FOLDER, { recursive: true });
  writeFileSync(join(RECORD_FOLDER, FUZZ_FILE), `${JSON.stringify(record)}\n`);
}

export function digested(outcome: FuzzOutcome): FuzzOutcome {
  return {
    ...outcome,
    endorsements: outcome.endorsements.map((answer) => digest(answer)),
    state: digest(outcome.state),
  };
}

export function versionsHere(): Versions {
  const peer = locateBinaries()?.peer;
  if (peer === undefined) throw new Error("Fabric's programs are not found.");
  const [, fabric] = /Version: v?(\S+)/.exec(execFileSync(peer, ['version'], { encoding: 'utf8' })) ?? [];
  return {
    fabric: fabric ?? 'unknown',
    client: packageVersion('@hyperledger/fabric-gateway'),
    shim: packageVersion('fabric-shim'),
  };
}

function packageVersion(name: string): string {
  const file = join(REPOSITORY_ROOT, 'node_modules', name, 'package.json');
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(file, 'utf8'))).version;
}

function fileOf(area: string): string {
  return join(RECORD_FOLDER, `${area.replaceAll(' ', '-')}.json`);
}
