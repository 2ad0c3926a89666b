// Questions for rows that are asked at the same time become one question: a hundred people who send a command each cost
// their gateway a few evaluations at its peer and not a hundred.
import type { RowKind, Rows } from '../../chaincode/protocol/rows.js';
import { LedgerRejected } from './ledger-errors.js';

export interface FoundRows {
  readonly [key: string]: Rows[RowKind] | null;
}

interface Asker {
  readonly keys: readonly string[];
  readonly resolve: (found: FoundRows) => void;
  readonly reject: (reason: unknown) => void;
}

/** More than one, so that a slow answer does not hold up all others. */
const MOST_UNDER_WAY = 2;
/** What one question may ask for, by the chaincode. */
const MOST_KEYS = 1_000;

export class RowQuestions {
  private readonly waiting: Asker[] = [];
  private underWay = 0;

  constructor(private readonly ask: (keys: readonly string[]) => Promise<FoundRows>) {}

  /** By key, null: there is none. The rows are read after the call. Rejects as asking for these keys does. */
  rows(keys: readonly string[]): Promise<FoundRows> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ keys, resolve, reject });
      this.next();
    });
  }

  private next(): void {
    if (this.underWay >= MOST_UNDER_WAY || this.waiting.length === 0) return;
    const askers = this.takeWaiting();
    this.underWay += 1;
    void this.answer(askers).finally(() => {
      this.underWay -= 1;
      this.next();
    });
  }

  /** As many as fit into one question, at least one, in their order. */
  private takeWaiting(): readonly Asker[] {
    let count = 0;
    let keys = 0;
    while (count < this.waiting.length) {
      keys += this.waiting[count]?.keys.length ?? 0;
      if (count > 0 && keys > MOST_KEYS) break;
      count += 1;
    }
    return this.waiting.splice(0, count);
  }

  private async answer(askers: readonly Asker[]): Promise<void> {
    try {
      const found = await this.ask([...new Set(askers.flatMap(({ keys }) => keys))]);
      for (const { keys, resolve } of askers) {
        resolve(Object.fromEntries(keys.map((key) => [key, found[key] ?? null])));
      }
    } catch (error) {
      // A key that is none fails the whole question: nobody else shall suffer from it.
      if (askers.length > 1 && error instanceof LedgerRejected) await this.answerEach(askers);
      else for (const { reject } of askers) reject(error);
    }
  }

  private async answerEach(askers: readonly Asker[]): Promise<void> {
    for (const asker of askers) await this.answer([asker]);
  }
}
