// Serves the admin API: a loopback HTTP door with a bearer token for the organisation's own operators. It is never
// reachable from elsewhere; browsers and banks get APIs of their own.
import express, { type Express, type Router } from 'express';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { requireToken } from './bearer-token.js';
import { jsonBody } from './json-body.js';
import { problemHandler, sendProblem } from './problems.js';

/** Routes of one part of the admin API, for code that puts an admin API together without knowing HTTP. */
export type AdminRoutes = Router;

/** The admin API as an Express application. */
export function adminApp(options: {
  readonly token: string;
  readonly routers: readonly AdminRoutes[];
  readonly log: Logger;
}): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(requireToken(options.token));
  app.use(...jsonBody());
  for (const router of options.routers) app.use(router);
  app.use((_request, response) => {
    sendProblem(response, 'NO_ROUTE');
  });
  app.use(problemHandler(options.log));
  return app;
}

export interface RunningAdminApi {
  /** The port taken, also when 0 was asked for. */
  readonly port: number;
  close(): Promise<void>;
}

/** Rejects when the port cannot be taken. */
export async function serveAdminApi(
  app: Express,
  address: { readonly host: string; readonly port: number },
): Promise<RunningAdminApi> {
  const server = await new Promise<Server>((resolve, reject) => {
    const listening = app.listen(address.port, address.host, (error?: Error) => {
      if (error === undefined) resolve(listening);
      else reject(error);
    });
  });
  const { port } = server.address() as AddressInfo; // TCP, so never a string
  return { port, close: () => closeServer(server) };
}

/** Waiting requests are cut off: their callers ask again. */
function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
