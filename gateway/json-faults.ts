// What no parsed JSON from outside may hold, whatever its shape: it would be lost in silence or exhaust the stack.

export interface JsonFault {
  /** `commands[3].params` */
  readonly where: string;
  readonly needed: string;
}

/** Deeper than any shape of ours, and shallow enough for every function that walks a value by calling itself. */
const MOST_LEVELS = 64;
/** Copying such a member sets the copy's prototype instead, so it would vanish. */
const LOST_NAME = '__proto__';

const PLAIN = 'text in Unicode without U+0000';

interface Visit {
  readonly value: unknown;
  readonly level: number;
  readonly where: string;
}

export function jsonFault(body: unknown): JsonFault | null {
  const visits: Visit[] = [{ value: body, level: 0, where: '' }];
  for (let visit = visits.pop(); visit !== undefined; visit = visits.pop()) {
    const { value, level, where } = visit;
    if (typeof value !== 'object' || value === null) continue;
    if (level >= MOST_LEVELS) return { where, needed: `at most ${String(MOST_LEVELS)} levels` };
    if (Object.hasOwn(value, LOST_NAME)) return { where, needed: `no member ${LOST_NAME}` };
    for (const [name, member] of Object.entries(value)) {
      if (typeof member !== 'object') continue;
      const path = Array.isArray(value) ? `${where}[${name}]` : memberPath(where, name);
      visits.push({ value: member, level: level + 1, where: path });
    }
  }
  return null;
}

/** Half of a pair of surrogates, or U+0000: no canonical text holds the one, no database the other. */
function isPlainText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\u0000');
}

/** The first text, or name of a member, that is not plain; null: none. For what `jsonFault` lets pass. */
export function textFault(body: unknown): JsonFault | null {
  const visits: Visit[] = [{ value: body, level: 0, where: '' }];
  for (let visit = visits.pop(); visit !== undefined; visit = visits.pop()) {
    const { value, level, where } = visit;
    if (typeof value === 'string' && !isPlainText(value)) return { where, needed: PLAIN };
    if (typeof value !== 'object' || value === null) continue;
    for (const [name, member] of Object.entries(value)) {
      if (!isPlainText(name)) return { where, needed: PLAIN };
      const path = Array.isArray(value) ? `${where}[${name}]` : memberPath(where, name);
      visits.push({ value: member, level: level + 1, where: path });
    }
  }
  return null;
}

function memberPath(where: string, name: string): string {
  return where === '' ? name : `${where}.${name}`;
}
