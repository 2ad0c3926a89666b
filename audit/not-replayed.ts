// Commands that cannot be replayed: an organisation's own are transient, in no block. The report lists them.
import type { EscrowTransaction } from './escrow-transaction.js';

/** So many commands of this name in the lane of this organisation. */
export interface NotReplayedLine {
  readonly mspId: string;
  readonly action: string;
  readonly commands: number;
}

export class NotReplayed {
  private readonly counts = new Map<string, NotReplayedLine>();

  note({ sender: mspId, event }: EscrowTransaction): void {
    for (const { action } of event?.results ?? []) {
      const name = `${mspId} ${action}`;
      const commands = (this.counts.get(name)?.commands ?? 0) + 1;
      this.counts.set(name, { mspId, action, commands });
    }
  }

  /** By organisation and command. */
  get lines(): readonly NotReplayedLine[] {
    return [...this.counts].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, line]) => line);
  }
}
