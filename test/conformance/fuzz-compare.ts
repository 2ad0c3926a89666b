// Where two plays of the same random transactions differ: endorsements, blocks, codes, final state.
import { firstDifference } from './difference.js';
import type { FuzzOutcome } from './fuzz-play.js';
import type { Json } from './operations.js';

export interface FuzzComparison {
  /** One sentence each. */
  readonly differences: readonly string[];
  readonly counts: {
    readonly endorsements: number;
    readonly refused: number;
    readonly ordered: number;
    readonly blocks: number;
    readonly codes: Readonly<Record<string, number>>;
  };
}

export function compareFuzz(fabric: FuzzOutcome, embedded: FuzzOutcome): FuzzComparison {
  const differences: string[] = [];
  const compare = (what: string, there: Json | undefined, here: Json | undefined): void => {
    const difference = firstDifference(there, here);
    if (difference === undefined) return;
    const { path, left, right } = difference;
    differences.push(`${what}, at "${path}":\n  Fabric   ${left}\n  embedded ${right}`);
  };
  compare('number of endorsements', fabric.endorsements.length, embedded.endorsements.length);
  fabric.endorsements.forEach((answer, number) => {
    const here = embedded.endorsements[number];
    compare(`endorsement ${String(number)}`, parsed(answer), here === undefined ? undefined : parsed(here));
  });
  compare('number of blocks', fabric.blocks.length, embedded.blocks.length);
  fabric.blocks.forEach((block, number) => {
    compare(`order of block ${String(number)}`, block, embedded.blocks[number]);
    block.forEach((draft, index) => {
      const what = `code of transaction ${String(draft)} in block ${String(number)}`;
      compare(what, fabric.codes[number]?.[index], embedded.codes[number]?.[index]);
    });
  });
  compare('final state', parsed(fabric.state), parsed(embedded.state));
  return { differences, counts: countsOf(fabric) };
}

function parsed(text: string): Json {
  return JSON.parse(text) as Json; // what was stringified as Json
}

function countsOf({ endorsements, blocks, codes }: FuzzOutcome): FuzzComparison['counts'] {
  const byCode: Record<string, number> = {};
  for (const code of codes.flat()) byCode[String(code)] = (byCode[String(code)] ?? 0) + 1;
  return {
    endorsements: endorsements.length,
    refused: endorsements.filter((answer) => !answer.startsWith('{"status"')).length,
    ordered: blocks.flat().length,
    blocks: blocks.length,
    codes: byCode,
  };
}
