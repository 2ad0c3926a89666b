// Checks beforehand that the ports which are about to be used are free.
import { createServer } from 'node:net';

import { SetupError } from '../setup-error.js';

export interface NeededPort {
  readonly host: string;
  readonly port: number;
  /** What it is for, in words that the reader of an error knows: "Bank A, peer". */
  readonly purpose: string;
}

/** Rejects with `SetupError` naming the first port that cannot be listened on, and what to do. */
export async function checkPorts(needed: readonly NeededPort[]): Promise<void> {
  for (const entry of needed) {
    const code = await tryToListen(entry);
    if (code === null) continue;
    throw new SetupError(
      code === 'EADDRINUSE'
        ? `Port ${entry.port} on ${entry.host} (${entry.purpose}) is in use by another program; ` +
            'end that program or choose other ports with --port-base.'
        : `Port ${entry.port} on ${entry.host} (${entry.purpose}) cannot be opened (${code}); ` +
            "correct the member's host in the consortium file or choose other ports with --port-base.",
    );
  }
}

function tryToListen({ host, port }: NeededPort): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code ?? 'unknown');
    });
    server.listen({ host, port, exclusive: true }, () => {
      server.close(() => {
        resolve(null);
      });
    });
  });
}
