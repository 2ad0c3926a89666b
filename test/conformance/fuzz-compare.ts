// Duty: where two plays of the same random transactions differ: endorsements, blocks, codes, final state.
// Must not: forgive any difference.
import type { FuzzOutcome } from './fuzz-play.js';

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
  const compare = (what: string, left: unknown, right: unknown): void => {
    const [there, here] = [JSON.stringify(left), JSON.stringify(right)];
    if (there !== here) differences.push(`${what}:\n  Fabric   ${there}\n  embedded ${here}`);
  };
  compare('number of endorsements', fabric.endorsements.length, embedded.endorsements.length);
  fabric.endorsements.forEach((answer, number) => {
    compare(`endorsement ${String(number)}`, answer, embedded.endorsements[number]);
  });
  compare('number of blocks', fabric.blocks.length, embedded.blocks.length);
  fabric.blocks.forEach((block, number) => {
    compare(`order of block ${String(number)}`, block, embedded.blocks[number]);
    block.forEach((draft, index) => {
      const what = `code of transaction ${String(draft)} in block ${String(number)}`;
      compare(what, fabric.codes[number]?.[index], embedded.codes[number]?.[index]);
    });
  });
  compare('final state', fabric.state, embedded.state);
  return { differences, counts: countsOf(fabric) };
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
