// Duty: ports that nobody listens on at this moment.
// Must not: promise that they stay free.
import { createServer, type Server } from 'node:net';

/** Listens on a free port of this machine, and on none but that. */
export function listenSomewhere(): Promise<{ port: number; server: Server }> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0 }, () => {
      const address = server.address();
      if (address === null || typeof address === 'string') {
        reject(new Error('The server has no port.'));
        return;
      }
      resolve({ port: address.port, server });
    });
  });
}

export function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}

export async function freePort(): Promise<number> {
  const { port, server } = await listenSomewhere();
  await close(server);
  return port;
}
