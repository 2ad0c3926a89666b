// Pictures in PostgreSQL.
import { type Kysely, sql } from 'kysely';
import type { Instant } from '../../../chaincode/protocol/forms.js';
import type { FoundPicture, NewPicture, PictureRecords, PictureSize } from '../picture-records.js';
import type { Tables } from './tables/all-tables.js';

export class PostgresPictures implements PictureRecords {
  constructor(private readonly db: Kysely<Tables>) {}

  /** Uploads of one owner follow one another, so that the limit holds for those that come together as well. */
  async save(picture: NewPicture, { mostBytes }: { readonly mostBytes: number }): Promise<boolean> {
    return this.db.transaction().execute(async (db) => {
      await sql`select pg_advisory_xact_lock(hashtext(${`pictures/${picture.owner}`}))`.execute(db);
      const { rows } = await sql<{ readonly used: number }>`
        select coalesce(sum(length("full") + length(small)), 0)::bigint as used
        from picture where owner = ${picture.owner}`.execute(db);
      const used = rows[0]?.used ?? 0;
      if (used + picture.full.length + picture.small.length > mostBytes) return false;
      await db
        .insertInto('picture')
        .values({ ...picture })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      return true;
    });
  }

  async find(hash: string, size: PictureSize): Promise<FoundPicture | null> {
    const { rows } = await sql<FoundPicture>`
      select ${sql.ref(`picture.${size}`)} as bytes, picture.owner, exists (
        select from offer_text text join ledger.row offer
          on offer.kind = 'offer' and offer.body ->> 'contentHash' = text.hash
        where text.pictures @> array[${hash}] and offer.body ->> 'status' = 'listed'
      ) as "isListed" from picture where hash = ${hash}`.execute(this.db);
    return rows[0] ?? null;
  }

  async removeUnused(uploadedBefore: Instant, limit: number): Promise<number> {
    const { rows } = await sql`
      delete from picture where hash in (
        select hash from picture where at < ${uploadedBefore}
          and not exists (select from offer_text text where text.pictures @> array[picture.hash])
        limit ${limit}
      ) returning hash`.execute(this.db);
    return rows.length;
  }
}
