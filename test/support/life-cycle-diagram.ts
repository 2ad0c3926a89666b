// Duty: draws the life-cycle table as Mermaid state diagrams, for chaincode/README.md.
// Must not: know the table's contents.
import { LIFE_CYCLE } from '../../chaincode/protocol/life-cycle.js';

interface Step {
  readonly from: readonly (string | null)[];
  readonly to: string;
}

/** One diagram per kind, in fenced blocks; ends with a line break. */
export function lifeCycleDiagrams(): string {
  return Object.entries(LIFE_CYCLE)
    .map(([kind, steps]) => diagram(kind, steps))
    .join('\n');
}

function diagram(kind: string, steps: { readonly [action: string]: Step }): string {
  const arrows = Object.entries(steps).flatMap(([action, { from, to }]) =>
    from.map((status) => `  ${status ?? '[*]'} --> ${to}: ${action}`),
  );
  return [`**${kind}**`, '', '```mermaid', 'stateDiagram-v2', ...arrows, '```', ''].join('\n');
}
