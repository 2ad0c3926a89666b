// Says to people who watch what has changed for them: the name of a deal, an offer or an account, never its content.
// What they may see of it they read again, by their rights of that moment.
import type { BlockChanges } from '../projection/block-changes.js';
import { bodyOf } from '../projection/projected-row.js';
import { Refused } from '../refused.js';
import type { Changed, LiveReads } from '../store/live-reads.js';

export type ChangeListener = (block: number, changes: readonly Changed[]) => void;

const MOST_LISTENERS_EACH = 5;
/** Blocks that a reader may have missed, and changes that are named to him; beyond it he reads everything again. */
const MOST_MISSED_BLOCKS = 10_000;
const MOST_MISSED_CHANGES = 200;

export class LiveChanges {
  private readonly listeners = new Map<string, Set<ChangeListener>>();
  private newest = -1;

  constructor(private readonly reads: LiveReads) {}

  newestBlock(): number {
    return this.newest;
  }

  /** Throws: Refused TOO_MANY_REQUESTS. The function returned ends it. */
  watch(person: string, listener: ChangeListener): () => void {
    const listeners = this.listeners.get(person) ?? new Set();
    if (listeners.size >= MOST_LISTENERS_EACH)
      throw new Refused('TOO_MANY_REQUESTS', { most: MOST_LISTENERS_EACH });
    this.listeners.set(person, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.listeners.get(person) === listeners) this.listeners.delete(person);
    };
  }

  /** What a person missed since a block; null: too much, or the block is none of this ledger's. */
  async missed(person: string, since: number): Promise<readonly Changed[] | null> {
    if (since > this.newest || this.newest - since > MOST_MISSED_BLOCKS) return null;
    return this.reads.changedSince(person, since, MOST_MISSED_CHANGES);
  }

  async publish(changes: BlockChanges): Promise<void> {
    const { block } = changes.block;
    this.newest = Math.max(this.newest, block);
    if (this.listeners.size === 0) return;
    const byPerson = await this.changesByPerson(changes);
    for (const [person, changed] of byPerson) {
      for (const listener of this.listeners.get(person) ?? []) listener(block, [...changed.values()]);
    }
  }

  private async changesByPerson({ rows }: BlockChanges): Promise<Map<string, Map<string, Changed>>> {
    const found = new Map<string, Map<string, Changed>>();
    const note = (person: string, change: Changed): void => {
      const changes = found.get(person) ?? new Map<string, Changed>();
      found.set(person, changes.set(`${change.kind}/${change.id}`, change));
    };
    const deals = new Set(rows.flatMap(({ deal }) => (deal === null ? [] : [deal])));
    for (const [deal, people] of await this.reads.partiesOf([...deals])) {
      for (const person of people) note(person, { kind: 'deal', id: deal });
    }
    for (const row of rows) {
      const offer = bodyOf(row, 'offer');
      if (offer !== null) note(offer.seller, { kind: 'offer', id: offer.id });
      const link = bodyOf(row, 'link');
      if (link !== null) note(link.person, { kind: 'account', id: link.id });
    }
    return found;
  }
}
