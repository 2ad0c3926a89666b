// Keeps what is shown up to date: by the gateway's events where it offers them, else by looking again. All that is
// shown in a window shares one stream, since a person may have few.
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useMemo, useSyncExternalStore } from 'react';
import type { ApiClient } from '../../gateway/sdk/api-client.js';
import { MOVING_MS } from './answers.js';
import { useSession } from './gateway.js';

const EVENTS = '/api/v1/events';
/** An event may be lost: now and then the page looks all the same. */
const WITH_EVENTS_MS = 30_000;
const FOLLOW_AGAIN_MS = 2_000;
/** Too many windows are open, or the gateway is not ready. */
const AFTER_REFUSAL_MS = 30_000;

const streams = new WeakMap<QueryClient, Stream>();

/** How often to look again at something that moves, milliseconds. */
export function useLive(): number {
  const { api } = useSession();
  const client = useQueryClient();
  const stream = useMemo(() => {
    const found = streams.get(client) ?? new Stream(api, () => void client.invalidateQueries());
    streams.set(client, found);
    return found;
  }, [api, client]);
  const hasEvents = useSyncExternalStore(stream.watch, stream.hasEvents);
  return hasEvents ? WITH_EVENTS_MS : MOVING_MS;
}

/** Open as long as somebody watches. */
class Stream {
  private isFlowing = false;
  private readonly watchers = new Set<() => void>();
  private stop = new AbortController();

  constructor(
    private readonly api: ApiClient,
    private readonly onEvent: () => void,
  ) {}

  readonly hasEvents = (): boolean => this.isFlowing;

  readonly watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    if (this.watchers.size === 1) {
      this.stop = new AbortController();
      void this.follow(this.stop.signal);
    }
    return () => {
      this.watchers.delete(watcher);
      if (this.watchers.size === 0) this.stop.abort();
    };
  };

  /** Again after each of its ends, until nobody watches or the gateway offers none. */
  private async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const againMs = await this.read(signal).catch(() => FOLLOW_AGAIN_MS); // broken off
      if (signal.aborted) return;
      this.flows(false);
      if (againMs === null) return;
      await new Promise((resolve) => setTimeout(resolve, againMs));
    }
  }

  /** One stream to its end; when to open the next, null: the gateway has none. */
  private async read(signal: AbortSignal): Promise<number | null> {
    const response = await this.api.read(EVENTS, { accept: 'text/event-stream', signal });
    if (response.status === 404) return null;
    if (!response.ok || response.body === null) return AFTER_REFUSAL_MS;
    this.flows(true);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return FOLLOW_AGAIN_MS;
      if (/^(data|event):/m.test(value)) this.onEvent();
    }
  }

  private flows(isFlowing: boolean): void {
    this.isFlowing = isFlowing;
    for (const watcher of this.watchers) watcher();
  }
}
