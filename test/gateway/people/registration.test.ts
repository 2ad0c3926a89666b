// The bounds of registration by themselves: counted by network and hour, with one alarm an hour.
import { expect } from 'chai';
import { networkOf, Registration } from '../../../gateway/people/registration.js';
import { PersonTable } from '../../../gateway/store/postgres/person-table.js';
import { maskedBy } from '../../../gateway/views/viewer.js';
import { HourlyCountTable } from '../../../gateway/store/postgres/limit-tables.js';
import { RegistrationSwitchTable } from '../../../gateway/store/postgres/registration-switch-table.js';
import { Refused } from '../../../gateway/refused.js';
import { inDatabase } from '../../support/database.js';

const HOUR_MS = 3_600_000;
const START = 500_000 * HOUR_MS;

describe('bounds of registration', function () {
  this.timeout(60_000); // a database is started

  it('an IPv6 network counts as one address, an IPv4 address by itself', () => {
    const same = [
      '2001:db8:0:1::1',
      '2001:db8::1:ffff:0:0:2',
      '2001:DB8:0:1:a:b:c:d',
      '2001:db8:0:1::5%eth0',
    ];
    expect(new Set(same.map(networkOf)).size).to.equal(1);
    expect(networkOf('2001:db8:0:2::1')).not.to.equal(networkOf('2001:db8:0:1::1'));
    expect([networkOf('::1'), networkOf('127.0.0.1')]).to.deep.equal(['0:0:0:0::', '127.0.0.1']);
    expect(networkOf('::ffff:192.0.2.7')).not.to.equal(networkOf('::ffff:192.0.2.8'));
  });

  it('so many in all within an hour, then an alarm, once, and the next hour begins anew', () =>
    inDatabase(async ({ query }) => {
      let now = START;
      const alarms: string[] = [];
      const counts = new HourlyCountTable(query);
      const registration = new Registration({
        people: { createOwn: ({ login }) => Promise.resolve({ login } as never) },
        switches: new RegistrationSwitchTable(query),
        counts,
        isOpenAtFirst: true,
        mostAnHour: 3,
        clock: { now: () => now, at: () => () => undefined },
        alarms: { raise: (code) => alarms.push(code) },
      });
      const of = {
        login: 'eve',
        name: 'Eve',
        language: 'en',
        salt: { salt: '', rounds: 0 },
        secret: '',
      } as const;
      const attempt = async (address: string): Promise<string> =>
        registration.register(of, address).then(
          () => 'ok',
          (error: unknown) => (error instanceof Refused ? error.code : String(error)),
        );
      const tries: string[] = [];
      for (let place = 1; place <= 5; place += 1) tries.push(await attempt(`192.0.2.${String(place)}`));
      expect(tries).to.deep.equal(['ok', 'ok', 'ok', 'TOO_MANY_REGISTRATIONS', 'TOO_MANY_REGISTRATIONS']);
      expect(alarms).to.deep.equal(['REGISTRATIONS_PAUSED']);
      now = START + HOUR_MS - 1;
      expect(await attempt('192.0.2.9')).to.equal('TOO_MANY_REGISTRATIONS');
      now = START + HOUR_MS;
      expect(await attempt('192.0.2.9')).to.equal('ok');
      await counts.removeOld(now);
      expect(await counts.taken('registrations', START)).to.equal(0);
      expect(await counts.taken('registrations', now)).to.equal(1);
      expect(await new PersonTable(query, maskedBy(Buffer.from('secret'))).count()).to.equal(0);
    }));
});
