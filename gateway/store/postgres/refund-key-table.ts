// Refund keys in the database, sealed before they come here.
import type { RefundKeyRecords } from '../refund-keys.js';
import type { Database } from './database.js';

export class RefundKeyTable implements RefundKeyRecords {
  constructor(private readonly database: Database) {}

  async find(deal: string, bank: string): Promise<string | null> {
    const rows = this.database.query.selectFrom('refund_keys').select('sealed');
    const row = await rows.where('deal', '=', deal).where('bank', '=', bank).executeTakeFirst();
    return row?.sealed ?? null;
  }

  async save(deal: string, bank: string, sealed: string): Promise<void> {
    await this.database.query
      .insertInto('refund_keys')
      .values({ deal, bank, sealed })
      .onConflict((conflict) => conflict.columns(['deal', 'bank']).doUpdateSet({ sealed }))
      .execute();
  }
}
