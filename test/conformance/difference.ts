// Where two outcomes differ first: the path to it, and what stands there in either.
import { expect } from 'chai';
import type { Json } from './operations.js';

type Outcome = Json | undefined;

export interface Difference {
  /** `named.details.1`; empty where the whole differs. */
  readonly path: string;
  /** As JSON; of long texts the part that differs. */
  readonly left: string;
  readonly right: string;
}

const MOST_SHOWN = 300;
const SHOWN_BEFORE = 60;

/** Fails with one line that a summary can show. */
export function expectSame(played: Outcome, recorded: Outcome): void {
  const difference = firstDifference(played, recorded);
  if (difference === undefined) return;
  const { path, left, right } = difference;
  expect.fail(`at "${path}" played ${left}, recorded ${right}`);
}

export function firstDifference(left: Outcome, right: Outcome, path = ''): Difference | undefined {
  if (!isComposite(left) || !isComposite(right) || Array.isArray(left) !== Array.isArray(right)) {
    return left === right ? undefined : { path, ...excerpts(left, right) };
  }
  const [lefts, rights] = [new Map(Object.entries(left)), new Map(Object.entries(right))];
  for (const name of new Set([...rights.keys(), ...lefts.keys()])) {
    const inside = path === '' ? name : `${path}.${name}`;
    const found = firstDifference(lefts.get(name), rights.get(name), inside);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A list or an object. */
function isComposite(value: Outcome): value is Extract<Json, object> {
  return typeof value === 'object' && value !== null;
}

function excerpts(left: Outcome, right: Outcome): Pick<Difference, 'left' | 'right'> {
  const [one, other] = [textOf(left), textOf(right)];
  let same = 0;
  while (same < one.length && one[same] === other[same]) same += 1;
  return { left: excerpt(one, same), right: excerpt(other, same) };
}

function textOf(value: Outcome): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

function excerpt(text: string, differsAt: number): string {
  if (text.length <= MOST_SHOWN) return text;
  const from = Math.max(0, differsAt - SHOWN_BEFORE);
  return `…${text.slice(from, from + MOST_SHOWN)}…`;
}
