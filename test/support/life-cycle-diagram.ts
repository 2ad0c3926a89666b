// Draws the life cycles as Mermaid state diagrams, for chaincode/README.md.
import { LIFE_CYCLE } from '../../chaincode/protocol/life-cycle.js';

/** One diagram per kind, in fenced blocks; ends with a line break. */
export function lifeCycleDiagrams(): string {
  const kinds = [...new Set(LIFE_CYCLE.map(({ kind }) => kind))];
  return kinds.map(diagram).join('\n');
}

function diagram(kind: string): string {
  const arrows = LIFE_CYCLE.filter((step) => step.kind === kind).map(
    ({ action, from, to }) => `  ${from ?? '[*]'} --> ${to}: ${action}`,
  );
  return [`**${kind}**`, '', '```mermaid', 'stateDiagram-v2', ...arrows, '```', ''].join('\n');
}
