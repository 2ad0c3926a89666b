// What a ground's ledger holds: private values by owner, and every place to be scanned.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Consortium } from '../../network/consortium.js';
import type { SystemFolder } from '../../network/processes/system-folder.js';

/** Bytes that somebody holds. `reader` null: everybody, or nobody in particular. */
export interface Place {
  readonly name: string;
  readonly reader: string | null;
  readonly bytes: Uint8Array;
}

export interface LedgerContents {
  /** By MSP id, values in the organisation's own collection. */
  readonly privateValues: ReadonlyMap<string, readonly Uint8Array[]>;
  readonly places: readonly Place[];
}

export interface LedgerReader {
  /** Null where the ledger can be read only when it is down. */
  beforeDown(folder: SystemFolder, consortium: Consortium): Promise<LedgerContents | null>;
  afterDown(folder: SystemFolder, consortium: Consortium): Promise<LedgerContents>;
}

export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
