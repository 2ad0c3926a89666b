// Writing to a gRPC stream no faster than its reader takes it.
import type { Writable } from 'node:stream';

/** Resolves when the stream can take more, its reader went away, or the signal aborts. */
export async function writeFully<T>(
  stream: Pick<Writable, 'once' | 'removeListener'> & { readonly write: (chunk: T) => boolean },
  chunk: T,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted || stream.write(chunk)) {
    return;
  }
  await new Promise<void>((resolve) => {
    const done = (): void => {
      stream.removeListener('drain', done);
      stream.removeListener('close', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    stream.once('drain', done);
    stream.once('close', done);
    signal.addEventListener('abort', done);
  });
}
