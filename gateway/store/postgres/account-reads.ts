// Links in PostgreSQL, with their holders' words.
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { LinkRow } from '../../../chaincode/protocol/account.js';
import { rowKey } from '../../../chaincode/protocol/rows.js';
import type { AccountReads, StoredLink } from '../account-reads.js';
import type { Tables } from './tables/all-tables.js';

/** Links of one person; more are not shown. */
const MOST_LINKS = 500;

interface FoundLink {
  readonly row: LinkRow;
  readonly is_attested: boolean;
  readonly label: string | null;
  readonly last_four: string | null;
}

export class PostgresAccounts implements AccountReads {
  constructor(private readonly db: Kysely<Tables>) {}

  ofPerson(person: string): Promise<readonly StoredLink[]> {
    return this.select(sql`row.body ->> 'person' = ${person}`);
  }

  async find(link: string): Promise<StoredLink | null> {
    const [found] = await this.select(sql`row.key = ${rowKey('link', link)}`);
    return found ?? null;
  }

  async saveLabel(label: Parameters<AccountReads['saveLabel']>[0]): Promise<void> {
    const { lastFour, ...rest } = label;
    await this.db
      .insertInto('account_label')
      .values({ ...rest, last_four: lastFour })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  private async select(condition: RawBuilder<unknown>): Promise<readonly StoredLink[]> {
    const { rows } = await sql<FoundLink>`
      select row.body as row, row.is_attested, label.label, label.last_four
      from ledger.row row
      left join account_label label on label.link = row.body ->> 'id' and label.person = row.body ->> 'person'
      where row.kind = 'link' and ${condition}
      order by row.at, row.key limit ${MOST_LINKS}`.execute(this.db);
    return rows.map(({ row, is_attested: isAttested, label, last_four }) => ({
      ...{ row, isAttested },
      label: label ?? '',
      lastFour: last_four ?? '',
    }));
  }
}
