// Switches of registration in PostgreSQL.
import type { Kysely } from 'kysely';
import type { RegistrationSwitch, RegistrationSwitches } from '../registration-switches.js';
import type { Tables } from './tables/all-tables.js';

export class RegistrationSwitchTable implements RegistrationSwitches {
  constructor(private readonly db: Kysely<Tables>) {}

  async add({ at, person, isOpen }: RegistrationSwitch): Promise<void> {
    await this.db.insertInto('registration_switch').values({ at, person, is_open: isOpen }).execute();
  }

  async newest(limit: number): Promise<readonly RegistrationSwitch[]> {
    const rows = await this.db
      .selectFrom('registration_switch')
      .select(['at', 'person', 'is_open'])
      .orderBy('number', 'desc')
      .limit(limit)
      .execute();
    return rows.map(({ at, person, is_open }) => ({ at, person, isOpen: is_open }));
  }
}
