// Pictures of people in PostgreSQL.
import { type Kysely, sql } from 'kysely';
import type { PictureSize } from '../picture-records.js';
import type { ProfilePicture, ProfilePictures } from '../profile-pictures.js';
import type { Tables } from './tables/all-tables.js';

export class ProfilePictureTable implements ProfilePictures {
  constructor(private readonly db: Kysely<Tables>) {}

  async put(person: string, picture: ProfilePicture): Promise<void> {
    await this.db
      .insertInto('person_picture')
      .values({ person, ...picture })
      .onConflict((conflict) => conflict.column('person').doUpdateSet({ ...picture }))
      .execute();
  }

  async remove(person: string): Promise<void> {
    await this.db.deleteFrom('person_picture').where('person', '=', person).execute();
  }

  async find(person: string, size: PictureSize): Promise<Buffer | null> {
    const row = await this.db
      .selectFrom('person_picture')
      .select(`${size} as bytes`)
      .where('person', '=', person)
      .executeTakeFirst();
    return row?.bytes ?? null;
  }

  async areParties(one: string, other: string): Promise<boolean> {
    const { rows } = await sql`
      select from ledger.party own
      join ledger.party beside on beside.deal = own.deal
      join ledger.row phase on phase.key = 'phase/' || own.deal
      where own.person = ${one} and own.role in ('buyer', 'seller')
        and beside.person = ${other} and beside.role in ('buyer', 'seller')
        and phase.body ->> 'status' in ('paid', 'completed')
      limit 1`.execute(this.db);
    return rows.length > 0;
  }
}
