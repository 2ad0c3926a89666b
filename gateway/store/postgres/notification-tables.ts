// Notifications in PostgreSQL: what the projection has written, with the marks that people set.
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type {
  NotificationPlace,
  Notifications,
  NotificationSearch,
  StoredNotification,
} from '../notifications.js';
import type { Part, PartRequest } from '../offer-reads.js';
import { partOf, type Position, wholePositionOf } from '../parts.js';
import { removeInPortions } from './remove-in-portions.js';
import { inScope } from './scope.js';
import type { Tables } from './tables/all-tables.js';

type FoundNotification = Position & StoredNotification;

export class NotificationTables implements Notifications {
  constructor(private readonly database: Kysely<Tables>) {}

  async list(search: NotificationSearch, part: PartRequest): Promise<Part<StoredNotification>> {
    const { rows } = await sql<FoundNotification>`
      select n.block, n.transaction, n.place, n.name, n.role, n.deal, n.offer, n.amount, n.currency, n.until, n.at,
        n.block as sort, n.transaction || '.' || n.place as key,
        coalesce(text.title, subject.body #>> '{terms,offerTerms,offer}', n.offer, '') as title,
        (mark.person is not null and
          (n.block, n.transaction, n.place) <= (mark.block, mark.transaction, mark.place)) as "isRead"
      from ledger.notification n
      left join notification_mark mark on mark.person = n.person
      left join ledger.row subject on subject.key = coalesce('terms/' || n.deal, 'offer/' || n.offer)
      left join offer_text text on text.hash =
        coalesce(subject.body #>> '{terms,offerTerms,contentHash}', subject.body ->> 'contentHash')
      where ${shownTo(search)} and ${behind(part.cursor)}
      order by n.block desc, n.transaction desc, n.place desc limit ${part.limit + 1}`.execute(this.database);
    return partOf(rows, part.limit, (found): StoredNotification => found);
  }

  async unread(search: NotificationSearch, most: number): Promise<number> {
    const { rows } = await sql<{ readonly count: number }>`
      select count(*)::integer as count from (
        select from ledger.notification n
        left join notification_mark mark on mark.person = n.person
        where ${shownTo(search)} and (mark.person is null or
          (n.block, n.transaction, n.place) > (mark.block, mark.transaction, mark.place))
        limit ${most}) unread`.execute(this.database);
    return rows[0]?.count ?? 0;
  }

  async markRead(person: string, { block, transaction, place }: NotificationPlace): Promise<boolean> {
    const { rows } = await sql`
      with found as (
        select person, block, transaction, place from ledger.notification
        where person = ${person} and block = ${block} and transaction = ${transaction} and place = ${place}
      ), marked as (
        insert into notification_mark as mark (person, block, transaction, place) select * from found
        on conflict (person) do update
          set block = excluded.block, transaction = excluded.transaction, place = excluded.place
          where (mark.block, mark.transaction, mark.place) <
            (excluded.block, excluded.transaction, excluded.place)
      ) select from found`.execute(inScope(this.database));
    return rows.length > 0;
  }

  async removeOld({
    before,
    mostEach,
  }: Parameters<Notifications['removeOld']>[0]): ReturnType<Notifications['removeOld']> {
    const old = await removeInPortions((limit) =>
      sql`delete from ledger.notification where ctid in
        (select ctid from ledger.notification where at < ${before} limit ${limit})`.execute(this.database),
    );
    const tooMany = await removeInPortions((limit) =>
      sql`delete from ledger.notification where ctid in (
        select ctid from (
          select ctid, row_number() over
            (partition by person order by block desc, transaction desc, place desc) as number
          from ledger.notification
        ) numbered where number > ${mostEach} limit ${limit})`.execute(this.database),
    );
    return old + tooMany;
  }
}

/** An invitation that is withdrawn takes with it what its payer could see of the deal. */
function shownTo({ person, since }: NotificationSearch): RawBuilder<unknown> {
  return sql`n.person = ${person} and n.at >= ${since} and (
    n.role <> 'payer' or n.name = 'InvitationWithdrawn' or exists (
      select from ledger.row invitation
      where invitation.deal = n.deal and invitation.kind = 'invitation'
        and invitation.body ->> 'status' = 'accepted'
        and invitation.body #>> '{accepted,person}' = n.person))`;
}

function behind(cursor: string | null): RawBuilder<unknown> {
  const position = wholePositionOf(cursor);
  const [, transaction, place] = /^(\d{1,9})\.(\d{1,9})$/.exec(position?.key ?? '') ?? [];
  if (position === null || transaction === undefined || place === undefined) return sql`true`;
  return sql`(n.block, n.transaction, n.place) <
    (${position.sort}::bigint, ${transaction}::integer, ${place}::integer)`;
}
