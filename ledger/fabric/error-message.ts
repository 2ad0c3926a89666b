// The message of anything that was thrown, for texts that go to a client or a person.
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
