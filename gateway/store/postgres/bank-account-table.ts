// Accounts that were opened at this bank, in PostgreSQL.
import type { Kysely } from 'kysely';
import type { BankAccounts, AskedAccount } from '../bank-reads.js';
import type { Tables } from './tables/all-tables.js';

export class BankAccountTable implements BankAccounts {
  constructor(private readonly db: Kysely<Tables>) {}

  async noteAsked({ account, holder, currency }: AskedAccount): Promise<void> {
    // What an opening said that was refused or got lost does not stay; what the ledger has taken does.
    await this.db
      .insertInto('bank_accounts')
      .values({ account, holder, currency, is_opened: false })
      .onConflict((conflict) =>
        conflict
          .column('account')
          .doUpdateSet({ holder, currency })
          .where('bank_accounts.is_opened', '=', false),
      )
      .execute();
  }

  async noteOpened({ account, holder, currency }: AskedAccount): Promise<void> {
    const opened = { holder, currency, is_opened: true };
    const adding = this.db.insertInto('bank_accounts').values({ account, ...opened });
    await adding.onConflict((conflict) => conflict.column('account').doUpdateSet(opened)).execute();
  }

  async forget(account: string): Promise<void> {
    const unopened = this.db.deleteFrom('bank_accounts').where('account', '=', account);
    await unopened.where('is_opened', '=', false).execute();
  }
}
