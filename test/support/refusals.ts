// Reads refusals of commands and of whole transactions.
import type { CommandResult } from '../../chaincode/protocol/commands.js';
import { EndorsementRefused } from './test-ledger.js';

/** The peer's words; throws if nothing was refused. */
export async function refusalOf(sending: Promise<unknown>): Promise<string> {
  try {
    await sending;
  } catch (error) {
    if (error instanceof EndorsementRefused) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}
/** Code of a refused command, or 'ok'. */
export const codeOf = (result: CommandResult | undefined) => (result?.ok === false ? result.code : 'ok');
