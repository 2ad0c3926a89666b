// What keeps the demonstration from being played; its message is one sentence with the next step.
// It is never thrown for defects of the program.

export class DemoError extends Error {
  override readonly name = 'DemoError';
}
