// The one text of a command that is sent, or the place in it that has none.
import { canonicalJson, type Json } from '../../chaincode/protocol/canonical-json.js';
import type { Command, CommandResult } from '../../chaincode/protocol/commands.js';

type Refused = Extract<CommandResult, { readonly ok: false }>;

/** A command that has no canonical text is refused alone; the others of its list go on. */
export type CommandText = { readonly text: string } | { readonly refused: Refused };

/** @param place the command's number in its list, from 0 */
export function commandText(command: Command, place: number): CommandText {
  // A command holds JSON values only; interfaces merely lack the index signature that Json asks for.
  const value = command as unknown as Json;
  try {
    return { text: canonicalJson(value) };
  } catch (error) {
    const fault = faultIn(value, `[${String(place)}]`);
    if (fault === null) throw error;
    const id = command.intent?.body.id ?? '';
    return {
      refused: {
        ok: false,
        id: id.isWellFormed() ? id : '',
        code: 'BAD_INPUT',
        values: { where: fault.where, needed: fault.needed },
      },
    };
  }
}

interface Fault {
  /** `[3].params.amount` */
  readonly where: string;
  readonly needed: string;
}

const TEXT = 'well-formed Unicode';

function faultIn(value: Json | undefined, where: string): Fault | null {
  if (typeof value !== 'object' || value === null) return scalarFault(value, where);
  const members: [string, Json | undefined][] = Object.entries(value);
  for (const [name, member] of members) {
    if (!name.isWellFormed()) return { where, needed: TEXT };
    const fault = faultIn(member, where + (Array.isArray(value) ? `[${name}]` : memberPath(name)));
    if (fault !== null) return fault;
  }
  return null;
}

function scalarFault(value: null | boolean | number | string | undefined, where: string): Fault | null {
  if (value === undefined) return { where, needed: 'a value' };
  if (typeof value === 'string') return value.isWellFormed() ? null : { where, needed: TEXT };
  if (typeof value !== 'number') return null;
  const isInteger = Number.isSafeInteger(value) && !Object.is(value, -0);
  return isInteger ? null : { where, needed: 'a safe integer' };
}

function memberPath(name: string): string {
  return /^\w+$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
