// Clients who make their log-in themselves: as long as an administrator allows it, so many from one address and so many
// in all within an hour. Who comes this way is a client and nothing else.
import { isDisplayName } from '../../chaincode/protocol/display-name.js';
import type { Alarms } from '../alarms.js';
import type { Clock } from '../clock.js';
import type { PasswordSalt } from '../protocol/password-keys.js';
import { Refused } from '../refused.js';
import type { HourlyCounts } from '../store/person-records.js';
import type { RegistrationSwitch, RegistrationSwitches } from '../store/registration-switches.js';
import type { NewPerson, People } from './people.js';
import type { Person } from './viewer.js';

export interface RegistrationOptions {
  readonly people: Pick<People, 'createOwn'>;
  readonly switches: RegistrationSwitches;
  readonly counts: HourlyCounts;
  /** Until an administrator has switched it. */
  readonly isOpenAtFirst: boolean;
  readonly mostAnHour: number;
  readonly clock: Clock;
  readonly alarms: Alarms;
}

export const MOST_BY_ADDRESS = 10;
const LONGEST_NAME = 100;
const HOUR_MS = 3_600_000;
const COUNTED = 'registrations';
const CHANGES_SHOWN = 20;

export interface RegistrationState {
  readonly isOpen: boolean;
  readonly mostAnHour: number;
  readonly thisHour: number;
  readonly changes: readonly RegistrationSwitch[];
}

export class Registration {
  private alarmedHour = -1;

  constructor(private readonly options: RegistrationOptions) {}

  async isOpen(): Promise<boolean> {
    const [newest] = await this.options.switches.newest(1);
    return newest?.isOpen ?? this.options.isOpenAtFirst;
  }

  async state(): Promise<RegistrationState> {
    const { switches, counts, mostAnHour, clock, isOpenAtFirst } = this.options;
    const changes = await switches.newest(CHANGES_SHOWN);
    const thisHour = await counts.taken(COUNTED, clock.now());
    return { isOpen: changes[0]?.isOpen ?? isOpenAtFirst, mostAnHour, thisHour, changes };
  }

  async set(isOpen: boolean, person: string): Promise<void> {
    if ((await this.isOpen()) === isOpen) return;
    await this.options.switches.add({ isOpen, person, at: this.options.clock.now() });
  }

  /**
   * That a log-in is taken can be asked no oftener than the bounds allow: each try counts, also one that is refused.
   * Rejects: Refused REGISTRATION_CLOSED, NAME_UNREADABLE, TOO_MANY_REGISTRATIONS, LOG_IN_TAKEN.
   */
  async register(
    of: Omit<NewPerson, 'roles'> & { readonly salt: PasswordSalt; readonly secret: string },
    address: string,
  ): Promise<Person> {
    if (!(await this.isOpen())) throw new Refused('REGISTRATION_CLOSED');
    if (!isDisplayName(of.name, LONGEST_NAME)) throw new Refused('NAME_UNREADABLE');
    await this.requirePace(address);
    return this.options.people.createOwn(of);
  }

  private async requirePace(address: string): Promise<void> {
    const { counts, mostAnHour, clock } = this.options;
    const now = clock.now();
    const refusal = new Refused('TOO_MANY_REGISTRATIONS', {}, { retryAfterMs: HOUR_MS - (now % HOUR_MS) });
    const from = `${COUNTED} from ${networkOf(address)}`;
    if (!(await counts.take(from, { most: MOST_BY_ADDRESS, now }))) throw refusal;
    if (await counts.take(COUNTED, { most: mostAnHour, now })) return;
    this.alarm(Math.floor(now / HOUR_MS));
    throw refusal;
  }

  /** Once an hour: a flood shall not flood the log as well. */
  private alarm(hour: number): void {
    if (this.alarmedHour === hour) return;
    this.alarmedHour = hour;
    this.options.alarms.raise('REGISTRATIONS_PAUSED', { mostAnHour: this.options.mostAnHour });
  }
}

const GROUPS_OF_NETWORK = 4;
const GROUPS = 8;

/** Who has one IPv6 address has its whole /64: these count as one. An IPv4 address counts by itself. */
export function networkOf(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address;
  const [before = '', after] = (address.split('%')[0] ?? '').split('::');
  const first = before === '' ? [] : before.split(':');
  const last = after === undefined || after === '' ? [] : after.split(':');
  const zeros = Array.from({ length: Math.max(0, GROUPS - first.length - last.length) }, () => '0');
  const groups = [...first, ...zeros, ...last].slice(0, GROUPS_OF_NETWORK);
  return `${groups.map((group) => group.toLowerCase().replace(/^0+(?=.)/, '')).join(':')}::`;
}
