// Waits for an instant, or for something to happen before it.

const LONGEST_TIMER_MS = 3_600_000;

/** Resolves at `instant`; rejects with the signal's reason when it is aborted before. */
export async function until(instant: number, signal: AbortSignal): Promise<void> {
  for (let leftMs = instant - Date.now(); leftMs > 0; leftMs = instant - Date.now()) {
    await sleep(Math.min(leftMs, LONGEST_TIMER_MS), signal);
  }
  signal.throwIfAborted();
}

/** Resolves never; rejects with the signal's reason when it is aborted. */
export async function forever(signal: AbortSignal): Promise<never> {
  for (;;) await sleep(LONGEST_TIMER_MS, signal);
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error); // AbortController's reason; ours are always errors
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    timer.unref();
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

/** Wakes those who wait for news of a subject. */
export class News {
  private readonly watchers = new Map<string, Set<() => void>>();

  announce(subject: string): void {
    for (const wake of this.watchers.get(subject) ?? []) wake();
  }

  /** Resolves at the next announcement, or after `waitMs`. */
  next(subject: string, waitMs: number): Promise<void> {
    const watchers = this.watchers.get(subject) ?? new Set();
    this.watchers.set(subject, watchers);
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        watchers.delete(wake);
        if (watchers.size === 0) this.watchers.delete(subject);
        resolve();
      };
      const timer = setTimeout(wake, waitMs);
      timer.unref();
      watchers.add(wake);
    });
  }
}
