// Deletes many rows a few at a time, so that no statement holds locks for long.

const MOST_OF_STATEMENT = 1_000;
/** What is left beyond these waits for the next clean-up. */
const MOST_STATEMENTS = 1_000;

/** @param remove deletes at most `limit` rows */
export async function removeInPortions(
  remove: (limit: number) => Promise<{ readonly numAffectedRows?: bigint | undefined }>,
): Promise<number> {
  let removed = 0;
  for (let statements = 0; statements < MOST_STATEMENTS; statements += 1) {
    const affected = Number((await remove(MOST_OF_STATEMENT)).numAffectedRows ?? 0n);
    removed += affected;
    if (affected < MOST_OF_STATEMENT) break;
  }
  return removed;
}
