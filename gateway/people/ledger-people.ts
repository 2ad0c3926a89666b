// People as the ledger has them, asked of the own peer and remembered for a moment: a person struck off stops within
// it.
import type { Clock } from '../clock.js';
import type { PersonRow } from '../../chaincode/protocol/member.js';
import { rowKey } from '../../chaincode/protocol/rows.js';
import type { LedgerClient } from '../ledger/ledger-client.js';

const REMEMBERED_MS = 1_000;
const MOST_REMEMBERED = 10_000;

export class LedgerPeople {
  private readonly known = new Map<
    string,
    { readonly row: Promise<PersonRow | null>; readonly until: number }
  >();

  constructor(
    private readonly options: {
      readonly ledger: Pick<LedgerClient, 'rows'>;
      /** Whether the tables hold the person's row and this organisation does not stand behind it. */
      readonly isDisowned: (person: string) => Promise<boolean>;
      /** Whose people are known; null: every member's. */
      readonly organisation: string | null;
      readonly clock: Clock;
    },
  ) {}

  /** Null: not on the ledger, or of an organisation whose people are not known here. */
  row(person: string): Promise<PersonRow | null> {
    const now = this.options.clock.now();
    const known = this.known.get(person);
    if (known !== undefined && known.until > now) return known.row;
    if (this.known.size >= MOST_REMEMBERED) this.known.clear();
    const row = this.ask(person);
    this.known.set(person, { row, until: now + REMEMBERED_MS });
    // Who is not active yet may be so the next moment: that is asked anew.
    row.then(
      (found) => {
        if (found?.status !== 'active') this.known.delete(person);
      },
      () => this.known.delete(person),
    );
    return row;
  }

  /** Something about this person has just changed. */
  forget(person: string): void {
    this.known.delete(person);
  }

  private async ask(person: string): Promise<PersonRow | null> {
    const key = rowKey('person', person);
    const { ledger, organisation } = this.options;
    const row = ((await ledger.rows([key]))[key] ?? null) as PersonRow | null; // of that kind
    if (row === null || (organisation !== null && row.owner !== organisation)) return null;
    // Two members with altered chaincode can write any public row: one that nobody attests gives no roles.
    return (await this.options.isDisowned(person)) ? null : row;
  }
}
