// How long a worker pauses before it tries again what failed.

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;

/** @param failures in a row, at least one */
export function pauseMs(failures: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);
}
