// What stands behind # in the address: it reaches no server and no log, so the numbers and names of a bank's customers
// stand there.
import { useMemo, useSyncExternalStore } from 'react';

/** The router announces its own changes under the last two names. */
const CHANGES = ['popstate', 'hashchange', 'pushState', 'replaceState'] as const;

function subscribe(changed: () => void): () => void {
  for (const name of CHANGES) addEventListener(name, changed);
  return () => {
    for (const name of CHANGES) removeEventListener(name, changed);
  };
}

export function useFragment(): URLSearchParams {
  const text = useSyncExternalStore(subscribe, () => location.hash);
  return useMemo(() => new URLSearchParams(text.slice(1)), [text]);
}

/** '' takes the value away. */
export function setFragment(name: string, value: string): void {
  const next = new URLSearchParams(location.hash.slice(1));
  if (value === '') next.delete(name);
  else next.set(name, value);
  history.replaceState(history.state, '', `${location.pathname}${location.search}#${next.toString()}`);
}

export function withFragment(path: string, values: { readonly [name: string]: string }): string {
  return `${path}#${new URLSearchParams(values).toString()}`;
}
