// Duty: what a log may say of an error: its kind, code and place.
// Must not: print values or causes: what a peer answered may hold what only the holder's bank may know (I10).

export interface BriefError {
  readonly type: string;
  readonly code: string | null;
  /** Message and stack frames. */
  readonly stack: string;
  /** Kinds of the causes, outermost first. */
  readonly causes: readonly string[];
}

const MOST_CAUSES = 5;

export function briefError(error: unknown): BriefError {
  if (!(error instanceof Error)) return { type: typeof error, code: null, stack: '', causes: [] };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  return { type: error.name, code, stack: error.stack ?? error.message, causes: causesOf(error) };
}

function causesOf(error: Error): string[] {
  const names: string[] = [];
  for (let cause = error.cause; cause instanceof Error && names.length < MOST_CAUSES; cause = cause.cause) {
    names.push(cause.name);
  }
  return names;
}
