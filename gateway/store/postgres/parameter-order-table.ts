// Orders about the ledger's parameters in PostgreSQL.
import type { Kysely, Selectable } from 'kysely';
import type { ParameterOrder, ParameterOrders } from '../parameter-orders.js';
import type { Tables } from './tables/all-tables.js';

export class ParameterOrderTable implements ParameterOrders {
  constructor(private readonly db: Kysely<Tables>) {}

  async create({ intent, before, after, isDone, txId, ...order }: ParameterOrder): Promise<ParameterOrder> {
    await this.db
      .insertInto('parameter_order')
      .values({
        ...order,
        intent: JSON.stringify(intent),
        before: JSON.stringify(before),
        after: JSON.stringify(after),
        is_done: isDone,
        tx_id: txId,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const kept = await this.find(order.id);
    if (kept === null) throw new Error(`the order ${order.id} has just been stored`);
    return kept;
  }

  async find(id: string): Promise<ParameterOrder | null> {
    const query = this.db.selectFrom('parameter_order').selectAll().where('id', '=', id);
    const row = await query.executeTakeFirst();
    return row === undefined ? null : orderOf(row);
  }

  async setDone(id: string, txId: string | null): Promise<void> {
    await this.db
      .updateTable('parameter_order')
      .set({ is_done: true, tx_id: txId })
      .where('id', '=', id)
      .execute();
  }

  async newest(limit: number): Promise<readonly ParameterOrder[]> {
    const rows = await this.db
      .selectFrom('parameter_order')
      .selectAll()
      .where('is_done', '=', true)
      .orderBy('at', 'desc')
      .orderBy('id')
      .limit(limit)
      .execute();
    return rows.map(orderOf);
  }
}

function orderOf({ is_done, tx_id, ...row }: Selectable<Tables['parameter_order']>): ParameterOrder {
  return { ...row, isDone: is_done, txId: tx_id };
}
