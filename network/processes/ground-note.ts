// Records on which ground a system's folder stands and how, and refuses another way: ledgers cannot be exchanged.
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';

import { GROUND_NAMES, type Consortium, type GroundName } from '../consortium.js';
import { writeWhole } from '../identity/credential.js';
import { SetupError } from '../setup-error.js';
import type { SystemFolder } from './system-folder.js';

/** Deals keep the links of all their parties and who cancelled them; the rules have versions. */
const ROWS_FORM = 7;

const noteSchema = z.object({
  ground: z.enum(GROUND_NAMES),
  /** Of Fabric alone: the channel's configuration names the members' ports. */
  portBase: z.int().optional(),
  /** Where each member's private rows are: in a collection of its own. Earlier versions noted nothing. */
  collections: z.literal('own').optional(),
  /** Where gateways keep what they store. Earlier versions had files and noted nothing. */
  stores: z.literal('databases').optional(),
  /** Form of the rows, counted up when ledgers of before cannot be read any more. Earlier versions noted nothing. */
  rows: z.int().optional(),
});

type Note = z.infer<typeof noteSchema>;

/** The ground of the folder's ledger; null if nothing has been started in it. */
export function groundOf(folder: SystemFolder): GroundName | null {
  return readNote(folder)?.ground ?? null;
}

/** Throws `SetupError` if the folder's ledger was made by an earlier version, for another ground or for other ports. */
export function checkGround(folder: SystemFolder, { ground, portBase }: Consortium): void {
  const note = readNote(folder);
  if (note !== null && note.ground !== ground) {
    throw new SetupError(
      `The ledger in ${folder.dir} was made on the ${note.ground} ground and cannot go on on the ${ground} one; ` +
        `add --ground ${note.ground}, or choose another folder with --dir.`,
    );
  }
  if (note?.portBase !== undefined && note.portBase !== portBase) {
    throw new SetupError(
      `The channel in ${folder.dir} names its members' ports from ${note.portBase} on, not from ${portBase}; ` +
        `add --port-base ${note.portBase}, or choose another folder with --dir.`,
    );
  }
  if (note !== null) checkVersion(folder, note);
}

function checkVersion({ dir }: SystemFolder, { collections, rows, stores }: Note): void {
  const beginAnew =
    `Choose another folder with --dir, or remove this ledger with ` +
    `"npm run network -- down --erase --dir ${dir}".`;
  if (collections === undefined) {
    throw new SetupError(
      `The ledger in ${dir} is of an earlier version, which kept members' private rows where every reader of ` +
        `the channel can have them; they cannot be moved. ${beginAnew}`,
    );
  }
  if (rows !== ROWS_FORM) {
    throw new SetupError(
      `The ledger in ${dir} is of an earlier version, whose rows have another form; ` +
        `they cannot be converted. ${beginAnew}`,
    );
  }
  if (stores === undefined) {
    throw new SetupError(
      `The ledger in ${dir} is of an earlier version, whose gateways kept their secrets in files that this one ` +
        `does not read. ${beginAnew}`,
    );
  }
}

/** Notes the ground for the next start; to be called when the ledger is about to be made. */
export function noteGround(folder: SystemFolder, { ground, portBase }: Consortium): void {
  const note: Note = {
    ground,
    ...(ground === 'fabric' ? { portBase } : {}),
    collections: 'own',
    rows: ROWS_FORM,
    stores: 'databases',
  };
  writeWhole(folder.groundFile, `${JSON.stringify(note)}\n`);
}

function readNote(folder: SystemFolder): Note | null {
  if (!existsSync(folder.groundFile)) return null;
  const parsed = noteSchema.safeParse(JSON.parse(readFileSync(folder.groundFile, 'utf8')));
  if (parsed.success) return parsed.data;
  throw new SetupError(
    `The file ${folder.groundFile} does not name a ground that this version knows; restore it, or remove it ` +
      'if nothing was ever started in this folder.',
  );
}
