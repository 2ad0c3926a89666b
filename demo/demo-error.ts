// What keeps the demonstration from being played; its message is one sentence with the next step.

export class DemoError extends Error {
  override readonly name = 'DemoError';
}
