// One at a time under a name: among all tabs of a browser where it has Web Locks, else within this program.

interface WebLocks {
  request<T>(name: string, act: () => Promise<T>): Promise<T>;
}

const queues = new Map<string, Promise<unknown>>();

export function oneAtATime<T>(name: string, act: () => Promise<T>): Promise<T> {
  const platform = globalThis as unknown as { readonly navigator?: { readonly locks?: WebLocks } };
  const locks = platform.navigator?.locks;
  return locks === undefined ? queued(name, act) : locks.request(name, act);
}

async function queued<T>(name: string, act: () => Promise<T>): Promise<T> {
  const before = queues.get(name) ?? Promise.resolve();
  const mine = before.then(act, act);
  const settled = mine.catch(() => undefined);
  queues.set(name, settled);
  try {
    return await mine;
  } finally {
    if (queues.get(name) === settled) queues.delete(name);
  }
}
