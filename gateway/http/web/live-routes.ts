// `GET /api/v1/events`: changes as server-sent events, read with a bearer token. A stream ends with its session, at the
// latest after a while; its reader goes on from the last id.
import { type Request, type Response, Router } from 'express';
import type { LiveChanges } from '../../live/live-changes.js';
import type { Changed } from '../../store/live-reads.js';
import { type Entrance, signedIn } from './entry.js';

const HEARTBEAT_MS = 15_000;
/** A little less than an access token lives. */
const LONGEST_MS = 240_000;
const RETRY_MS = 1_000;
/** A reader who is so far behind is cut off. */
const MOST_UNREAD_BYTES = 64 * 1024;

export function liveRoutes(of: { readonly entrance: Entrance; readonly live: LiveChanges }): Router {
  const router = Router();
  router.get('/api/v1/events', async (request: Request, response: Response) => {
    const stillSignedIn = () => signedIn(request, of.entrance);
    const { person } = await stillSignedIn();
    const stream = new EventStream(response);
    const end = of.live.watch(person.id, (block, changes) => {
      stream.changes(block, changes);
    });
    response.once('close', end);
    stream.open();
    await sendMissed(of.live, person.id, request.get('last-event-id'), stream);
    stream.keepAlive(stillSignedIn);
  });
  return router;
}

/** Without an id nothing was missed: the reader has just read what he shows. */
async function sendMissed(
  live: LiveChanges,
  person: string,
  lastId: string | undefined,
  stream: EventStream,
): Promise<void> {
  const since = lastId !== undefined && /^\d{1,15}$/.test(lastId) ? Number(lastId) : null;
  if (since === null) {
    stream.position(live.newestBlock());
    return;
  }
  const missed = await live.missed(person, since);
  if (missed === null) stream.reset(live.newestBlock());
  else stream.changes(live.newestBlock(), missed);
}

class EventStream {
  constructor(private readonly response: Response) {}

  open(): void {
    this.response.status(200).set({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    this.response.flushHeaders();
    this.write(`retry: ${String(RETRY_MS)}\n\n`);
  }

  position(block: number): void {
    this.write(`id: ${String(Math.max(0, block))}\nevent: ready\ndata: {}\n\n`);
  }

  changes(block: number, changes: readonly Changed[]): void {
    const items = changes.map((change) => `event: changed\ndata: ${JSON.stringify(change)}\n\n`);
    this.write(`${items.join('')}`);
    this.position(block);
  }

  reset(block: number): void {
    this.write(`event: reset\ndata: {}\n\n`);
    this.position(block);
  }

  /** Ends when `stillAllowed` rejects, after LONGEST_MS, or when the reader goes. */
  keepAlive(stillAllowed: () => Promise<unknown>): void {
    const beat = setInterval(() => {
      stillAllowed().then(
        () => {
          this.write(': still here\n\n');
        },
        () => this.response.end(),
      );
    }, HEARTBEAT_MS);
    const last = setTimeout(() => this.response.end(), LONGEST_MS);
    beat.unref();
    last.unref();
    this.response.once('close', () => {
      clearInterval(beat);
      clearTimeout(last);
    });
  }

  private write(text: string): void {
    if (this.response.writableEnded || text === '') return;
    if (this.response.writableLength > MOST_UNREAD_BYTES) this.response.destroy();
    else this.response.write(text);
  }
}
