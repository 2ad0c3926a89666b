// Sums and counts of all deals, from the projection in PostgreSQL; each query is bounded by time and finds its events
// by an index.
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Instant } from '../../../chaincode/protocol/forms.js';
import type { DayFigures, DayRange, FigureReads, Funnel, ReleaseDay } from '../figure-reads.js';
import type { Tables } from './tables/all-tables.js';

export class PostgresFigures implements FigureReads {
  constructor(private readonly db: Kysely<Tables>) {}

  async days(from: Instant): Promise<readonly DayFigures[]> {
    const { rows } = await sql<{
      readonly day: string;
      readonly currency: string;
      readonly turnover: string;
      readonly paid: number;
      readonly change: string;
    }>`
      with moved as (
        select event.at, terms.currency, terms.price as turnover, 1 as paid, 0::numeric as change
        from ledger.event event join lateral (${termsOf(sql`event.deal`)}) terms on true
        where event.name = 'DealPaid' and event.at >= ${from}
        union all
        select event.at, payment.currency, 0, 0,
          case when event.name = 'PaymentHeld' then payment.amount else -payment.amount end
        from ledger.event event join lateral (${paymentOf(sql`event`)}) payment on true
        where event.name in ('PaymentHeld', 'PaymentCaptured', 'PaymentVoided') and event.at >= ${from}
          and exists (select from ledger.event held
            where held.deal = event.deal and held.name = 'PaymentHeld' and held.ids = event.ids)
      )
      select ${dayOf(sql`at`)} as day, currency, sum(turnover)::text as turnover,
        sum(paid)::float8 as paid, sum(change)::text as change
      from moved group by 1, 2`.execute(this.db);
    return rows.map(({ turnover, change, ...row }) => ({
      ...row,
      turnover: BigInt(turnover),
      heldChange: BigInt(change),
    }));
  }

  async heldNow(): Promise<ReadonlyMap<string, bigint>> {
    const { rows } = await sql<{ readonly currency: string; readonly held: string }>`
      select payment.body ->> 'currency' as currency, sum((payment.body ->> 'amount')::numeric)::text as held
      from ledger.row payment
      where payment.kind = 'payment' and payment.body ->> 'status' = 'held' and payment.is_attested
      group by 1`.execute(this.db);
    return new Map(rows.map(({ currency, held }) => [currency, BigInt(held)]));
  }

  async funnel({ from, until }: DayRange): Promise<Funnel> {
    const { rows } = await sql<Funnel>`
      select count(*)::float8 as bought,
        (count(*) filter (where exists (select from ledger.event held
          where held.deal = deal.deal and held.name = 'PaymentHeld')))::float8 as "partPaid",
        (count(*) filter (where phase.body ->> 'status' in ('paid', 'completed')))::float8 as paid,
        (count(*) filter (where shipment.body ->> 'status' = 'delivered'))::float8 as delivered,
        (count(*) filter (where phase.body ->> 'status' = 'completed'))::float8 as completed,
        (count(*) filter (where phase.body ->> 'status' = 'expired'
          and phase.body ->> 'cancelledBy' is null))::float8 as expired,
        (count(*) filter (where phase.body ->> 'cancelledBy' is not null))::float8 as cancelled
      from ledger.party deal
      left join ledger.row phase on phase.key = 'phase/' || deal.deal
      left join ledger.row shipment on shipment.key = 'shipment/' || deal.deal and shipment.is_attested
      where deal.role = 'buyer' and deal.bought_at >= ${from} and deal.bought_at < ${until}`.execute(this.db);
    const [found] = rows;
    if (found === undefined) throw new Error('counting gives one row');
    return found;
  }

  async release({ from, until }: DayRange): Promise<readonly ReleaseDay[]> {
    const { rows } = await sql<ReleaseDay>`
      select ${dayOf(sql`done.at`)} as day, count(*)::float8 as completed,
        round(percentile_cont(0.5) within group (order by done.at - paid.at))::float8 as "medianMs",
        max(done.at - paid.at)::float8 as "slowestMs"
      from ledger.event done
      join ledger.event paid on paid.deal = done.deal and paid.name = 'DealPaid' and paid.at <= done.at
      where done.name = 'DealCompleted' and done.at >= ${from} and done.at < ${until}
      group by 1 order by 1`.execute(this.db);
    return rows;
  }
}

/** A day of UTC, of milliseconds. */
function dayOf(at: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`to_char(to_timestamp(${at} / 1000.0) at time zone 'UTC', 'YYYY-MM-DD')`;
}

function termsOf(deal: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`select row.body #>> '{terms,offerTerms,currency}' as currency,
      (row.body #>> '{terms,offerTerms,price}')::numeric as price
    from ledger.row row where row.key = 'terms/' || ${deal}`;
}

/** Of an event about a payment: its ids are deal and payment. */
function paymentOf(event: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`select row.body ->> 'currency' as currency, (row.body ->> 'amount')::numeric as amount
    from ledger.row row
    where row.key = 'payment/' || ${event}.ids[1] || '/' || ${event}.ids[2] and row.is_attested`;
}
