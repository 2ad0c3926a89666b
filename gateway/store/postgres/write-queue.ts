// Gathers what comes while a statement is under way, so that it shares the next statement; one at a time, in order.

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** Items of one statement; what is beyond waits for the next. */
const MOST_TOGETHER = 500;

export class WriteQueue<Item, Result> {
  private readonly waiting: Waiting<Item, Result>[] = [];
  private writing: Promise<void> | null = null;

  /** @param write resolves with one result for each item; if it rejects, all of them have failed */
  constructor(private readonly write: (items: readonly Item[]) => Promise<readonly Result[]>) {}

  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.writing ??= this.drain();
    });
  }

  private async drain(): Promise<void> {
    // What the same turn of the event loop adds goes into the first statement.
    await Promise.resolve();
    while (this.waiting.length > 0) await this.writeGroup(this.waiting.splice(0, MOST_TOGETHER));
    this.writing = null;
  }

  private async writeGroup(group: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.write(group.map(({ item }) => item));
      group.forEach((waiting, index) => {
        waiting.resolve(results[index] as Result); // one for each item
      });
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }
}
