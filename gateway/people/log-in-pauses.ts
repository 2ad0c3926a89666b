// Pauses after failed log-ins, for each address and each log-in. A device that its person has used before is counted by
// itself, so that a stranger who fails again and again keeps nobody out of his own device.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../clock.js';
import { Refused } from '../refused.js';
import type { PauseRecords } from '../store/person-records.js';

const FREE_TRIES = 5;
const FIRST_MS = 1_000;
/** By log-in: a stranger could hold no longer one, and the person's own devices do not feel it. */
const LONGEST_BY_LOGIN_MS = 30_000;
const LONGEST_BY_PLACE_MS = 900_000;
/** An address may serve many people. */
const FREE_BY_ADDRESS = 30;
const FORGOTTEN_MS = 3_600_000;
const DEVICE_BYTES = 12;
const DEVICE = /^([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]{43})$/;

export interface LogInPlace {
  readonly login: string;
  readonly address: string;
  /** What this device was given after an earlier log-in; null: nothing. */
  readonly device: string | null;
}

export class LogInPauses {
  constructor(
    private readonly options: {
      readonly records: PauseRecords;
      readonly clock: Clock;
      readonly deviceKey: Buffer;
    },
  ) {}

  /** Counts a try before it is judged, so that many at once are many. Rejects: Refused TOO_MANY_TRIES. */
  async count(place: LogInPlace): Promise<void> {
    await this.take(`address ${place.address}`, FREE_BY_ADDRESS, LONGEST_BY_PLACE_MS);
    const device = this.knownDevice(place);
    if (device === null) await this.take(`login ${place.login}`, FREE_TRIES, LONGEST_BY_LOGIN_MS);
    else await this.take(`device ${device}`, FREE_TRIES, LONGEST_BY_PLACE_MS);
  }

  /** The try was right. */
  async forgive(place: LogInPlace): Promise<void> {
    const { records } = this.options;
    const device = this.knownDevice(place);
    await records.takeBack(`address ${place.address}`);
    await records.forget(device === null ? `login ${place.login}` : `device ${device}`);
  }

  /** For the device that has just logged in. */
  newDevice(login: string): string {
    const name = randomBytes(DEVICE_BYTES).toString('base64url');
    return `${name}.${this.mac(login, name).toString('base64url')}`;
  }

  private knownDevice({ login, device }: LogInPlace): string | null {
    const [, name, mac] = DEVICE.exec(device ?? '') ?? [];
    if (name === undefined || mac === undefined) return null;
    return timingSafeEqual(Buffer.from(mac, 'base64url'), this.mac(login, name)) ? name : null;
  }

  private mac(login: string, name: string): Buffer {
    return createHmac('sha256', this.options.deviceKey).update(`${name} ${login}`).digest();
  }

  private async take(key: string, free: number, longestMs: number): Promise<void> {
    const { records, clock } = this.options;
    const pauseMs = (tries: number): number =>
      tries < free ? 0 : Math.min(FIRST_MS * 2 ** Math.min(tries - free, 20), longestMs);
    const leftMs = await records.count(key, { pauseMs, forgottenMs: FORGOTTEN_MS, now: clock.now() });
    if (leftMs !== null) throw new Refused('TOO_MANY_TRIES', { waitMs: leftMs }, { retryAfterMs: leftMs });
  }
}
