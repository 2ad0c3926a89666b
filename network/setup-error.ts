// A failure that the person at the keyboard can mend: its message is one sentence with the next step.
// It is never thrown for defects of the program.

/** Shown as its message alone; the command ends with exit code 1. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
}

/** The text of anything thrown, for a message. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
