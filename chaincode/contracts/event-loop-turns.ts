// Lets one long list compute after the other, and the process send and receive between two of them. Otherwise answers
// to peers would wait until all lists at hand are done, and peers and chaincode would work in turns instead of at once.

/** Lists of so many commands are let through one by one. */
const LONG = 10;

const waiting: (() => void)[] = [];

/** Resolves at once for a short list, for a long one when those before it have computed as far as they could. */
export function yieldTurn(commands: number): Promise<void> {
  if (commands < LONG) return Promise.resolve();
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) setImmediate(letOneThrough);
  });
}

/** The resumed list runs until its next await; the next turn of the event loop resumes the next list. */
function letOneThrough(): void {
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(letOneThrough);
}
