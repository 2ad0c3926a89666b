// What the commands of one list have written so far; a refused command's writes are forgotten.

export class Overlay<W> {
  private readonly kept = new Map<string, W>();
  private current = new Map<string, W>();

  get(key: string): W | undefined {
    return this.current.get(key) ?? this.kept.get(key);
  }

  set(key: string, write: W): void {
    this.current.set(key, write);
  }

  /** Writes of the current command. */
  get pending(): ReadonlyMap<string, W> {
    return this.current;
  }

  /** Writes of all accepted commands. */
  get accepted(): ReadonlyMap<string, W> {
    return this.kept;
  }

  /** The current command is accepted. */
  keep(): void {
    for (const [key, write] of this.current) this.kept.set(key, write);
    this.current = new Map();
  }

  /** The current command is refused. */
  discard(): void {
    this.current = new Map();
  }

  /** Keys with a prefix, of accepted commands and the current one. */
  keysUnder(prefix: string): string[] {
    return [...new Set([...this.kept.keys(), ...this.current.keys()])].filter((key) =>
      key.startsWith(prefix),
    );
  }
}
