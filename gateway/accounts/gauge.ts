// Counts something that may be done now and then: a few at once, then with growing pauses. Time wears the count away.
import type { Instant } from '../../chaincode/protocol/forms.js';
import type { Gauge } from '../store/code-budgets.js';

export interface GaugeLimits {
  /** So many at once without a pause. */
  readonly burst: number;
  /** One is forgotten after so long. */
  readonly wearMs: number;
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

export const UNUSED: Gauge = { count: 0, at: 0, pausedUntil: 0 };

/** The gauge after one more; null: not before `pausedUntil`. The pause after each one beyond the burst doubles. */
export function spent(gauge: Gauge, limits: GaugeLimits, now: Instant): Gauge | null {
  if (now < gauge.pausedUntil) return null;
  const count = worn(gauge, limits, now) + 1;
  const beyond = count - limits.burst;
  const pauseMs = Math.min(limits.firstPauseMs * 2 ** beyond, limits.longestPauseMs);
  return { count, at: now, pausedUntil: beyond < 0 ? 0 : now + pauseMs };
}

/** The gauge with one less: what was counted has turned out well. A pause under way stays. */
export function givenBack(gauge: Gauge, limits: GaugeLimits, now: Instant): Gauge {
  return { ...gauge, count: Math.max(0, worn(gauge, limits, now) - 1), at: now };
}

function worn({ count, at }: Gauge, { wearMs }: GaugeLimits, now: Instant): number {
  return Math.max(0, count - Math.floor(Math.max(0, now - at) / wearMs));
}
