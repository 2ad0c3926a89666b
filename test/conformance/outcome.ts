// Brings what a script saw into a form that is the same in every run: ids, hashes, addresses and times masked.
import { GatewayError } from '@hyperledger/fabric-gateway';
import type { Json } from './operations.js';

/** What no two runs have in common, and what stands in its place. The first that fits counts. */
const MASKS: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{64,}\b/g, '<hex>'],
  [/\b(?:127\.0\.0\.1|localhost|[\w-]+(?:\.[\w-]+)*\.example):\d+/g, '<address>'],
  [/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z| [+-]\d{4} \w+)/g, '<time>'],
  // Go's protobuf puts one of two kinds of space here, at random from build to build.
  [/proto:[ \u00a0]/g, 'proto: '],
  // Of endorsers who differ the one who answers last is blamed.
  [/^\w+: (?=ProposalResponsePayloads do not match$)/g, 'the last: '],
  // When time is up, the peer that asked and the one that was asked both end the call; whose word is first is chance.
  [
    /(?<=code = DeadlineExceeded desc = )stream terminated by RST_STREAM with error code: CANCEL/g,
    'context deadline exceeded',
  ],
  [/BlockNum: \d+, TxNum: \d+/g, 'BlockNum: <n>, TxNum: <n>'],
];

/** `prefix`: what this run put before the script's keys. */
export function masked(outcome: Json, prefix: string): Json {
  if (typeof outcome === 'string') return maskedText(outcome, prefix);
  if (Array.isArray(outcome)) return (outcome as readonly Json[]).map((part) => masked(part, prefix));
  if (outcome === null || typeof outcome !== 'object') return outcome;
  return Object.fromEntries(
    Object.entries(outcome).map(([name, part]) => [maskedText(name, prefix), masked(part, prefix)]),
  );
}

function maskedText(text: string, prefix: string): string {
  const unprefixed = text.replaceAll(prefix, '~');
  return MASKS.reduce((masking, [pattern, mark]) => masking.replace(pattern, mark), unprefixed);
}

/** What a client sees of a failure: the error's class, its gRPC code, its text, each peer's own text. */
export function refusalOf(error: unknown): Json {
  if (!(error instanceof Error)) throw new Error('what was thrown is no error', { cause: error });
  const details =
    error instanceof GatewayError
      ? error.details.map(({ mspId, message }) => `${mspId}: ${message}`).sort()
      : [];
  const code = 'code' in error && typeof error.code === 'number' ? error.code : null;
  return { refused: error.name, code, message: error.message, details };
}

/** The work's result, or the refusal that a client saw instead. */
export async function seen(work: () => Promise<Json>): Promise<Json> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ScriptFailure) throw error;
    return refusalOf(error);
  }
}

/** The script itself could not be played as it is meant; nothing was learnt about the ground. */
export class ScriptFailure extends Error {
  override readonly name: string = 'ScriptFailure';
}

/** Transactions that must lie in one block came to lie otherwise; the script is to be played again. */
export class BlockSplit extends ScriptFailure {
  override readonly name = 'BlockSplit';
}
