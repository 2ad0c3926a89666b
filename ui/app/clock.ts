// The corrected clock as components see it: an instant that moves on by itself.
import { useEffect, useState } from 'react';
import { useSession } from './gateway.js';

const SECOND_MS = 1_000;

/** Now, once a second while `until` is in the future or within a minute of the past. */
export function useNow(until: number | null): number {
  const session = useSession();
  const [now, setNow] = useState(() => session.now());
  useEffect(() => {
    if (until === null) return;
    const timer = setInterval(() => {
      setNow(session.now());
    }, SECOND_MS);
    return () => {
      clearInterval(timer);
    };
  }, [session, until]);
  return now;
}
