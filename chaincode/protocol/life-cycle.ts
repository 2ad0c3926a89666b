// What may follow what: every status changes through `transition`, by the steps that the commands declare.
import { COMMANDS } from './commands.js';
import type { Steps } from './declaration.js';
import { RuleViolation } from './violation.js';

/** One arrow of a kind's life cycle. */
export interface LifeCycleStep {
  readonly kind: string;
  readonly action: string;
  /** Null: the row does not exist yet. */
  readonly from: string | null;
  readonly to: string;
}

/** All steps, in the order of the declarations. */
export const LIFE_CYCLE: readonly LifeCycleStep[] = Object.values(COMMANDS).flatMap((command) =>
  stepsOf(command.action, 'steps' in command ? command.steps : {}),
);

function stepsOf(action: string, steps: Steps): LifeCycleStep[] {
  return Object.entries(steps).flatMap(([kind, targets]) =>
    Object.entries(targets).flatMap(([to, before]) => before.map((from) => ({ kind, action, from, to }))),
  );
}

/**
 * The status after a command's step. Rejects: WRONG_STATE with what was found and what is needed.
 */
export function transition<
  C extends { readonly action: string; readonly steps: Steps },
  K extends keyof C['steps'] & string,
  T extends keyof C['steps'][K] & string,
>(command: C, kind: K, to: T, from: string | null): T {
  const needed = command.steps[kind]?.[to] ?? [];
  if (needed.includes(from)) return to;
  throw new RuleViolation('WRONG_STATE', { kind, action: command.action, found: from, needed });
}
