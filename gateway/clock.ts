// The one clock of the gateway's workers, so that tests can put a fake one in its place. No rule against others goes by
// it; the ledger judges time by its transactions.
import type { Instant } from '../chaincode/protocol/forms.js';

export interface Clock {
  /** Milliseconds since 1970 UTC. */
  now(): Instant;
  /** Runs `action` once at or after `instant`; the function returned takes it back. Does not keep the process alive. */
  at(instant: Instant, action: () => void): () => void;
}

/** Node.js fires a longer timer at once, so a later instant is reached in several sleeps. */
const LONGEST_TIMER_MS = 3_600_000;

export const systemClock: Clock = {
  now: () => Date.now(),
  at: (instant, action) => {
    let timer: NodeJS.Timeout | undefined;
    const wait = (): void => {
      const leftMs = instant - Date.now();
      if (leftMs > LONGEST_TIMER_MS) timer = unreferenced(wait, LONGEST_TIMER_MS);
      else timer = unreferenced(action, Math.max(0, leftMs));
    };
    wait();
    return () => {
      clearTimeout(timer);
    };
  },
};

function unreferenced(action: () => void, delayMs: number): NodeJS.Timeout {
  const timer = setTimeout(action, delayMs);
  timer.unref();
  return timer;
}

export function earliest(instants: readonly (Instant | null)[]): Instant | null {
  return instants.reduce<Instant | null>(
    (found, instant) => (instant === null ? found : Math.min(found ?? instant, instant)),
    null,
  );
}

/** Resolves at `instant`, or rejects with the signal's reason when it is aborted before. */
export function until(clock: Clock, instant: Instant, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason as Error); // AbortController's reason; ours are always errors
      return;
    }
    const onAbort = (): void => {
      cancel();
      reject(signal.reason as Error); // as above
    };
    const cancel = clock.at(instant, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
