// Reads what the chaincode answers to a list of commands; an answer that does not fit its list is a programming error.
import { z } from 'zod';
import type { CommandResult } from '../../chaincode/protocol/commands.js';

export const commandResultSchema: z.ZodType<CommandResult> = z.discriminatedUnion('ok', [
  z
    .object({ ok: z.literal(true), id: z.string(), repeated: z.literal(true).optional() })
    // `exactOptionalPropertyTypes`: absent is not the same as undefined.
    .transform(({ repeated, ...rest }) => (repeated === undefined ? rest : { ...rest, repeated })),
  z
    .object({
      ok: z.literal(false),
      id: z.string(),
      code: z.string(),
      values: z.record(z.string(), z.json()).optional(),
    })
    .transform(({ values, ...rest }) => (values === undefined ? rest : { ...rest, values })),
]);
const resultsSchema = z.array(commandResultSchema);

/** One result for each command, in their order. */
export function readResults(response: string, commands: number): readonly CommandResult[] {
  return resultsOf(JSON.parse(response), commands);
}

export function resultsOf(value: unknown, commands: number): readonly CommandResult[] {
  const results = resultsSchema.parse(value);
  if (results.length !== commands) {
    throw new Error(`the chaincode gave ${String(results.length)} results for ${String(commands)} commands`);
  }
  return results;
}
