// The workers' surroundings: clock, time zone, locale.

export interface Surroundings {
  /** IANA name. */
  readonly zone: string;
  /** POSIX name. */
  readonly locale: string;
  /** Added to the process's clock, milliseconds. */
  readonly clockOffsetMs: number;
}

/** Three machines that agree on nothing but the ledger. */
export const SURROUNDINGS: readonly Surroundings[] = [
  { zone: 'Pacific/Kiritimati', locale: 'en_US.UTF-8', clockOffsetMs: 0 },
  { zone: 'America/St_Johns', locale: 'ru_RU.UTF-8', clockOffsetMs: 400 * 86_400_000 },
  { zone: 'Asia/Kathmandu', locale: 'tr_TR.UTF-8', clockOffsetMs: -7 * 86_400_000 },
];

/** What a process takes its surroundings for. */
export interface Seen {
  readonly zoneOffsetMinutes: number;
  readonly locale: string;
  readonly nowMs: number;
}

export function seenSurroundings(): Seen {
  return {
    zoneOffsetMinutes: new Date(0).getTimezoneOffset(),
    locale: new Intl.NumberFormat().resolvedOptions().locale,
    nowMs: Date.now(),
  };
}

/** From now on the process's clock is off by that much. */
export function shiftClock(offsetMs: number): void {
  const Real = Date;
  const now = (): number => Real.now() + offsetMs;
  globalThis.Date = new Proxy(Real, {
    construct: (target, args: [] | [number]) => (args.length === 0 ? new target(now()) : new target(...args)),
    apply: () => new Real(now()).toString(),
    get: (target, name): unknown => (name === 'now' ? now : Reflect.get(target, name)),
  });
}

/** Functions of the careless contract, each of which two endorsers would answer differently. */
export const CARELESS = ['clock', 'zone', 'language', 'random', 'once', 'event', 'refusal'] as const;
