// Blocks from a folder of `<number>.block` files, as `peer channel fetch` writes them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AuditError } from './audit-error.js';
import type { DeliveredBlock } from './delivered-block.js';

const NAME = /^(?:.*_)?(\d+)\.block$/;

/** In the order of their numbers, without private data. Throws AuditError if there are none. */
export function blockFiles(folder: string): {
  readonly height: number;
  readonly blocks: () => Iterable<DeliveredBlock>;
} {
  const files = namesIn(folder)
    .flatMap((name) => {
      const number = NAME.exec(name)?.[1];
      return number === undefined ? [] : [{ name, number: Number(number) }];
    })
    .sort((left, right) => left.number - right.number);
  if (files.length === 0) {
    throw new AuditError(
      `There are no blocks in ${folder}; fetch them with "peer channel fetch <number>" into <number>.block files.`,
    );
  }
  function* blocks(): Iterable<DeliveredBlock> {
    for (const { name } of files) yield { bytes: readFileSync(join(folder, name)), privateData: null };
  }
  return { height: files.length, blocks };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    throw new AuditError(`The folder ${folder} cannot be read; name the folder of the blocks.`, { cause });
  }
}
